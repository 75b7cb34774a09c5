package stoa.repl.line;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import stoa.value.Json;
import stoa.value.MalformedValueException;
import stoa.value.Value;

/// Cuts a line into words. Double quotes make text, with the escapes of JSON; single quotes keep
/// all characters as they are and leave open what they mean, as a shell does; a word that begins
/// with `[` or `{` is JSON and may contain spaces.
final class WordReader {
  private final String line;
  private int at;

  WordReader(String line, int from) {
    this.line = line;
    this.at = from;
  }

  /// All words up to the end, with spaces between them. After a word `--`, names are not looked
  /// for.
  List<Word> spaced() throws LineSyntaxException {
    List<Word> words = new ArrayList<>();
    boolean names = true;
    for (skipSpace(); at < line.length(); skipSpace()) {
      int start = at;
      Word word = word("", names);
      if (names && line.substring(start, at).equals("--")) {
        names = false;
      } else {
        words.add(word);
      }
    }
    return words;
  }

  /// Words in brackets, with commas between them: `("a b", 2, least=3)`. The line must end after
  /// the bracket.
  List<Word> bracketed() throws LineSyntaxException {
    int open = at++;
    List<Word> words = new ArrayList<>();
    skipSpace();
    while (at < line.length() && line.charAt(at) != ')') {
      words.add(word(",)", true));
      skipSpace();
      if (at < line.length() && line.charAt(at) == ',') {
        at++;
        skipSpace();
      } else if (at < line.length() && line.charAt(at) != ')') {
        throw wrong("expected `,` or `)`; text with spaces needs quotes", at);
      }
    }
    if (at >= line.length()) {
      throw incomplete("the bracket is not closed", open);
    }
    at++;
    skipSpace();
    if (at < line.length()) {
      throw wrong("nothing can follow the call; leave the rest out", at);
    }
    return words;
  }

  private void skipSpace() {
    while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
      at++;
    }
  }

  private Word word(String enders, boolean names) throws LineSyntaxException {
    Matcher name = Word.NAME.matcher(line).region(at, line.length());
    Optional<String> named =
        names && name.lookingAt() ? Optional.of(name.group(1)) : Optional.empty();
    if (named.isPresent()) {
      at = name.end();
    }
    int start = at;
    if (at < line.length() && (line.charAt(at) == '[' || line.charAt(at) == '{')) {
      Word json = new Word(named, balanced(), false);
      checkJson(json, start);
      return json;
    }
    StringBuilder text = new StringBuilder();
    boolean quoted = false;
    while (at < line.length() && !ends(line.charAt(at), enders)) {
      quoted |= line.charAt(at) == '"';
      piece(text);
    }
    return new Word(named, text.toString(), quoted);
  }

  private static boolean ends(char c, String enders) {
    return Character.isWhitespace(c) || enders.indexOf(c) >= 0;
  }

  private void piece(StringBuilder text) throws LineSyntaxException {
    char c = line.charAt(at);
    if (c == '"') {
      text.append(doubleQuoted());
    } else if (c == '\'') {
      int close = line.indexOf('\'', at + 1);
      if (close < 0) {
        throw incomplete("the quote ' is not closed", at);
      }
      text.append(line, at + 1, close);
      at = close + 1;
    } else if (c == '\\' && at + 1 < line.length()) {
      text.append(line.charAt(at + 1));
      at += 2;
    } else {
      text.append(c);
      at++;
    }
  }

  private String doubleQuoted() throws LineSyntaxException {
    int open = at;
    skipString();
    String json = line.substring(open, at).replace("\n", "\\n");
    try {
      return Json.read(json) instanceof Value.Text(String text) ? text : json;
    } catch (MalformedValueException e) {
      throw wrong("bad text in quotes: write \\\\ for a backslash and \\\" for a quote", open);
    }
  }

  /// Moves behind the string that begins here.
  private void skipString() throws LineSyntaxException {
    int open = at++;
    while (at < line.length() && line.charAt(at) != '"') {
      at += line.charAt(at) == '\\' ? 2 : 1;
    }
    if (at >= line.length()) {
      throw incomplete("the quote \" is not closed", open);
    }
    at++;
  }

  /// The text up to the bracket that closes the one here.
  private String balanced() throws LineSyntaxException {
    int start = at;
    int depth = 0;
    do {
      if (at >= line.length()) {
        throw incomplete("the bracket `" + line.charAt(start) + "` is not closed", start);
      }
      char c = line.charAt(at);
      if (c == '"') {
        skipString();
      } else {
        depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
        at++;
      }
    } while (depth > 0);
    return line.substring(start, at);
  }

  private void checkJson(Word word, int start) throws LineSyntaxException {
    try {
      var _ = Json.read(word.text());
    } catch (MalformedValueException e) {
      throw wrong(
          e.getMessage()
              + "; keys and text need double quotes, and 'single quotes' pass it as text",
          start);
    }
  }

  private static LineSyntaxException wrong(String message, int column) {
    return new LineSyntaxException(message, column, false);
  }

  private static LineSyntaxException incomplete(String message, int column) {
    return new LineSyntaxException(message, column, true);
  }
}
