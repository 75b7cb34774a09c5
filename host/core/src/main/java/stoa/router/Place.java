package stoa.router;

import stoa.call.Invoker;
import stoa.value.Value;

/// An instance's place in the host, before the instance exists.
///
/// @param module its module's name
/// @param instance how the host calls it, `words#1`
/// @param identity as whom it calls others
/// @param opened the channels that it opens, and its way to other modules, with its identity
/// @param ration what it may use
public record Place(
    String module,
    String instance,
    Identity identity,
    OpenChannels opened,
    References references,
    Ration ration) {
  /// Its way to other modules.
  public Invoker router() {
    return opened;
  }

  /// The instance gives back a reference.
  public void release(Value.Reference held, long count) {
    references.release(instance, held, count);
  }
}
