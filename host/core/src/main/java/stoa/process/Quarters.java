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
import java.util.function.Function;
import java.util.function.Supplier;
import stoa.files.HostsFolder;
import stoa.grant.Amount;
import stoa.grant.Policy;
import stoa.module.Access;
import stoa.module.Grant;
import stoa.router.Found;
import stoa.router.Meetings;
import stoa.sandbox.Confinement;
import stoa.sandbox.Level;
import stoa.sandbox.Limits;
import stoa.sandbox.Nest;
import stoa.sandbox.Programs;

/// Where the processes of modules live: confined to what the user has granted.
///
/// @param hidden what no module may see, as the user's socket
/// @param meetings where processes meet each other
/// @param minimum how well the processes of a module have to be confined, as its manifest says
public record Quarters(
    Policy policy,
    Confining confining,
    List<Path> hidden,
    Supplier<Meetings> meetings,
    Function<String, Level> minimum) {
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
  /// @throws stoa.call.FailureException LOAD_FAILED if there is no sandbox that is good enough,
  ///   DENIED if its interpreter was not granted
  ProcessBuilder prepare(Lodger lodger, ChildCommand command, Path socket) throws IOException {
    Found found = lodger.found();
    Access access = lodger.access();
    Optional<Path> data = access.data();
    command
        .needs()
        .granted()
        .filter(file -> data.filter(file::startsWith).isEmpty())
        .ifPresent(file -> policy.check(found.name(), new Grant(Grant.Kind.READ, file.toString())));
    List<Path> readable = new ArrayList<>(command.needs().visible());
    readable.add(found.folder().orElse(found.main()));
    readable.add(socket);
    readable.add(meetings.get().folder());
    Confinement confinement =
        confinement(
            access,
            readable,
            List.of(meetings.get().of(lodger.instance())),
            new Terms(
                lodger.nest(),
                found.folder().or(() -> data).orElse(lodger.nest().temp()),
                command.needs().network() && isOnline(found.name()),
                limits(found, command.needs().limits())));
    Map<String, String> environment = new HashMap<>(access.environment());
    environment.putAll(command.environment());
    data.ifPresent(folder -> environment.put("STOA_DATA", folder.toString()));
    environment.put("STOA_ENV", String.join(",", access.variables()));
    return confining
        .sandbox(found.name(), found.manifest().minimum())
        .prepare(command.words(), confinement, data, environment);
  }

  /// A process has ended.
  void left(String instance) {
    meetings.get().left(instance);
  }

  /// A program that a module runs.
  ProcessBuilder prepare(String module, Access access, List<String> words, Nest nest)
      throws IOException {
    Path program = Path.of(words.getFirst());
    Optional<Interpreter> known = Interpreter.with(program);
    List<String> command = new ArrayList<>(words);
    known.ifPresent(interpreter -> command.set(0, interpreter.program().toString()));
    Confinement confinement =
        confinement(
            access,
            known.map(Interpreter::visible).orElseGet(() -> alone(program)),
            List.of(),
            new Terms(nest, access.data().orElse(nest.temp()), isOnline(module), limits(module)));
    return confining
        .sandbox(words.getFirst(), minimum.apply(module))
        .prepare(command, confinement, access.data(), access.environment());
  }

  private static List<Path> alone(Path program) {
    return Programs.isSystems(program) ? List.of() : List.of(program);
  }

  /// What does not follow from the grants for files.
  private record Terms(Nest nest, Path directory, boolean network, Limits limits) {}

  private Confinement confinement(
      Access access, List<Path> readable, List<Path> writable, Terms terms) throws IOException {
    if (access.data().isPresent()) {
      make(access.data().get());
    }
    List<Path> read = new ArrayList<>(access.reads());
    read.addAll(readable);
    List<Path> write = new ArrayList<>(access.writes());
    write.addAll(writable);
    access.data().ifPresent(write::add);
    List<Path> covered = new ArrayList<>(hidden);
    covered.addAll(SOCKETS);
    covered.add(HostsFolder.make());
    return new Confinement(
        read, write, covered, terms.nest(), terms.directory(), terms.network(), terms.limits());
  }

  /// What it may use, with what was granted.
  Limits limits(Found found, Limits usual) {
    return limits(found.name(), usual);
  }

  Limits limits(String module) {
    return limits(module, Limits.DEFAULT);
  }

  private Limits limits(String module, Limits usual) {
    return policy
        .amount(module, Amount.Of.MEMORY)
        .filter(bytes -> bytes > usual.memory())
        .map(usual::withMemory)
        .orElse(usual);
  }

  /// The kernel knows no names of hosts: any grant of the network is one of all of it.
  private boolean isOnline(String module) {
    return policy.granted(module).of(Grant.Kind.NET).filter(hosts -> !hosts.isEmpty()).isPresent();
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
