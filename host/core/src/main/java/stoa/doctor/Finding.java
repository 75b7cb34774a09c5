package stoa.doctor;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import stoa.call.Failure;
import stoa.value.Value;

/// What was found at one place.
///
/// @param subject a module's name, or `host`
/// @param check what was looked at: `java`, `manifest`, `load`
/// @param text what was found
/// @param fix the next step; empty if there is none
public record Finding(String subject, String check, Grade grade, String text, String fix) {
  /// How bad it is.
  public enum Grade {
    FINE,
    /// Works, with less than could be had.
    NOTE,
    /// Something does not work.
    WRONG;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding fine(String subject, String check, String text) {
    return new Finding(subject, check, Grade.FINE, text, "");
  }

  static Finding wrong(String subject, String check, Failure failure) {
    return new Finding(subject, check, Grade.WRONG, failure.message(), failure.help());
  }

  /// As `stoa doctor --json` prints it.
  public Value told() {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("subject", subject);
    row.put("check", check);
    row.put("grade", grade.text());
    row.put("text", text);
    row.put("fix", fix);
    return Value.of(row);
  }
}
