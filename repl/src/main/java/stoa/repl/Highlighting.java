package stoa.repl;

import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/// Colours of what is being typed: names, text, numbers, and the first word if nothing can come of
/// it.
final class Highlighting {
  private static final AttributedStyle NAME =
      AttributedStyle.DEFAULT.foreground(AttributedStyle.CYAN);
  private static final AttributedStyle TEXT =
      AttributedStyle.DEFAULT.foreground(AttributedStyle.GREEN);
  private static final AttributedStyle NUMBER =
      AttributedStyle.DEFAULT.foreground(AttributedStyle.MAGENTA);
  private static final AttributedStyle WRONG =
      AttributedStyle.DEFAULT.foreground(AttributedStyle.RED);

  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<text>\"(?:\\\\.|[^\"\\\\])*+\"?|'[^']*+'?)"
              + "|(?<number>(?<![\\w.])-?\\d[\\w.]*)"
              + "|(?<name>(?<![\\w$])[A-Za-z_$][\\w$]*(?==))"
              + "|(?<word>[\\w$.]+)");

  private Highlighting() {}

  /// @param isModule whether a name before a dot can be called
  static AttributedString ofCall(String line, Predicate<String> isModule) {
    Matcher first = Pattern.compile("\\s*([^\\s(]+)").matcher(line);
    if (!first.lookingAt()) {
      return new AttributedString(line);
    }
    AttributedStringBuilder out = new AttributedStringBuilder();
    out.append(line, 0, first.start(1));
    out.styled(styleOf(first.group(1), isModule), first.group(1));
    tokens(line.substring(first.end()), out);
    return out.toAttributedString();
  }

  static AttributedString ofCode(String line) {
    AttributedStringBuilder out = new AttributedStringBuilder();
    tokens(line, out);
    return out.toAttributedString();
  }

  private static AttributedStyle styleOf(String word, Predicate<String> isModule) {
    int dot = word.indexOf('.');
    if (dot < 0) {
      return Command.named(word).isPresent() ? AttributedStyle.BOLD : AttributedStyle.DEFAULT;
    }
    return isModule.test(word.substring(0, dot)) ? NAME : WRONG;
  }

  private static void tokens(String text, AttributedStringBuilder out) {
    Matcher token = TOKEN.matcher(text);
    int done = 0;
    while (token.find()) {
      out.append(text, done, token.start());
      out.styled(style(token), token.group());
      done = token.end();
    }
    out.append(text, done, text.length());
  }

  private static AttributedStyle style(Matcher token) {
    if (token.group("text") != null) {
      return TEXT;
    }
    if (token.group("number") != null) {
      return NUMBER;
    }
    return token.group("name") != null ? NAME : AttributedStyle.DEFAULT;
  }
}
