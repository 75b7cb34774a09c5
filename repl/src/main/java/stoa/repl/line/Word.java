package stoa.repl.line;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stoa.value.Json;
import stoa.value.Value;

/// One argument as it was typed.
///
/// @param name of a named argument
/// @param text without quotes and name
/// @param isText it is text even where it reads as JSON
public record Word(Optional<String> name, String text, boolean isText) {
  /// An identifier and an equals sign.
  static final Pattern NAME = Pattern.compile("([A-Za-z_$][A-Za-z0-9_$]*)=");

  private static final Set<String> LITERALS = Set.of("true", "false", "null");

  /// An argument of a command line, where a shell has dealt with the quotes: JSON where it parses
  /// as JSON, else text; `name=value` is a named argument.
  public static Word ofArgument(String argument) {
    Matcher name = NAME.matcher(argument);
    return name.lookingAt()
        ? new Word(Optional.of(name.group(1)), argument.substring(name.end()), false)
        : new Word(Optional.empty(), argument, false);
  }

  /// An argument that is not looked at for a name.
  public static Word ofUnnamed(String argument) {
    return new Word(Optional.empty(), argument, false);
  }

  /// As an argument of a command line was typed.
  public String typed() {
    return name.map(n -> n + "=").orElse("") + text;
  }

  public Value value() {
    return isText || cannotBeJson()
        ? new Value.Text(text)
        : Json.tryRead(text).orElseGet(() -> new Value.Text(text));
  }

  /// Told by its first letter: a command with one word should not wait for the reader of JSON.
  private boolean cannotBeJson() {
    return !text.isEmpty()
        && Character.isLetter(text.charAt(0))
        && !LITERALS.contains(text.strip());
  }

  /// Whether somebody meant JSON and made a mistake: it begins like a list or a map, and was taken
  /// as text.
  public boolean looksLikeBrokenJson() {
    return !isText
        && (text.startsWith("{") || text.startsWith("["))
        && Json.tryRead(text).isEmpty();
  }
}
