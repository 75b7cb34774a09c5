package stoa.cli;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stoa.call.Failure;

/// The command that a refusal names, for the folder that the refused command named: typed as it
/// stands, it would grant something in another home.
final class GrantHint {
  private static final Pattern COMMAND =
      Pattern.compile("stoa grant [a-z][a-z0-9_-]* ('[^'\n]*'|\\S+)");

  private GrantHint() {}

  /// Empty if nothing was refused, or no folder was named.
  static Optional<String> of(CommandLine line, Failure failure) {
    Optional<String> folder = named(line, Flag.MODULES).or(() -> named(line, Flag.HOME));
    Matcher command = COMMAND.matcher(failure.help() + "\n" + failure.message());
    return folder.isPresent() && command.find()
        ? Optional.of("here that is: " + shortened(command.group()) + " " + folder.get())
        : Optional.empty();
  }

  /// In Python a path follows, after a colon.
  private static String shortened(String command) {
    return command.replaceFirst("[:.,;)]+$", "");
  }

  private static Optional<String> named(CommandLine line, Flag flag) {
    return line.value(flag).map(folder -> flag.text() + " " + folder);
  }
}
