package stoa.call;

import java.util.Map;
import java.util.Objects;

/// What opens a call.
///
/// @param module the name of the module to call
/// @param method the name of the method in it
/// @param argument encoded [stoa.value.Arguments]
/// @param terms the conditions of the call
public record Invocation(String module, String method, Payload argument, Terms terms) {
  public Invocation {
    Objects.requireNonNull(module);
    Objects.requireNonNull(method);
  }

  /// How many items a caller takes at first unless it says otherwise.
  public static final int INITIAL_CREDIT = 32;

  public static Invocation of(String module, String method, Payload argument) {
    return new Invocation(module, method, argument, Terms.DEFAULT);
  }

  public Invocation with(Terms changed) {
    return new Invocation(module, method, argument, changed);
  }

  /// `module.method`, as people write it.
  public String name() {
    return module + "." + method;
  }

  /// The conditions of a call.
  ///
  /// @param deadline when the caller gives up
  /// @param lane interactive calls go before batch calls
  /// @param credit how many items the caller takes before it says more; 0: it takes no stream
  /// @param metadata words from the caller, `traceparent` among them
  public record Terms(Deadline deadline, Lane lane, int credit, Map<String, String> metadata) {
    public static final Terms DEFAULT =
        new Terms(Deadline.NONE, Lane.INTERACTIVE, INITIAL_CREDIT, Map.of());

    public Terms {
      if (credit < 0) {
        throw new IllegalArgumentException("credit must not be negative, was " + credit);
      }
      metadata = Map.copyOf(metadata);
    }

    public Terms with(Deadline changed) {
      return new Terms(changed, lane, credit, metadata);
    }

    public Terms with(Lane changed) {
      return new Terms(deadline, changed, credit, metadata);
    }
  }

  /// Which queue a call waits in.
  public enum Lane {
    INTERACTIVE,
    BATCH
  }
}
