package stoa.repl;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import stoa.module.MethodInfo;
import stoa.repl.line.CallLine;
import stoa.repl.line.LineSyntaxException;
import stoa.repl.line.Word;

/// What the shell shows faintly behind the cursor: the rest of the only name that fits, then what
/// the method still takes. Never waits: what is not known yet is asked for, and `news` runs when it
/// is.
final class Hints {
  private final Names names;
  private final Runnable news;

  Hints(Names names, Runnable news) {
    this.names = names;
    this.news = news;
  }

  /// @param line all that was typed, the cursor being at its end
  String after(String line) {
    String text = line.stripLeading();
    if (text.startsWith(Command.TIME.word() + " ")) {
      return after(text.substring(Command.TIME.word().length() + 1));
    }
    String target = text.split("[\\s(]", 2)[0];
    int dot = target.indexOf('.');
    if (text.isEmpty()) {
      return "";
    }
    learn();
    if (dot < 0) {
      return text.equals(target) ? restOfName(target) : restOfCommand(text, target);
    }
    return known(target.substring(0, dot))
        .map(methods -> ofMethod(methods, target.substring(dot + 1), text))
        .orElse("");
  }

  private void learn() {
    CompletableFuture<List<String>> list = names.list();
    if (!list.isDone()) {
      var _ = list.thenRun(news);
    }
  }

  private String restOfName(String begun) {
    List<String> fitting =
        names.modules(Duration.ZERO).stream().filter(name -> name.startsWith(begun)).toList();
    return fitting.size() == 1 && Command.named(begun).isEmpty()
        ? fitting.getFirst().substring(begun.length()) + "."
        : "";
  }

  private static String restOfCommand(String text, String word) {
    return text.equals(word + " ")
        ? Command.named(word).map(c -> c.usage().substring(c.word().length()).strip()).orElse("")
        : "";
  }

  private Optional<List<MethodInfo>> known(String module) {
    Optional<List<MethodInfo>> methods = names.known(module).map(card -> card.info().methods());
    if (methods.isEmpty() && names.modules(Duration.ZERO).contains(module)) {
      var _ = names.describe(module).thenRun(news);
    }
    return methods;
  }

  private static String ofMethod(List<MethodInfo> methods, String begun, String line) {
    if (!line.endsWith(begun) || line.contains(" ")) {
      return methods.stream()
          .filter(method -> method.name().equals(begun))
          .findFirst()
          .map(method -> remaining(method, line))
          .orElse("");
    }
    List<MethodInfo> fitting = methods.stream().filter(m -> m.name().startsWith(begun)).toList();
    Optional<MethodInfo> exact = fitting.stream().filter(m -> m.name().equals(begun)).findFirst();
    if (exact.isPresent()) {
      return " " + parameters(exact.get(), List.of());
    }
    return fitting.size() == 1 && !begun.isEmpty()
        ? fitting.getFirst().name().substring(begun.length())
            + " "
            + parameters(fitting.getFirst(), List.of())
        : "";
  }

  /// @param line the call so far
  private static String remaining(MethodInfo method, String line) {
    try {
      List<Word> words = CallLine.read(line).words();
      boolean bracket = line.startsWith("(", line.indexOf(method.name()) + method.name().length());
      return bracket ? "" : (line.endsWith(" ") ? "" : " ") + parameters(method, words);
    } catch (LineSyntaxException e) {
      // Inside of a text or bracket there is nothing to hint at.
      return "";
    }
  }

  /// Those that the words do not give yet.
  private static String parameters(MethodInfo method, List<Word> given) {
    long byPosition = given.stream().filter(word -> word.name().isEmpty()).count();
    Set<String> byName = given.stream().flatMap(w -> w.name().stream()).collect(Collectors.toSet());
    Set<MethodInfo.Parameter> filled =
        method.parameters().stream()
            .filter(parameter -> parameter.kind().takesPosition())
            .limit(byPosition)
            .collect(Collectors.toSet());
    List<MethodInfo.Parameter> open =
        method.parameters().stream()
            .filter(p -> !filled.contains(p) && !byName.contains(p.name()))
            .toList();
    return String.join("  ", MethodInfo.signatures(open));
  }
}
