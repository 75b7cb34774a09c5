package stoa.architecture;

import java.util.regex.Pattern;

/// The little of Java's grammar that is needed to look for words in its code.
final class JavaText {
  private static final String TEXT_BLOCK = "\"\"\"[\\s\\S]*?(?<!\\\\)\"\"\"";
  private static final String TEXT = "\"(?:\\\\.|[^\"\\\\\\n])*\"";
  private static final String CHARACTER = "'(?:\\\\.[^']*|[^'\\\\])'";
  private static final String COMMENT = "/\\*[\\s\\S]*?\\*/|//[^\\n]*";

  /// What is no code: the first that matches at a place wins, so a comment in a text is none.
  static final Pattern NOT_CODE =
      Pattern.compile(String.join("|", TEXT_BLOCK, TEXT, CHARACTER, COMMENT));

  /// The declaration of a type; group 1 is its name.
  static final Pattern TYPE =
      Pattern.compile("\\b(?:class|interface|record|enum)\\s+(\\p{Lu}\\w*)");

  private JavaText() {}
}
