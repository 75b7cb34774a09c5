package stoa.outside;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Failure.Description;
import stoa.call.FailureException;
import stoa.grant.NetPattern;
import stoa.grant.Policy;
import stoa.module.Access;
import stoa.module.Grant;

/// What a caller may reach on the network.
///
/// A grant names hosts. One that names many by a wildcard means hosts of the public network: it
/// does not open this machine, its neighbours, or what a cloud puts at 169.254.169.254, whatever
/// name somebody gives them. A grant that names one host means that host, wherever it is.
///
/// @param module who calls; empty: the user, who may reach everything
record Gate(Policy policy, Optional<String> module) {
  /// Where a host is, if the caller may reach it.
  ///
  /// @param host as [NetPattern#host] gives it
  /// @throws FailureException DENIED, or UNAVAILABLE if there is no such host
  List<InetAddress> addresses(String host, int port) {
    Grant wanted = new Grant(Grant.Kind.NET, NetPattern.text(host, port));
    module.ifPresent(caller -> policy.check(caller, wanted));
    List<InetAddress> addresses = lookUp(host);
    if (publicOnly(host, port) && !addresses.stream().allMatch(Gate::isOutThere)) {
      throw inside(module.orElse(""), wanted);
    }
    return addresses;
  }

  private static boolean isOutThere(InetAddress address) {
    return Addresses.isPublic(address) && !Addresses.isHere(address);
  }

  /// Whether the caller may reach a host only if it is in the public network.
  boolean publicOnly(String host, int port) {
    return module.isPresent()
        && policy.granted(module.get()).of(Grant.Kind.NET).orElse(List.of()).stream()
            .map(NetPattern::of)
            .noneMatch(pattern -> pattern.namesOne() && pattern.matches(host, port));
  }

  private FailureException inside(String caller, Grant wanted) {
    policy.noted(caller, new Access.Use(wanted, false));
    Failure missing = wanted.missingFor(caller);
    return new FailureException(
        Failure.of(
            Code.DENIED,
            Description.of(
                    missing
                        .message()
                        .replaceFirst(
                            "\\.$",
                            ": it is this machine or in a private network, which a grant with `*` does not open."),
                    missing.help())
                .with(missing.details())));
  }

  private static List<InetAddress> lookUp(String host) {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      throw new FailureException(
          Failure.of(
              Code.UNAVAILABLE,
              Description.of(
                      "there is no host `" + host + "`.",
                      "Look at the name, and whether this machine is on the network.")
                  .asRetryable()),
          e);
    }
  }
}
