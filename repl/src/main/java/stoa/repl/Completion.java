package stoa.repl;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stoa.module.Grant.Kind;
import stoa.module.MethodInfo;
import stoa.repl.view.ModuleCard;

/// What may be typed at the end of a line at the `stoa>` prompt.
final class Completion {
  /// How long Tab may take: a module that loads longer than that is ready at the next Tab.
  private static final Duration PATIENCE = Duration.ofMillis(1500);

  private static final Pattern LAST_WORD = Pattern.compile("[^\\s(,]*$");
  private static final Pattern GIVEN_NAME = Pattern.compile("[\\s(,]([A-Za-z_$][\\w$]*)=");

  private final Names names;

  Completion(Names names) {
    this.names = names;
  }

  /// The word at the end of the text, which an offer replaces.
  static String word(String text) {
    Matcher word = LAST_WORD.matcher(text);
    return word.find() ? word.group() : "";
  }

  /// All that may stand there; the caller picks what fits the beginning of the word.
  List<Offer> at(String text) {
    String word = word(text);
    String before = text.substring(0, text.length() - word.length()).strip();
    if (before.isEmpty()) {
      return targets(word, true);
    }
    String first = before.split("[\\s(]+", 2)[0];
    Optional<Command> command = Command.named(first);
    if (command.isEmpty()) {
      return parameters(first, text);
    }
    String rest = before.substring(first.length()).strip();
    if (rest.isEmpty()) {
      return after(command.get(), word);
    }
    return switch (command.get().takes()) {
      case CALL -> parameters(rest.split("[\\s(]+", 2)[0], text);
      case GRANTS -> kinds();
      case NOTHING, MODULE, NAME, ANYTHING -> List.of();
    };
  }

  private List<Offer> after(Command command, String word) {
    return switch (command.takes()) {
      case NOTHING -> List.of();
      case MODULE, GRANTS -> modules("");
      case CALL -> targets(word, false);
      case NAME -> {
        List<Offer> offers = new ArrayList<>(modules(""));
        offers.addAll(methods(word));
        yield offers;
      }
      case ANYTHING -> {
        List<Offer> offers = new ArrayList<>(commands());
        offers.addAll(modules(""));
        offers.addAll(methods(word));
        yield offers;
      }
    };
  }

  private static List<Offer> kinds() {
    return Arrays.stream(Kind.values())
        .map(kind -> new Offer(kind.word() + "=", kind.word(), kind.shape(), "grants", false))
        .toList();
  }

  private List<Offer> targets(String word, boolean commandsToo) {
    if (word.contains(".")) {
      return methods(word);
    }
    List<Offer> offers = new ArrayList<>(modules("."));
    if (commandsToo) {
      offers.addAll(commands());
    }
    return offers;
  }

  private static List<Offer> commands() {
    return Arrays.stream(Command.values())
        .map(c -> new Offer(c.word(), c.word(), c.summary(), "commands", true))
        .toList();
  }

  private List<Offer> modules(String end) {
    return names.modules(PATIENCE).stream()
        .map(name -> new Offer(name + end, name, "", "modules", end.isEmpty()))
        .toList();
  }

  private List<Offer> methods(String word) {
    int dot = word.indexOf('.');
    if (dot < 0) {
      return List.of();
    }
    String module = word.substring(0, dot);
    return card(module)
        .map(card -> card.info().methods().stream().map(m -> method(module, m)).toList())
        .orElse(List.of());
  }

  private static Offer method(String module, MethodInfo method) {
    String doc = ModuleCard.firstParagraph(method.doc());
    return new Offer(module + "." + method.name(), method.name(), doc, "methods", true);
  }

  private Optional<ModuleCard> card(String module) {
    return names.modules(PATIENCE).contains(module)
        ? names.card(module, PATIENCE)
        : Optional.empty();
  }

  private List<Offer> parameters(String target, String text) {
    int dot = target.indexOf('.');
    if (dot < 0) {
      return List.of();
    }
    List<String> given = GIVEN_NAME.matcher(text).results().map(r -> r.group(1)).toList();
    return card(target.substring(0, dot))
        .flatMap(card -> card.info().method(target.substring(dot + 1)))
        .map(MethodInfo::parameters)
        .orElse(List.of())
        .stream()
        .filter(p -> p.kind().takesName() && !given.contains(p.name()))
        .map(p -> new Offer(p.name() + "=", p.signature(), p.doc(), "arguments", false))
        .toList();
  }
}
