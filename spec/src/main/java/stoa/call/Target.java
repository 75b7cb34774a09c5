package stoa.call;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import stoa.value.Value;

/// What a call is made on.
public sealed interface Target {
  /// As people write it before the dot and the method.
  String text();

  /// Why a call on a promised object fails when the promise is not kept.
  static Failure noReference(String method) {
    return Failure.of(
        Failure.Code.BAD_ARGUMENT,
        "`" + method + "` was called on the result of another call, which is no reference.",
        "That call failed, was never made, or returned something else: look at its own end.");
  }

  /// Why no channel can be opened to a module.
  static Failure noChannels(String module) {
    return Failure.of(
        Failure.Code.NO_SUCH_METHOD,
        "`" + module + "` takes no channels.",
        "Call its methods: `stoa describe "
            + module
            + "`. A module takes channels with `stoa.accept`.");
  }

  /// A module, by its name.
  record Module(String name) implements Target {
    @Override
    public String text() {
      return name;
    }
  }

  /// The object that another call returns, or will return. Completes exceptionally if that is no
  /// reference.
  record Promised(CompletableFuture<Value.Reference> reference) implements Target {
    @Override
    public String text() {
      return "the result of a call";
    }
  }

  /// A channel to a module; the method of the invocation says what it is for.
  ///
  /// @param direct from the opener, empty places: the two ends may meet without the host; from the
  ///   host: where
  record Channel(String module, Optional<Direct> direct) implements Target {
    @Override
    public String text() {
      return module;
    }
  }

  /// An object that was handed over, where its owner keeps it.
  record Handed(Value.Reference reference) implements Target {
    @Override
    public String text() {
      return reference.owner() + "/" + reference.number();
    }
  }
}
