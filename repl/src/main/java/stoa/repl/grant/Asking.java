package stoa.repl.grant;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Invoker;
import stoa.client.ModuleClient;
import stoa.repl.view.GrantText;
import stoa.repl.view.Printable;
import stoa.value.Value;

/// Asks a person what modules may do: before the first call of a module, whether it may have what
/// its manifest asks for; and after a call was refused something, whether it may have that.
///
/// What was answered holds as long as this lives: nobody is asked the same twice. What is granted
/// is granted for good. Any thread; who needs an answer waits for it.
public final class Asking {
  /// Modules of the host itself, which ask for nothing.
  private static final Set<String> OPEN = Set.of("stoa", "events");

  /// What a missing grant does not lead to.
  private static final Set<Code> OTHER_REASONS =
      EnumSet.of(Code.NO_SUCH_MODULE, Code.NO_SUCH_METHOD, Code.CANCELLED, Code.DEADLINE_EXCEEDED);

  private final Person person;
  private final String place;
  private final Set<String> settled = ConcurrentHashMap.newKeySet();

  @GuardedBy("this")
  private final Set<Missing> declined = new HashSet<>();

  @GuardedBy("this")
  private final Map<Missing, Instant> granted = new HashMap<>();

  @GuardedBy("this")
  private long lastRefusal;

  /// A module may not do something.
  private record Missing(String module, String grant) {}

  /// @param place for what is granted: `this home`
  public Asking(Person person, String place) {
    this.person = person;
    this.place = place;
  }

  /// Asks something else.
  public boolean agrees(String question) {
    return person.agrees(question);
  }

  /// The same modules, with questions on the way to them.
  public Invoker before(Invoker modules) {
    return new AskingInvoker(modules, this);
  }

  /// Whether a call of a module need not wait for an answer.
  boolean isSettled(String module) {
    return OPEN.contains(module) || settled.contains(module);
  }

  /// Asks, unless that was done, whether a module may have what it asks for.
  public void settle(Invoker modules, String module) {
    if (!isSettled(module)) {
      settleOnce(new ModuleClient(modules, "stoa"), module);
    }
  }

  private synchronized void settleOnce(ModuleClient stoa, String module) {
    if (isSettled(module)) {
      return;
    }
    List<String> asked = asked(stoa, module);
    if (!asked.isEmpty()) {
      askFor(stoa, module, asked);
    }
    settled.add(module);
  }

  /// Nothing for what is no file, or is not there: whoever calls it hears that.
  private static List<String> asked(ModuleClient stoa, String module) {
    try {
      return GrantWords.askedBy(stoa, module);
    } catch (FailureException e) {
      return List.of();
    }
  }

  @GuardedBy("this")
  private void askFor(ModuleClient stoa, String module, List<String> asked) {
    String plain = asked.stream().map(GrantText::plain).collect(Collectors.joining("; "));
    person.tell("`%s` asks for: %s.".formatted(module, plain));
    GrantWords.byLinks(asked).forEach(person::tell);
    while (true) {
      String answer = person.answer("Grant it for %s? [y]es / [n]o / [s]how ".formatted(place));
      if (Person.isYes(answer)) {
        grant(stoa, module, asked);
        return;
      }
      if (!answer.strip().toLowerCase(Locale.ROOT).startsWith("s")) {
        asked.forEach(grant -> declined.add(new Missing(module, grant)));
        return;
      }
      person.tell(GrantText.asksFor(module, asked));
      person.tell(
          "  one of them: stoa grant %s %s".formatted(module, GrantText.typed(asked.getFirst())));
    }
  }

  @GuardedBy("this")
  private void grant(ModuleClient stoa, String module, List<String> grants) {
    Value told = stoa.call("grant", module, grants);
    grants.forEach(grant -> granted.put(new Missing(module, grant), Instant.now()));
    person.tell(GrantText.granted(module, told));
  }

  /// After a call has failed: if that may be because something was refused to a module, asks
  /// whether it may have it from now on.
  ///
  /// @param first when the call was made the first time
  /// @param last when it was made the last time
  /// @return whether the call may succeed now
  boolean helps(Invoker modules, Failure failure, Instant first, Instant last) {
    return !OTHER_REASONS.contains(failure.code())
        && helpsNow(new ModuleClient(modules, "stoa"), failure, first, last);
  }

  private synchronized boolean helpsNow(
      ModuleClient stoa, Failure failure, Instant first, Instant last) {
    try {
      boolean grantedMeanwhile = false;
      List<Missing> open = new ArrayList<>();
      for (Missing one : missing(stoa, failure, last)) {
        Instant then = granted.getOrDefault(one, Instant.MIN);
        grantedMeanwhile |= then.isAfter(last);
        // What is refused although it was granted for this very call is not asked for again.
        if (!declined.contains(one) && !then.isAfter(first)) {
          open.add(one);
        }
      }
      return open.isEmpty() ? grantedMeanwhile : askFor(stoa, open);
    } catch (FailureException e) {
      return false; // the first failure is told
    }
  }

  /// What was refused since the call began; if the failure itself names one of that, this one. The
  /// host alone says what it refused: a failure may come from a module, and name any grant of any
  /// module.
  @GuardedBy("this")
  private List<Missing> missing(ModuleClient stoa, Failure failure, Instant since) {
    Value told = stoa.call("wanted", lastRefusal);
    lastRefusal = told.at("last").asLong();
    Set<Missing> missing = new LinkedHashSet<>();
    for (Value row : told.at("refused").asList()) {
      if (!Instant.parse(row.at("at").asText()).isBefore(since)) {
        missing.add(new Missing(row.at("module").asText(), row.at("grant").asText()));
      }
    }
    Map<String, String> details = failure.details();
    Missing named =
        new Missing(details.getOrDefault("module", ""), details.getOrDefault("grant", ""));
    return missing.contains(named) ? List.of(named) : List.copyOf(missing);
  }

  @GuardedBy("this")
  private boolean askFor(ModuleClient stoa, List<Missing> open) {
    for (Missing one : open) {
      person.tell(
          "`%s` may not %s.".formatted(Printable.of(one.module), GrantText.plain(one.grant)));
    }
    List<String> grants = open.stream().map(Missing::grant).toList();
    GrantWords.byLinks(grants).forEach(person::tell);
    String what = open.size() == 1 ? GrantText.typed(open.getFirst().grant) : "this";
    if (!person.agrees("Grant %s for %s, and try again?".formatted(what, place))) {
      declined.addAll(open);
      return false;
    }
    for (Missing one : open) {
      grant(stoa, one.module, List.of(one.grant));
    }
    return true;
  }
}
