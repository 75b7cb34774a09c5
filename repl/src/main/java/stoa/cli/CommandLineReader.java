package stoa.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import stoa.call.Suggestion;
import stoa.repl.line.Word;

/// Takes a command line apart. Flags may stand anywhere up to `--`; a negative number is no flag.
///
/// Written by hand, because loading a library for it costs more than the rest of a call.
final class CommandLineReader {
  private static final Pattern NEGATIVE = Pattern.compile("-\\.?\\d.*");

  private final List<String> arguments;
  private final List<Word> words = new ArrayList<>();
  private final Map<Flag, String> flags = new EnumMap<>(Flag.class);
  private Optional<Verb> verb = Optional.empty();
  private int at;

  private CommandLineReader(List<String> arguments) {
    this.arguments = arguments;
  }

  /// @throws UsageException saying what is wrong and how it is right
  static CommandLine read(List<String> arguments) {
    return new CommandLineReader(arguments).read();
  }

  private CommandLine read() {
    boolean flagsEnded = false;
    while (at < arguments.size()) {
      String argument = arguments.get(at++);
      if (flagsEnded) {
        words.add(Word.ofUnnamed(argument));
      } else if (argument.equals("--")) {
        flagsEnded = true;
      } else if (argument.length() > 1 && argument.startsWith("-") && !isNegative(argument)) {
        flag(argument);
      } else if (verb.isEmpty()) {
        verb = Optional.of(verb(argument));
      } else {
        words.add(Word.ofArgument(argument));
      }
    }
    return checked();
  }

  private static boolean isNegative(String argument) {
    return NEGATIVE.matcher(argument).matches();
  }

  private static Verb verb(String text) {
    return Verb.named(text)
        .orElseThrow(() -> {
          List<String> known = Arrays.stream(Verb.values()).map(Verb::text).toList();
          String help =
              text.contains(".")
                  ? "To call a method: stoa call " + text
                  : Suggestion.of(text, known).orElse("`stoa help` lists what there is.");
          return new UsageException("`" + text + "` is no verb of stoa.", help);
        });
  }

  private void flag(String argument) {
    int sign = argument.indexOf('=');
    String name = sign < 0 ? argument : argument.substring(0, sign);
    Flag flag = Flag.named(name).orElseThrow(() -> unknown(name));
    if (!flag.takesValue()) {
      if (sign >= 0) {
        throw new UsageException("`" + name + "` takes no value.", "");
      }
      flags.put(flag, "");
    } else if (sign >= 0) {
      flags.put(flag, argument.substring(sign + 1));
    } else if (at < arguments.size()) {
      flags.put(flag, arguments.get(at++));
    } else {
      throw new UsageException("`%s` needs a value: %s.".formatted(name, flag.value()), "");
    }
  }

  private UsageException unknown(String name) {
    List<String> known = allowed().stream().map(Flag::text).toList();
    String help = Suggestion.of(name, known).map(s -> s + " ").orElse("");
    return new UsageException(
        "there is no option `" + name + "`.", help + "To pass it on as text, put `--` before it.");
  }

  private Set<Flag> allowed() {
    Set<Flag> allowed = EnumSet.copyOf(Flag.COMMON);
    if (verb.isPresent()) {
      allowed.addAll(verb.get().own());
    } else {
      allowed.addAll(EnumSet.allOf(Flag.class));
    }
    return allowed;
  }

  private CommandLine checked() {
    if (verb.isEmpty()) {
      verb = Optional.of(implied());
    }
    for (Flag flag : flags.keySet()) {
      if (!allowed().contains(flag) && flag != Flag.VERSION) {
        throw new UsageException(
            "`%s` means nothing to `stoa %s`."
                .formatted(flag.text(), verb.get().text())
                .replace(" `.", "`."),
            "`stoa help " + verb.get().text() + "` lists its options.");
      }
    }
    if (flags.containsKey(Flag.JSON) && flags.containsKey(Flag.CBOR)) {
      throw new UsageException("`--json` and `--cbor` are two ways to print.", "Choose one.");
    }
    return new CommandLine(verb.get(), words, flags);
  }

  private Verb implied() {
    if (flags.containsKey(Flag.VERSION)) {
      return Verb.VERSION;
    }
    return flags.containsKey(Flag.HELP) ? Verb.HELP : Verb.SHELL;
  }
}
