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
import java.util.function.Supplier;
import stoa.grant.Amount;
import stoa.grant.Policy;
import stoa.module.Access;
import stoa.module.Grant;
import stoa.router.Found;
import stoa.router.Meetings;
import stoa.sandbox.Confinement;
import stoa.sandbox.Limits;
import stoa.sandbox.Nest;

/// Where the processes of modules live: confined to what the user has granted.
///
/// @param hidden what no module may see, as the user's socket
/// @param meetings where processes meet each other
public record Quarters(
    Policy policy, Confining confining, List<Path> hidden, Supplier<Meetings> meetings) {
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
  record Lodger(Found found, String instance, Access access, Nest nest) {}

  /// @param socket where it reports
  /// @throws stoa.call.FailureException LOAD_FAILED if there is no sandbox that is good enough
  ProcessBuilder prepare(Lodger lodger, ChildCommand command, Path socket) throws IOException {
    Optional<Path> data = lodger.access().data();
    if (data.isPresent()) {
      make(data.get());
    }
    Map<String, String> environment = new HashMap<>(lodger.access().environment());
    environment.putAll(command.environment());
    data.ifPresent(folder -> environment.put("STOA_DATA", folder.toString()));
    environment.put("STOA_ENV", String.join(",", values(lodger.found(), Grant.Kind.ENV)));
    return confining
        .sandbox(lodger.found())
        .prepare(command.words(), confinement(lodger, command.needs(), socket), data, environment);
  }

  private Confinement confinement(Lodger lodger, ChildCommand.Needs needs, Path socket)
      throws IOException {
    Found found = lodger.found();
    Access access = lodger.access();
    List<Path> readable = new ArrayList<>(access.reads());
    readable.add(found.folder().orElse(found.main()));
    readable.addAll(needs.visible());
    readable.add(socket);
    List<Path> writable = new ArrayList<>(access.writes());
    access.data().ifPresent(writable::add);
    readable.add(meetings.get().folder());
    writable.add(meetings.get().of(lodger.instance()));
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

  /// What it may use, with what was granted.
  Limits limits(Found found, Limits usual) {
    return policy
        .amount(found.name(), Amount.Of.MEMORY)
        .filter(bytes -> bytes > usual.memory())
        .map(usual::withMemory)
        .orElse(usual);
  }

  /// The kernel knows no names of hosts: any grant of the network is one of all of it.
  private boolean isOnline(Found found) {
    return !values(found, Grant.Kind.NET).isEmpty();
  }

  private List<String> values(Found found, Grant.Kind kind) {
    return policy.granted(found.name()).of(kind).orElse(List.of());
  }

  /// A home may come from somebody who has put links there.
  private static void make(Path data) throws IOException {
    for (Path folder : List.of(data.getParent(), data)) {
      if (Files.isSymbolicLink(folder)) {
        throw new IOException(folder + " is a link, and a data folder must be a folder");
      }
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder, OWNER_ONLY);
      }
    }
  }
}
