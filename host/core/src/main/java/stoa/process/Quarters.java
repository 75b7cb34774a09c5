package stoa.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stoa.grant.Amount;
import stoa.grant.Policy;
import stoa.module.Access;
import stoa.module.Grant;
import stoa.router.Found;
import stoa.sandbox.Confinement;
import stoa.sandbox.Limits;
import stoa.sandbox.Nest;

/// Where the processes of modules live: confined to what the user has granted.
///
/// @param hidden what no module may see, as the user's socket
public record Quarters(Policy policy, Confining confining, List<Path> hidden) {
  /// Sockets of the system stand here: whoever may read all files must not talk to them all.
  private static final List<Path> SOCKETS = List.of(Path.of("/run"), Path.of("/var/run"));

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  public Quarters {
    hidden = List.copyOf(hidden);
  }

  /// One process that is about to start.
  ///
  /// @param access what the module may reach by itself
  record Lodger(Found found, Access access, Nest nest) {}

  /// @param socket where it reports
  /// @throws stoa.call.FailureException LOAD_FAILED if there is no sandbox that is good enough
  ProcessBuilder prepare(Lodger lodger, ChildCommand command, Path socket) throws IOException {
    Optional<Path> data = lodger.access().data();
    if (data.isPresent()) {
      Files.createDirectories(data.get(), OWNER_ONLY);
    }
    Map<String, String> environment = new HashMap<>(lodger.access().environment());
    environment.putAll(command.environment());
    return confining
        .sandbox(lodger.found())
        .prepare(
            command.words(), confinement(lodger, command.needs(), socket), data, environment);
  }

  private Confinement confinement(Lodger lodger, ChildCommand.Needs needs, Path socket) {
    Found found = lodger.found();
    Access access = lodger.access();
    List<Path> readable = new ArrayList<>(access.reads());
    readable.add(found.folder().orElse(found.main()));
    readable.addAll(needs.visible());
    readable.add(socket);
    List<Path> writable = new ArrayList<>(access.writes());
    access.data().ifPresent(writable::add);
    List<Path> covered = new ArrayList<>(hidden);
    covered.addAll(SOCKETS);
    return new Confinement(
        readable,
        writable,
        covered,
        lodger.nest(),
        found.folder().or(access::data).orElse(lodger.nest().temp()),
        needs.network() && isOnline(found),
        limits(found, needs.limits()));
  }

  private Limits limits(Found found, Limits usual) {
    return policy
        .amount(found.name(), Amount.Of.MEMORY)
        .filter(bytes -> bytes > usual.memory())
        .map(usual::withMemory)
        .orElse(usual);
  }

  /// The kernel knows no names of hosts: any grant of the network is one of all of it.
  private boolean isOnline(Found found) {
    return policy
        .granted(found.name())
        .of(Grant.Kind.NET)
        .filter(hosts -> !hosts.isEmpty())
        .isPresent();
  }
}
