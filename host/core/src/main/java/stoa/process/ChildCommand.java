package stoa.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.module.Language;
import stoa.router.Found;

/// The command line that runs a module as a process.
///
/// @param environment what is added to the host's own
/// @param startsOthers whether it may start processes itself
public record ChildCommand(
    List<String> words, Map<String, String> environment, boolean startsOthers) {
  private static final int MAGIC = 4;

  /// How programs begin: ELF, and Mach-O in its two kinds.
  private static final List<String> PROGRAMS =
      List.of("\u007fELF", "\u00cf\u00fa\u00ed\u00fe", "\u00ca\u00fe\u00ba\u00be");

  ChildCommand(List<String> words, Map<String, String> environment) {
    this(words, environment, true);
  }

  /// The words with those that bind its life to the host's.
  List<String> guarded() {
    Guard guard = Guard.best();
    return (startsOthers ? guard : guard.ofLoner()).around(words);
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
    byte[] start = new byte[MAGIC];
    int length;
    try (InputStream file = Files.newInputStream(found.main())) {
      length = file.readNBytes(start, 0, MAGIC);
    } catch (IOException e) {
      throw new FailureException(Deaths.cannotStart(found, String.valueOf(e.getMessage())), e);
    }
    String begins = new String(start, 0, length, StandardCharsets.ISO_8859_1);
    if (!begins.startsWith("#!") && PROGRAMS.stream().noneMatch(begins::equals)) {
      throw new FailureException(Deaths.cannotStart(found, "it is neither a program nor a script"));
    }
    return new ChildCommand(List.of(found.main().toString()), Map.of());
  }

  private static ChildCommand interpreted(Found found, Language language, Sdk sdk) {
    Path folder = sdk.folder(language).orElseThrow(() -> noSdk(found, language));
    String main = found.main().toString();
    return switch (language) {
      case JAVASCRIPT ->
          new ChildCommand(
              List.of(interpreter(found, "node"), folder.resolve("run.js").toString(), main),
              Map.of());
      case PYTHON ->
          new ChildCommand(
              // -P: a file `stoa.py` in the working folder is not the SDK.
              List.of(interpreter(found, "python3"), "-P", "-m", "stoa.run", main),
              Map.of("PYTHONPATH", folder.toString(), "PYTHONDONTWRITEBYTECODE", "1"));
    };
  }

  private static String interpreter(Found found, String program) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    for (String folder : path.split(":")) {
      Path candidate = Path.of(folder.isEmpty() ? "." : folder, program);
      if (Files.isExecutable(candidate)) {
        return candidate.toString();
      }
    }
    throw new FailureException(
        Failure.of(
            Code.LOAD_FAILED,
            "`%s` is to run as a process, but there is no `%s` on PATH."
                .formatted(found.name(), program),
            "Install it, or let the module run in placement `context`."));
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
