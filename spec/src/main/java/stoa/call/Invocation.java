package stoa.call;

import java.util.Map;
import java.util.Objects;

/// What opens a call.
///
/// @param method the name of the method
/// @param argument encoded [stoa.value.Arguments]
/// @param terms the conditions of the call
/// @param chain the calls that led to it; its own, never that of another invocation
public record Invocation(Target target, String method, Payload argument, Terms terms, Chain chain) {
  public Invocation {
    Objects.requireNonNull(target);
    Objects.requireNonNull(method);
  }

  /// How many items a caller takes at first unless it says otherwise, and how many items of its own
  /// stream it may send before it hears of more.
  public static final int INITIAL_CREDIT = 32;

  /// A call of a module's method that no other call led to.
  public static Invocation of(String module, String method, Payload argument) {
    return new Invocation(
        new Target.Module(module), method, argument, Terms.DEFAULT, Chain.begin());
  }

  public Invocation with(Terms changed) {
    return new Invocation(target, method, argument, changed, chain);
  }

  public Invocation with(Chain changed) {
    return new Invocation(target, method, argument, terms, changed);
  }

  public Invocation with(Payload changed) {
    return new Invocation(target, method, changed, terms, chain);
  }

  public Invocation on(Target changed) {
    return new Invocation(changed, method, argument, terms, chain);
  }

  /// `module.method`, as people write it.
  public String name() {
    return target.text() + "." + method;
  }

  /// The conditions of a call.
  ///
  /// @param deadline when the caller gives up
  /// @param lane interactive calls go before batch calls
  /// @param credit how many items the caller takes before it says more; 0: it takes no stream
  /// @param metadata words from the caller, `traceparent` among them
  public record Terms(
      Deadline deadline, Lane lane, int credit, Shape shape, Map<String, String> metadata) {
    public static final Terms DEFAULT =
        new Terms(Deadline.NONE, Lane.INTERACTIVE, INITIAL_CREDIT, Shape.PLAIN, Map.of());

    public Terms {
      if (credit < 0) {
        throw new IllegalArgumentException("credit must not be negative, was " + credit);
      }
      metadata = Map.copyOf(metadata);
    }

    public Terms with(Deadline changed) {
      return new Terms(changed, lane, credit, shape, metadata);
    }

    public Terms withCredit(int items) {
      return new Terms(deadline, lane, items, shape, metadata);
    }

    public Terms with(Lane changed) {
      return new Terms(deadline, changed, credit, shape, metadata);
    }

    public Terms with(Shape changed) {
      return new Terms(deadline, lane, credit, changed, metadata);
    }
  }

  /// What flows from the caller besides the argument, and whether anything flows back.
  ///
  /// @param streams the caller sends items and one [Signal.End]
  /// @param oneWay the caller looks at no result, only at the end
  public record Shape(boolean streams, boolean oneWay) {
    public static final Shape PLAIN = new Shape(false, false);
    public static final Shape STREAMS_IN = new Shape(true, false);
    public static final Shape ONE_WAY = new Shape(false, true);
  }

  /// Which queue a call waits in.
  public enum Lane {
    INTERACTIVE,
    BATCH
  }
}
