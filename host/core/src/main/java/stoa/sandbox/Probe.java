package stoa.sandbox;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import stoa.call.Failure;
import stoa.call.FailureException;

/// Tries things out by running something harmless.
final class Probe {
  private static final long SECONDS = 10;

  private static final int LONGEST_REASON = 200;

  /// Reads what it may, writes where it may, and must find nothing else if files are confined.
  private static final String HARMLESS =
      """
      [ "$(cat "$1/seen")" = seen ] || { echo 'its own files cannot be read' >&2; exit 1; }
      echo > "$1/data/written" || exit 1
      echo > "$TMPDIR/written" || exit 1
      [ "$2" = no ] || ! cat "$1/secret" 2>/dev/null || { echo 'it hides nothing' >&2; exit 1; }
      """;

  /// EAGAIN, ENOMEM, ENFILE, EMFILE, ENOSPC.
  private static final Pattern PASSING =
      Pattern.compile("error=(11|12|23|24|28)\\b|Too many open files|No space left");

  /// The same from programs. There is no space left for namespaces where there may be none.
  private static final Pattern PASSING_IN_PROGRAMS =
      Pattern.compile(
          "Resource temporarily unavailable|Cannot (allocate memory|fork)|Too many open files");

  private static final int KILLED = 128 + 9;

  private Probe() {}

  /// Why a shape does not work here; empty: it does. Whether who asks is interrupted or not.
  ///
  /// @throws FailureException if that cannot be said now
  static String problem(Shape shape) {
    return Fact.aside(() -> tried(shape));
  }

  private static String tried(Shape shape) {
    String lacks = shape.lacks();
    if (!lacks.isEmpty()) {
      return lacks;
    }
    try (Nest nest = Nest.make()) {
      return problem(shape, nest);
    } catch (IOException e) {
      return "cannot be tried: " + lasting(e);
    }
  }

  private static String lasting(IOException problem) {
    String why = String.valueOf(problem.getMessage());
    if (PASSING.matcher(why).find()) {
      throw new FailureException(notNow(why), problem);
    }
    return why;
  }

  /// A machine that is short of something must not be taken for one that can do no better.
  private static Failure notNow(String why) {
    return Failure.of(
        Failure.Code.LOAD_FAILED,
        "what confines processes cannot be tried out now: " + why + ".",
        "Try again when the machine has room again.");
  }

  private static String problem(Shape shape, Nest nest) throws IOException {
    Path folder = Files.createDirectory(nest.path().resolve("probe"));
    Path seen = Files.writeString(folder.resolve("seen"), "seen");
    Files.writeString(folder.resolve("secret"), "secret");
    Path data = Files.createDirectory(folder.resolve("data"));
    Confinement confinement =
        new Confinement(List.of(seen), List.of(data), List.of(), nest, data, false, Limits.DEFAULT);
    String files = shape.strength().files() ? "yes" : "no";
    List<String> command =
        List.of(Programs.word("sh"), "-c", HARMLESS, "sh", folder.toString(), files);
    ProcessBuilder builder = new ProcessBuilder(shape.around(command, confinement));
    builder.environment().clear();
    builder.environment().putAll(Environment.of(confinement, Optional.of(data), Map.of()));
    Ending ending = run(builder, nest.path().resolve("said"));
    return ending.ok() ? "" : ending.reason();
  }

  /// What a command prints, if it works. Whether who asks is interrupted or not.
  ///
  /// @throws FailureException if that cannot be said now
  static Optional<String> output(List<String> command) {
    return Fact.aside(() -> printed(command));
  }

  private static Optional<String> printed(List<String> command) {
    try (Nest nest = Nest.make()) {
      Ending ending = run(new ProcessBuilder(command), nest.path().resolve("said"));
      return ending.ok() ? Optional.of(ending.said()) : Optional.empty();
    } catch (IOException e) {
      System.getLogger("stoa").log(System.Logger.Level.DEBUG, lasting(e));
      return Optional.empty();
    }
  }

  static boolean works(List<String> command) {
    return output(command).isPresent();
  }

  private record Ending(boolean ok, String said) {
    String reason() {
      String last = said.lines().reduce((_, next) -> next).orElse("it failed without a word");
      String plain = last.strip().replaceFirst("^stoa-init: ", "");
      return plain.length() <= LONGEST_REASON ? plain : plain.substring(0, LONGEST_REASON) + "...";
    }
  }

  private static Ending run(ProcessBuilder builder, Path said) throws IOException {
    builder.environment().put("LC_ALL", "C"); // its errors are looked at
    Process process =
        builder.redirectErrorStream(true).redirectOutput(Redirect.to(said.toFile())).start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        throw new FailureException(notNow("a trial did not end within " + SECONDS + " s"));
      }
      String text = Files.readString(said, StandardCharsets.ISO_8859_1);
      Ending ending = new Ending(process.exitValue() == 0, text);
      if (process.exitValue() == KILLED) {
        throw new FailureException(notNow("a trial was killed"));
      }
      if (!ending.ok() && PASSING_IN_PROGRAMS.matcher(text).find()) {
        throw new FailureException(notNow(ending.reason()));
      }
      return ending;
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody knows this thread", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
