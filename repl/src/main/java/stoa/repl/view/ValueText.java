package stoa.repl.view;

import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stoa.value.Json;
import stoa.value.Value;

/// A value for people: JSON with colours and line breaks, or a table if it is one.
///
/// @param width of the terminal in columns
public record ValueText(Paint paint, int width) {
  private static final int MOST_LINES = 40;
  private static final int MOST_CHARACTERS = 4000;

  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<key>\"(?:\\\\.|[^\"\\\\])*+\"(?=:))|(?<text>\"(?:\\\\.|[^\"\\\\])*+\")"
              + "|(?<number>-?\\d[\\d.eE+-]*)|(?<word>true|false|null)");

  /// As much of it as a person wants to see at once.
  public String brief(Value value) {
    Optional<String> table = Table.of(value).flatMap(t -> t.render(paint, width, false));
    return table.orElseGet(() -> cut(Json.pretty(value)));
  }

  /// All of it.
  public String full(Value value) {
    Optional<String> table = Table.of(value).flatMap(t -> t.render(paint, width, true));
    return table.orElseGet(() -> pretty(value));
  }

  /// All of it as JSON, indented.
  public String pretty(Value value) {
    return coloured(Json.pretty(value));
  }

  /// One element of a stream on one line, all of it.
  public String item(Value value) {
    return coloured(Json.write(value));
  }

  private String cut(String json) {
    List<String> lines = json.lines().toList();
    if (lines.size() > MOST_LINES) {
      String head = String.join("\n", lines.subList(0, MOST_LINES));
      return coloured(head) + "\n" + more("%,d more lines", lines.size() - MOST_LINES);
    }
    return json.length() <= MOST_CHARACTERS
        ? coloured(json)
        : coloured(json.substring(0, MOST_CHARACTERS))
            + "\n"
            + more("%,d more characters", json.length() - MOST_CHARACTERS);
  }

  private String more(String what, int count) {
    return paint.faint("... " + what.formatted(count) + "; `last` shows all");
  }

  private String coloured(String json) {
    return paint.colour() ? TOKEN.matcher(json).replaceAll(this::coloured) : json;
  }

  private String coloured(MatchResult token) {
    String text = token.group();
    String shown =
        token.group("key") != null
            ? paint.name(text)
            : token.group("text") != null ? paint.text(text) : paint.number(text);
    return Matcher.quoteReplacement(shown);
  }
}
