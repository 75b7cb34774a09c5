package stoa.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.module.Language;
import stoa.router.Found;
import stoa.sandbox.Limits;
import stoa.sandbox.Programs;

/// The command line that runs a module as a process.
///
/// @param environment what it needs besides what all get
public record ChildCommand(List<String> words, Map<String, String> environment, Needs needs) {
  /// What it needs of the machine.
  ///
  /// @param visible files and folders that the program and its interpreter read, besides the
  ///   module's own and the system's
  /// @param granted a file that the module has to have been granted
  /// @param network whether it gets one if that is granted, or asks its host in any case
  public record Needs(List<Path> visible, Optional<Path> granted, boolean network, Limits limits) {
    public Needs {
      visible = List.copyOf(visible);
    }

    static Needs of(List<Path> visible) {
      return new Needs(visible, Optional.empty(), true, Limits.DEFAULT);
    }
  }

  private static final int FIRST_LINE = 512;

  /// How programs begin: ELF, and Mach-O in its two kinds.
  private static final List<String> PROGRAMS =
      List.of("\u007fELF", "\u00cf\u00fa\u00ed\u00fe", "\u00ca\u00fe\u00ba\u00be");

  public ChildCommand {
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
  }

  /// @throws FailureException LOAD_FAILED if the interpreter or the SDK is missing
  public static ChildCommand of(Found found, Sdk sdk) {
    return found
        .language()
        .map(language -> interpreted(found, language, sdk))
        .orElseGet(() -> executable(found));
  }

  /// A shell that is given something else would take it for a script of its own.
  private static ChildCommand executable(Found found) {
    byte[] start = new byte[FIRST_LINE];
    int length;
    try (InputStream file = Files.newInputStream(found.main())) {
      length = file.readNBytes(start, 0, FIRST_LINE);
    } catch (IOException e) {
      throw new FailureException(Deaths.cannotStart(found, String.valueOf(e.getMessage())), e);
    }
    String begins = new String(start, 0, length, StandardCharsets.ISO_8859_1);
    List<String> words = List.of(found.main().toString());
    if (begins.startsWith("#!")) {
      return script(found, begins.lines().findFirst().orElse(begins).substring(2));
    }
    if (PROGRAMS.stream().noneMatch(begins::startsWith)) {
      throw new FailureException(Deaths.cannotStart(found, "it is neither a program nor a script"));
    }
    return new ChildCommand(words, Map.of(), Needs.of(List.of()));
  }

  /// Its interpreter is the system's, one of those that the host chooses for modules, the module's
  /// own, or one that it was granted: its author must not make something visible by naming it.
  ///
  /// @param line its first one, after `#!`
  private static ChildCommand script(Found found, String line) {
    List<String> words = List.of(found.main().toString());
    Optional<Interpreter> known = Interpreter.of(line);
    if (known.isPresent()) {
      return new ChildCommand(words, path(known.get()), Needs.of(known.get().visible()));
    }
    Optional<Path> foreign =
        Interpreter.named(line)
            .filter(file -> !Programs.isSystems(file))
            .filter(file -> found.folder().filter(file::startsWith).isEmpty())
            .filter(Files::isRegularFile);
    return new ChildCommand(words, Map.of(), new Needs(List.of(), foreign, true, Limits.DEFAULT));
  }

  /// What a version manager has put on PATH is a script that looks for the interpreter.
  private static Map<String, String> path(Interpreter interpreter) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return interpreter.folder().map(folder -> Map.of("PATH", folder + ":" + path)).orElse(Map.of());
  }

  private static ChildCommand interpreted(Found found, Language language, Sdk sdk) {
    Path folder = sdk.folder(language).orElseThrow(() -> noSdk(found, language));
    String main = found.main().toString();
    return switch (language) {
      case JAVASCRIPT -> {
        Interpreter node = interpreter(found, "node");
        yield new ChildCommand(
            List.of(node.program().toString(), folder.resolve("run.js").toString(), main),
            path(node),
            seen(node, folder));
      }
      case PYTHON -> {
        Interpreter python = interpreter(found, "python3");
        Map<String, String> environment = new HashMap<>(path(python));
        environment.put("PYTHONPATH", folder.toString());
        environment.put("PYTHONDONTWRITEBYTECODE", "1");
        // -P: a file `stoa.py` in the working folder is not the SDK.
        yield new ChildCommand(
            List.of(python.program().toString(), "-P", "-m", "stoa.run", main),
            environment,
            seen(python, folder));
      }
    };
  }

  private static Needs seen(Interpreter interpreter, Path sdk) {
    List<Path> seen = new ArrayList<>(interpreter.visible());
    seen.add(sdk);
    return Needs.of(seen);
  }

  private static Interpreter interpreter(Found found, String program) {
    return Interpreter.onPath(program)
        .orElseThrow(() ->
            new FailureException(
                Failure.of(
                    Code.LOAD_FAILED,
                    "`%s` is to run as a process, but there is no `%s` on PATH."
                        .formatted(found.name(), program),
                    "Install it, or let the module run in placement `context`.")));
  }

  private static FailureException noSdk(Found found, Language language) {
    return new FailureException(
        Failure.of(
            Code.LOAD_FAILED,
            "`%s` is to run as a process, but the Stoa SDK for %s is not known."
                .formatted(found.name(), language.id()),
            "Start through `./stoa`, or give the folder to `Host.builder().sdk(...)`."));
  }
}
