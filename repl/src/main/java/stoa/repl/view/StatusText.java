package stoa.repl.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import stoa.value.Json;
import stoa.value.Value;

/// How a host is doing, as `stoa.status` tells it, for people.
///
/// @param width of a line
public record StatusText(Paint paint, int width) {
  private static final String SANDBOX = "sandbox";

  private static final List<String> FACTS =
      List.of(
          "pid",
          "build",
          "java",
          "uptime_s",
          "idle_limit_s",
          "clients",
          "calls",
          "heap_mb",
          "prepared",
          SANDBOX,
          "children",
          "log");

  public String of(Value told) {
    List<String> lines = new ArrayList<>();
    for (String fact : FACTS) {
      if (fact.equals(SANDBOX) && told.at(fact).isNull()) {
        continue; // a host that does not say it
      }
      lines.add("%-13s ".formatted(fact) + plain(told.at(fact)));
    }
    told.at("engines")
        .asMap()
        .forEach((language, engine) -> lines.add("%-13s ".formatted(language) + engine.asText()));
    if (!told.at("protection").isNull()) {
      lines.add("");
      lines.add(paint.bold("Protection of others from a module"));
      lines.add(new ProtectionText(paint, width).table(told.at("protection")));
      lines.add("");
    }
    lines.add(new ModuleText(paint, width).list(told.at("modules")));
    return String.join("\n", lines);
  }

  private static String plain(Value fact) {
    return switch (fact) {
      case Value.Text(String text) -> text;
      case Value.Null _ -> "none";
      case Value.Dictionary(Map<String, Value> entries) when entries.containsKey("level") ->
          sandbox(fact);
      default -> Json.write(fact);
    };
  }

  /// `landlock, in namespaces (bubblewrap: there is no `bwrap` on PATH)`.
  private static String sandbox(Value told) {
    String why = plain(told.at("why"));
    String minimum = plain(told.at("minimum"));
    return plain(told.at("name"))
        + (why.isEmpty() ? "" : " (" + Printable.of(why) + ")")
        + (minimum.equals("none") ? "" : "; `" + minimum + "` is the least");
  }
}
