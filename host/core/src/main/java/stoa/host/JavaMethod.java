package stoa.host;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import stoa.call.Deadline;
import stoa.call.Invocation;
import stoa.module.MethodInfo;
import stoa.value.Arguments;
import stoa.value.Value;

/// A method of a module written in Java.
@FunctionalInterface
public interface JavaMethod {
  /// Runs on a virtual thread, which is interrupted when the call is cancelled.
  ///
  /// @return plain Java data as [Value#of(Object)] takes it, or a [java.util.stream.Stream] or
  ///   [java.util.Iterator] of it
  /// @throws Exception reaches the caller as THREW with its class, message and trace; a
  ///   [stoa.call.FailureException] as the failure that it carries
  @Nullable Object handle(Call call) throws Exception;

  /// A method with parameters, as `add(a, b)` or `count(text, least?, *more)`: `?` may be left out,
  /// `*` takes all that follow. Calls that do not fit fail BAD_ARGUMENT before the code runs;
  /// arguments given by name are moved to their positions. A stream of the caller counts as one
  /// more argument behind the others. Without this a method takes whatever it is given.
  static JavaMethod of(String signature, JavaMethod code) {
    return new JavaSignature(signature, code);
  }

  /// The arguments as this method wants to see them.
  ///
  /// @throws stoa.call.FailureException BAD_ARGUMENT
  default Arguments bound(Invocation invocation) {
    return invocation.argument().arguments();
  }

  /// What the method says of itself.
  default MethodInfo described(String name) {
    MethodInfo.Parameter rest =
        new MethodInfo.Parameter("arguments", "", "", true, "", MethodInfo.Kind.REST);
    return new MethodInfo(name, "", List.of(rest), "", false, false);
  }

  /// What a handler is given.
  ///
  /// @param items the caller's stream, taken as the handler takes it; without items if there is
  ///   none
  /// @param caller who calls: `user`, the name of a module, `client#3`
  record Call(Arguments arguments, Deadline deadline, Iterator<Value> items, String caller) {
    /// An argument by position; null if it was not given.
    public Value argument(int index) {
      return index < arguments.positional().size() ? arguments.positional().get(index) : Value.NULL;
    }

    /// An argument, given by position or by name; null if it was not given.
    public Value given(int index, String name) {
      return index < arguments.positional().size() ? argument(index) : argument(name);
    }

    /// An argument by name; null if it was not given.
    public Value argument(String name) {
      return arguments.named().getOrDefault(name, Value.NULL);
    }
  }
}
