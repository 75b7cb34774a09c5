package stoa.escapes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stoa.call.FailureException;
import stoa.client.Items;
import stoa.client.ModuleClient;
import stoa.escapes.Attempt.Outcome;
import stoa.escapes.Attempt.Tongue;
import stoa.host.Host;
import stoa.host.LogLine;
import stoa.module.Placement;
import stoa.value.Arguments;
import stoa.value.Json;
import stoa.value.Value;

/// One host with all modules of a lane, in a world of its own. One attempt after the other.
final class Arena implements AutoCloseable {
  private static final Duration ANSWERS = Duration.ofSeconds(20);
  private static final int MOST_ITEMS = 300;

  private final Lane lane;
  private final World world;
  private final Host host;
  private final Value.Reference handedOut;
  private final Neighbour neighbour;
  private final ConcurrentLinkedQueue<String> leaked = new ConcurrentLinkedQueue<>();
  private final ExecutorService caller = Executors.newVirtualThreadPerTaskExecutor();

  Arena(Lane lane, World world, Path escapes, List<Attempt> attempts) throws IOException {
    this.lane = lane;
    this.world = world;
    Path modules = world.home().resolve("modules");
    for (String module : List.of("vault", "neighbour")) {
      copy(escapes.resolve(module), modules.resolve(module));
    }
    Files.writeString(
        modules.resolve("vault/kept.json"),
        "{\"secret\": \"SECRET-OF-VAULT-%s\"}".formatted(world.token()));
    Files.writeString(modules.resolve("vault/note.txt"), "SECRET-OF-SOURCE-" + world.token());
    for (Attempt attempt : attempts) {
      deploy(attempt, escapes, modules);
    }
    host =
        lane.host(world)
            .modules(modules)
            .grants(world.home().resolve("grants.toml"))
            .data(world.home().resolve("data"))
            .log(this::logged)
            .start();
    host.register("knocker", Map.of("knock", call -> knock((int) call.argument(0).asLong())));
    handedOut = (Value.Reference) host.module("vault").call("handOut");
    grant(attempts);
    neighbour = new Neighbour(host.module("neighbour").within(ANSWERS));
  }

  // ---- before ----

  private void deploy(Attempt attempt, Path escapes, Path modules) throws IOException {
    Path module = modules.resolve(lane.module(attempt));
    if (Files.exists(module)) {
      return;
    }
    copy(escapes.resolve(lane.tongue().folder()), module);
    if (lane.tongue() == Tongue.C) {
      compile(module);
    }
    String toml = "placement = \"%s\"\nheap_mb = 96\n".formatted(lane.placement().id());
    if (!attempt.terms().asks().isEmpty()) {
      toml += "[grants]\n" + asked(attempt.terms().asks());
    }
    Files.writeString(module.resolve("module.toml"), toml);
    for (String ending : List.of("txt", "mjs", "json")) {
      Files.createSymbolicLink(
          module.resolve("leak." + ending), world.outside().resolve("secret." + ending));
    }
    Files.createSymbolicLink(module.resolve("leak-folder"), world.outside());
  }

  private static void compile(Path module) throws IOException {
    Process gcc =
        new ProcessBuilder("gcc", "-O1", "-pthread", "-o", "attempts", "attempts.c")
            .directory(module.toFile())
            .inheritIO()
            .start();
    if (gcc.onExit().join().exitValue() != 0) {
      throw new IOException("attempts.c does not compile");
    }
  }

