package stoa.conform;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import stoa.call.Invoker;
import stoa.host.Host;
import stoa.host.JavaMethod;
import stoa.value.Value;

/// How the kit calls: as the user of the host, or from outside over one of its transports.
///
/// @param caller how modules see the kit
/// @param release gives a reference back
/// @param objects makes an object of the kit that modules can call, if that goes here
public record Door(
    Invoker invoker,
    String caller,
    Consumer<Value.Reference> release,
    Optional<Function<Map<String, JavaMethod>, Value.Reference>> objects) {

  /// As the user.
  public static Door of(Host host) {
    return new Door(host.invoker(), "user", host::release, Optional.of(host::reference));
  }
}
