package stoa.repl.view;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import stoa.module.Grant;
import stoa.value.Value;

/// Grants for people.
public final class GrantText {
  /// Where no module may do or asks for more than all may.
  public static final String NOTHING = "Nothing is granted, and no module asks for anything.";

  /// A list of calls that is empty, as a host says it.
  private static final String CALLS_NOBODY = "call=";

  private GrantText() {}

  /// What it lets a module do: `read /usr/share/dict`.
  public static String plain(Grant grant) {
    String value = Printable.of(grant.value()).replace('\n', '\u2424');
    if (value.equals(Grant.ANYTHING)) {
      return anything(grant.kind());
    }
    return switch (grant.kind()) {
      case READ -> "read " + value;
      case WRITE -> "read and write " + value;
      case NET -> "reach " + value;
      case ENV -> "see the environment variable " + value;
      case RUN -> "run " + value;
      case LIST -> "see which modules there are";
      case CONNECT -> "open channels to " + value;
      case CALL -> "call " + value;
      case STOA -> "call stoa." + value;
      case HOST -> share(value);
    };
  }

  private static String anything(Grant.Kind kind) {
    return switch (kind) {
      case READ -> "read every file that you can read";
      case WRITE -> "read and write every file that you can";
      case NET -> "reach every host";
      case ENV -> "see all environment variables";
      case RUN -> "run every program";
      case LIST -> "see which modules there are";
      case CONNECT -> "open channels to every module";
      case CALL -> "call every module";
      case STOA -> "call every method of stoa that can be granted";
      case HOST -> "use all of the host";
    };
  }

  private static String share(String value) {
    if (value.startsWith("memory:")) {
      return "use up to " + value.substring("memory:".length()) + " of memory as a process";
    }
    return value.startsWith("time:")
        ? "let a call use up to "
            + value.substring("time:".length())
            + " of CPU time, if its module.toml asks for it"
        : "use of the host " + value;
  }

  /// The same for a text that a host says, which may be of another build.
  public static String plain(String text) {
    if (text.equals(CALLS_NOBODY)) {
      return "call no module";
    }
    try {
      return plain(Grant.of(text));
    } catch (IllegalArgumentException e) {
      return Printable.of(text);
    }
  }

  /// A grant as it is typed, and what it lets a module do.
  public static String line(String grant) {
    return "%-40s %s".formatted(typed(grant), plain(grant));
  }

  /// As people write it, who say `list` for `list=*`.
  public static String typed(String grant) {
    return switch (grant) {
      case "list=*" -> "list";
      case CALLS_NOBODY -> "call = []";
      default -> Printable.of(grant);
    };
  }

  /// `net=example.org:443`, from a map with `kind` and `value`.
  public static String text(Value row) {
    return row.at("kind").asText() + "=" + row.at("value").asText();
  }

  /// A line for each thing that a module may do or asks for, as `stoa.grants` answers.
  public static String table(Value rows, Paint paint, int width) {
    List<Value> shown =
        rows.asList().stream()
            .sorted(Comparator.comparing((Value row) -> row.at("module").asText()))
            .map(GrantText::row)
            .toList();
    return Table.of(List.of("module", "grant", "state", "lets it"), shown)
        .render(paint, Math.max(width, 80), true)
        .orElseThrow();
  }

  private static Value row(Value told) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("module", told.at("module").asText());
    row.put("grant", typed(text(told)));
    row.put("state", told.at("state").asText());
    row.put("lets it", plain(text(told)));
    return Value.of(row);
  }

  /// All that a module asks for, a line each.
  public static String asksFor(String module, List<String> asked) {
    return "`%s` asks for:%s"
        .formatted(
            module, asked.stream().map(text -> "\n  " + line(text)).collect(Collectors.joining()));
  }

  /// @param command how one grants here
  public static String asksForNothing(String module, String command) {
    return "`%s` asks for nothing that it may not do already. To let it do something: %s %s read=DIR"
        .formatted(module, command, module);
  }

  /// What `stoa.grant` answers.
  public static String granted(String module, Value told) {
    List<String> lines = new ArrayList<>();
    List<String> fresh = texts(told.at("granted"));
    if (!fresh.isEmpty()) {
      lines.add("`%s` may now %s.".formatted(module, sentence(fresh)));
    }
    List<String> already = texts(told.at("already"));
    if (!already.isEmpty()) {
      lines.add("`%s` was already allowed to %s.".formatted(module, sentence(already)));
    }
    if (told.at("replaces") instanceof Value.Text(String text) && !text.isEmpty()) {
      lines.add("Note: " + Printable.of(text) + (text.endsWith(".") ? "" : "."));
    }
    return String.join("\n", lines);
  }

  /// What `stoa.revoke` answers.
  public static String revoked(String module, Value told) {
    List<String> gone = texts(told.at("revoked"));
    List<String> left = texts(told.at("all"));
    List<String> sentences = new ArrayList<>();
    if (!gone.isEmpty()) {
      sentences.add("`%s` may no longer %s.".formatted(module, sentence(gone)));
    }
    if (told.at("calls_nobody").asBoolean()) {
      sentences.add(
          "`%s` may call no module any more; `stoa grant %s call=*` lets it call all."
              .formatted(module, module));
    }
    if (sentences.isEmpty()) {
      return "Nothing was granted to `%s`.".formatted(module);
    }
    sentences.add(
        left.isEmpty()
            ? "Nothing is granted to it now."
            : "It still may %s.".formatted(sentence(left)));
    return String.join(" ", sentences);
  }

  private static String sentence(List<String> grants) {
    List<String> plain = grants.stream().map(GrantText::plain).toList();
    return plain.size() == 1
        ? plain.getFirst()
        : String.join(", ", plain.subList(0, plain.size() - 1)) + " and " + plain.getLast();
  }

  /// As they are typed.
  public static String quoted(List<String> grants) {
    return grants.stream().map(text -> "`" + text + "`").collect(Collectors.joining(", "));
  }

  /// The texts of a list.
  public static List<String> texts(Value list) {
    List<String> texts = new ArrayList<>();
    list.asList().forEach(item -> texts.add(item.asText()));
    return texts;
  }
}
