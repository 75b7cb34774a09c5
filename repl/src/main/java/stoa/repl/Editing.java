package stoa.repl;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.Highlighter;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.utils.AttributedString;
import stoa.value.Value;

/// What JLine asks while a line is edited. On the shell's thread.
final class Editing implements Parser, Completer, Highlighter {
  private static final Pattern IDENTIFIER = Pattern.compile("[\\w$]*$");

  private final Interpreter interpreter;
  private final Names names;
  private final Completion completion;
  private final Hints hints;

  Editing(Interpreter interpreter, Names names, Hints hints) {
    this.interpreter = interpreter;
    this.names = names;
    this.completion = new Completion(names);
    this.hints = hints;
  }

  /// A line up to the cursor, and the word that is completed.
  private record UpToCursor(String line, int cursor, String word) implements CompletingParsedLine {
    @Override
    public int wordCursor() {
      return word.length();
    }

    @Override
    public int wordIndex() {
      return 0;
    }

    @Override
    public int rawWordCursor() {
      return word.length();
    }

    @Override
    public int rawWordLength() {
      return word.length();
    }

    @Override
    public CharSequence escape(CharSequence candidate, boolean complete) {
      return candidate;
    }

    @Override
    public List<String> words() {
      return List.of(word);
    }
  }

  @Override
  public ParsedLine parse(String line, int cursor, ParseContext context) {
    if (context == ParseContext.ACCEPT_LINE && interpreter.isIncomplete(line)) {
      throw new EOFError(-1, cursor, "more is to come");
    }
    String text = line.substring(0, cursor);
    return new UpToCursor(line, cursor, word(text));
  }

  private String word(String text) {
    if (interpreter.mode() == Mode.CALLS) {
      return Completion.word(text);
    }
    Matcher word = IDENTIFIER.matcher(text);
    return word.find() ? word.group() : "";
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    String text = line.line().substring(0, line.cursor());
    if (interpreter.mode() == Mode.CALLS) {
      completion.at(text).stream().map(Editing::candidate).forEach(candidates::add);
      return;
    }
    Value offered =
        interpreter.consoles().complete(interpreter.mode(), text, Duration.ofMillis(1500));
    for (Value name : offered.asList()) {
      String value = name.asText();
      candidates.add(new Candidate(value, value, null, null, null, null, false));
    }
  }

  private static Candidate candidate(Offer offer) {
    String description = offer.description().isEmpty() ? null : offer.description();
    return new Candidate(
        offer.value(), offer.shown(), offer.group(), description, null, null, offer.ends());
  }

  @Override
  public AttributedString highlight(LineReader reader, String buffer) {
    if (interpreter.mode() != Mode.CALLS) {
      reader.setTailTip("");
      return Highlighting.ofCode(buffer);
    }
    boolean atEnd = reader.getBuffer().cursor() == reader.getBuffer().length();
    String hint = atEnd && !buffer.contains("\n") ? hints.after(buffer) : "";
    // JLine drops the first word of a tip when it stands right behind a letter: so there is only
    // one.
    reader.setTailTip(hint.replace(' ', '\u00a0'));
    List<String> known = names.modules(Duration.ZERO);
    return Highlighting.ofCall(buffer, name -> known.isEmpty() || known.contains(name));
  }
}
