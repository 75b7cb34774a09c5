package stoa.process;

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
public record ChildCommand(List<String> words, Map<String, String> environment) {

  /// @throws FailureException LOAD_FAILED if the interpreter or the SDK is missing
  static ChildCommand of(Found found, Sdk sdk) {
    return found
        .language()
        .map(language -> interpreted(found, language, sdk))
        .orElseGet(() -> new ChildCommand(List.of(found.main().toString()), Map.of()));
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
              List.of(interpreter(found, "python3"), "-P", "-u", "-m", "stoa.run", main),
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