  private static String asked(List<String> grants) {
    return grants.stream()
        .map(grant -> grant.split("=", 2))
        .map(words -> "%s = [\"%s\"]\n".formatted(words[0], words[1]))
        .collect(Collectors.joining());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file :
          (Iterable<Path>) files.filter(f -> !f.toString().contains("__pycache__"))::iterator) {
        Files.createDirectories(to.resolve(from.relativize(file).toString()).getParent());
        if (Files.isRegularFile(file)) {
          Files.copy(
              file,
              to.resolve(from.relativize(file).toString()),
              StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  private void grant(List<Attempt> attempts) {
    for (Attempt attempt : attempts) {
      if (!attempt.terms().grants().isEmpty()) {
        List<String> grants =
            attempt.terms().grants().stream()
                .map(grant -> grant.replace("{granted}", String.valueOf(world.granted())))
                .toList();
        host.module("stoa").call("grant", lane.module(attempt), grants);
      }
    }
  }

  private static Object knock(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private void logged(LogLine line) {
    world.secrets().stream()
        .filter(line.text()::contains)
        .forEach(secret -> leaked.add(line.module() + " logged a secret: " + cut(line.text())));
    if (line.text().contains(world.won())) {
      leaked.add(line.module() + " logged its success: " + cut(line.text()));
    }
    if (line.text().startsWith("12:00:00") && !line.module().startsWith(lane.tongue().id())) {
      leaked.add(line.module() + " forged a line: " + cut(line.text()));
    }
  }

  // ---- an attempt ----

  Verdict tried(Attempt attempt) throws IOException, InterruptedException {
    String module = lane.module(attempt);
    world.revive();
    Map<String, String> before = world.facts(module);
    long start = System.nanoTime();
    String told = ended(attempt, module);
    List<String> wrong = new ArrayList<>();
    changes(before, module, wrong);
    world.secrets().stream()
        .filter(told::contains)
        .forEach(secret -> wrong.add("it tells `" + secret + "`"));
    if (told.contains(world.won())) {
      wrong.add("it says that it succeeded");
    }
    for (String leak = leaked.poll(); leak != null; leak = leaked.poll()) {
      wrong.add(leak);
    }
    others(wrong);
    itself(attempt, module, told, wrong);
    return new Verdict(attempt, lane, told, wrong, Duration.ofNanos(System.nanoTime() - start));
  }

  /// Where something succeeds, it may take a moment to be seen.
  private void changes(Map<String, String> before, String module, List<String> wrong)
      throws IOException {
    for (int looks = lane.isConfined() ? 1 : 10; looks > 0 && wrong.isEmpty(); looks--) {
      Map<String, String> after = world.facts(module);
      Stream.of(before, after)
          .flatMap(facts -> facts.keySet().stream())
          .distinct()
          .filter(fact -> !Objects.equals(before.get(fact), after.get(fact)))
          .forEach(fact ->
              wrong.add("%s: was %s, is %s".formatted(fact, before.get(fact), after.get(fact))));
      LockSupport.parkNanos(lane.isConfined() ? 0 : 50_000_000);
    }
  }

  private String ended(Attempt attempt, String module) throws InterruptedException {
    Future<String> told = caller.submit(() -> told(attempt, module));
    try {
      return told.get(attempt.limitMillis() + 30_000, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      told.cancel(true);
      return "NEVER ENDED";
    } catch (ExecutionException e) {
      return "UNEXPECTED " + e.getCause();
    }
  }

  private String told(Attempt attempt, String module) {
    ModuleClient client = host.module(module);
    // What is measured is the attempt, not the start of its module, which may have to rest first.
    soundness(module, true);
    StringBuilder told = new StringBuilder();
    try (Items items =
        client
            .within(Duration.ofMillis(attempt.limitMillis()))
            .items(
                "attempt",
                Arguments.of(
                    attempt.door(),
                    attempt.function(lane.tongue()),
                    world.told(module, lane.tongue())))) {
      for (int i = 0; i < MOST_ITEMS && items.hasNext(); i++) {
        String item = text(items.next());
        if (told.length() < 1_000_000) {
          told.append(item).append('\n');
        }
      }
    } catch (FailureException e) {
      told.append(e.failure()).append(' ').append(e.failure().help());
    }
    return told.toString();
  }

  private static String text(Value value) {
    try {
      return value instanceof Value.Text(String text) ? text : Json.write(value);
    } catch (RuntimeException e) {
      return value.getClass().getSimpleName();
    }
  }

  /// Nobody else notices anything.
  private void others(List<String> wrong) {
    try {
      long sum = host.module("vault").within(ANSWERS).call("add", 40, 2).asLong();
      if (sum != 42) {
        wrong.add("the vault answers " + sum);
      }
      String secret = host.object(handedOut).within(ANSWERS).call("tell").asText();
      if (!secret.endsWith(world.token())) {
        wrong.add("the object of the vault answers " + secret);
      }
    } catch (FailureException e) {
      wrong.add("the vault: " + e.failure());
    }
    wrong.addAll(neighbour.problems());
  }

  private void itself(Attempt attempt, String module, String told, List<String> wrong) {
    if (told.contains("no attempt " + attempt.door())) {
      wrong.add("there is no such attempt in " + lane.tongue());
    }
    if (told.startsWith("NEVER") || told.startsWith("UNEXPECTED")) {
      wrong.add(told);
    } else if (attempt.outcome() == Outcome.WORKS && !told.strip().equals("granted")) {
      wrong.add("it should work: " + cut(told));
    }
    if (attempt.outcome() == Outcome.REFUSED && told.contains("code=INTERNAL")) {
      wrong.add("a refusal is no fault of Stoa: " + cut(told));
    }
    if (!attempt.names().isEmpty()
        && !(told.contains("stoa grant " + module + " ") && told.contains(attempt.names()))) {
      wrong.add("it does not name the grant `%s`: %s".formatted(attempt.names(), cut(told)));
    }
    if (attempt.outcome() != Outcome.BROKEN) {
      soundness(module, attempt.outcome() == Outcome.CONTAINED || isKilledIfSlow())
          .ifPresent(wrong::add);
    }
  }

  /// A worker that does not end a cancelled call in time is killed, and started again.
  private boolean isKilledIfSlow() {
    return lane.placement() == Placement.WORKER;
  }

  /// @param again whether it may have lost an instance
  private java.util.Optional<String> soundness(String module, boolean again) {
    long end = System.nanoTime() + ANSWERS.toNanos();
    while (true) {
      try {
        String sound = Json.write(host.module(module).within(ANSWERS).call("sound", 7));
        return sound.equals("[7,[2,4,6],{\"a\":{\"b\":\"c\"}},\"1,2\",1]")
            ? java.util.Optional.empty()
            : java.util.Optional.of("afterwards it answers " + sound);
      } catch (FailureException e) {
        if (!again || System.nanoTime() > end) {
          return java.util.Optional.of("afterwards it fails: " + e.failure());
        }
      }
    }
  }

  private static String cut(String text) {
    return text.length() > 600 ? text.substring(0, 600) + " ..." : text;
  }

  /// From what others are protected for certain, as `describe` says.
  Set<String> enforced() {
    return host
        .module("stoa")
        .call("describe", lane.tongue().id())
        .at("protection")
        .asList()
        .stream()
        .filter(row -> row.at("level").asText().equals("enforced"))
        .map(row -> row.at("what").asText())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  Neighbour neighbour() {
    return neighbour;
  }

  World world() {
    return world;
  }

  /// Ends the host. What modules have started ends with it.
  ///
  /// @return what does not
  List<String> over() {
    neighbour.close();
    caller.shutdownNow();
    host.close();
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    List<String> left = world.left();
    while (!left.isEmpty() && System.nanoTime() < end) {
      LockSupport.parkNanos(50_000_000);
      left = world.left();
    }
    return left;
  }

  @Override
  public void close() throws IOException {
    over();
    world.close();
  }
}
