package stoa.conform;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import stoa.call.Chain;
import stoa.call.Deadline;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.Target;
import stoa.value.Arguments;
import stoa.value.Value;

/// One case under way. One thread.
final class Run {
  // Milliseconds. Generous: what they tell apart is an end from none, on a machine that has other
  // things to do.
  private static final long AT_ONCE = 3_000;
  private static final long SLACK = 3_000;
  private static final long PATIENCE = 10_000;
  private static final long EVENTUALLY = 10_000;
  private static final long SILENCE = 100;

  private final Subject subject;
  private final String language;
  private final Scope scope;
  private final Map<String, Pending> pending = new HashMap<>();

  /// A call that a later step waits for.
  private record Pending(Exchange call, Value step) {}

  Run(Subject subject, String language) {
    this.subject = subject;
    this.language = language;
    this.scope = new Scope(subject);
  }

  Outcome of(Case row) throws InterruptedException {
    try {
      int number = 0;
      for (Value step : row.steps()) {
        number++;
        Optional<Outcome> broken = step(row, scope.filled(step));
        if (broken.isPresent()) {
          return row.steps().size() == 1 ? broken.get() : numbered(number, broken.get());
        }
      }
      return new Outcome.Passed();
    } catch (Scope.NoObjects _) {
      return new Outcome.Skipped("the kit has no objects of its own here");
    } catch (RuntimeException e) {
      // What came could not even be read.
      return new Outcome.Failed("the kit could not go on: " + e);
    } finally {
      pending.values().forEach(open -> open.call().cancel());
      scope.close();
    }
  }

  private static Outcome numbered(int step, Outcome outcome) {
    return outcome instanceof Outcome.Failed(String difference)
        ? new Outcome.Failed("step " + step + ": " + difference)
        : outcome;
  }

  private Optional<Outcome> step(Case row, Value step) throws InterruptedException {
    if (has(step, "release")) {
      subject.door().release().accept((Value.Reference) step.at("release"));
      return Optional.empty();
    }
    if (has(step, "unload")) {
      return unload(step.at("unload").asText());
    }
    if (has(step, "freed")) {
      return freed(step);
    }
    if (has(step, "log")) {
      return log(step.at("log").asText());
    }
    if (has(step, "await")) {
      Pending open = pending.remove(step.at("await").asText());
      if (open == null) {
        return Optional.of(new Outcome.Failed("it awaits a call that was not made"));
      }
      return ended(row, open.step(), open.call());
    }
    long until = System.nanoTime() + EVENTUALLY * 1_000_000;
    while (true) {
      Exchange call = open(step);
      if (has(step, "background")) {
        pending.put(step.at("background").asText(), new Pending(call, step));
        return Optional.empty();
      }
      Optional<Outcome> broken = ended(row, step, call);
      if (broken.isEmpty() || !has(step, "eventually") || System.nanoTime() > until) {
        return broken;
      }
      pause();
    }
  }

  private Exchange open(Value step) {
    Optional<List<Value>> stream =
        has(step, "stream") ? Optional.of(step.at("stream").asList()) : Optional.empty();
    int credit = Math.toIntExact(number(step, "credit", Invocation.INITIAL_CREDIT));
    Invocation.Terms terms =
        Invocation.Terms.DEFAULT
            .withCredit(credit)
            .with(new Invocation.Shape(stream.isPresent(), has(step, "one_way")));
    if (has(step, "deadline")) {
      terms = terms.with(Deadline.in(Duration.ofMillis(step.at("deadline").asLong())));
    }
    Invocation invocation =
        new Invocation(
            target(step), step.at("call").asText(), argument(step), terms, Chain.begin());
    Exchange.Manner manner =
        new Exchange.Manner(number(step, "take", Long.MAX_VALUE), !has(step, "credit"));
    return Exchange.open(subject.door().invoker(), invocation, stream, manner);
  }

  private Target target(Value step) {
    if (step.at("on") instanceof Value.Reference reference) {
      return new Target.Handed(reference);
    }
    return new Target.Module(has(step, "to") ? step.at("to").asText() : subject.module());
  }

  private static Payload argument(Value step) {
    if (has(step, "vector")) {
      return Payload.of(new Arguments(List.of(Expectation.ofVector(step.at("vector"))), Map.of()));
    }
    return Payload.of(
        new Arguments(
            has(step, "args") ? step.at("args").asList() : List.of(),
            has(step, "named") ? step.at("named").asMap() : Map.of()));
  }

  private Optional<Outcome> ended(Case row, Value step, Exchange call) throws InterruptedException {
    Optional<Outcome> early = whileOpen(step, call);
    if (early.isPresent()) {
      return early;
    }
    long patience = Math.max(PATIENCE, number(step, "within", 0));
    Optional<Signal> end = call.await(patience);
    if (end.isEmpty()) {
      call.cancel();
      return failed("no end after " + patience + " ms");
    }
    if (lacksFeature(row, end.get())) {
      return Optional.of(new Outcome.Skipped(String.join(", ", row.needs())));
    }
    Optional<String> wrong = new Expectation(step, language).difference(call, end.get());
    if (wrong.isPresent()) {
      return wrong.map(Outcome.Failed::new);
    }
    if (has(step, "as") && end.get() instanceof Signal.Returned(Payload result)) {
      scope.name(step.at("as").asText(), result.value());
    }
    if (has(step, "as_items")) {
      List<Value> items = call.items();
      for (int i = 0; i < items.size(); i++) {
        scope.name(step.at("as_items").asText() + i, items.get(i));
      }
    }
    return tooLate(step, call);
  }

  /// What is to be seen, or done, before the call ends.
  private Optional<Outcome> whileOpen(Value step, Exchange call) throws InterruptedException {
    if (has(step, "credit")) {
      int credit = Math.toIntExact(step.at("credit").asLong());
      call.awaitItems(credit, PATIENCE);
      call.awaitItems(credit + 1, SILENCE);
      if (call.items().size() != credit) {
        return failed("expected " + credit + " items, as credit said, got " + call.items().size());
      }
      if (has(step, "more")) {
        int more = Math.toIntExact(step.at("more").asLong());
        call.credit(more);
        call.awaitItems(credit + more, PATIENCE);
        call.awaitItems(credit + more + 1, SILENCE);
      }
      call.cancel();
    }
    if (has(step, "cancel")) {
      call.await(step.at("cancel").asLong());
      call.cancel();
    }
    return Optional.empty();
  }

  private static boolean lacksFeature(Case row, Signal end) {
    return !row.needs().isEmpty()
        && end instanceof Signal.Failed(Failure failure)
        && failure.code() == Code.UNSUPPORTED;
  }

  private static Optional<Outcome> tooLate(Value step, Exchange call) {
    long limit =
        has(step, "within") ? step.at("within").asLong() : AT_ONCE + number(step, "cancel", 0);
    if (has(step, "deadline") && !has(step, "within")) {
      limit = step.at("deadline").asLong() + SLACK;
    }
    if (has(step, "credit") || has(step, "background")) {
      return Optional.empty();
    }
    return call.millis() <= limit
        ? Optional.empty()
        : failed("expected an end within " + limit + " ms, it took " + call.millis() + " ms");
  }

  /// Only modules that the host has loaded can be unloaded.
  private Optional<Outcome> unload(String module) {
    try {
      subject.host().module("stoa").call("unload", module);
      return Optional.empty();
    } catch (FailureException e) {
      return e.failure().code() == Code.NO_SUCH_MODULE
          ? Optional.of(new Outcome.Skipped("it cannot be unloaded"))
          : failed("`unload` failed: " + e.failure().message());
    }
  }

  /// Nobody holds an object any more, perhaps after the holder was asked to collect its garbage.
  private Optional<Outcome> freed(Value step) throws InterruptedException {
    long until = System.nanoTime() + EVENTUALLY * 1_000_000;
    while (isHeld((Value.Reference) step.at("freed"))) {
      if (System.nanoTime() > until) {
        return failed("expected that nobody holds " + step.at("freed") + " any more");
      }
      if (has(step, "by")) {
        subject.host().module(target(step).text()).call(step.at("by").asText());
      }
      pause();
    }
    return Optional.empty();
  }

  private boolean isHeld(Value.Reference reference) {
    return subject.host().module("stoa").call("references").asList().stream()
        .anyMatch(row ->
            row.at("owner").asText().equals(reference.owner())
                && row.at("number").asLong() == reference.number());
  }

  private static void pause() throws InterruptedException {
    var _ = new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
  }

  private Optional<Outcome> log(String wanted) throws InterruptedException {
    long until = System.nanoTime() + EVENTUALLY * 1_000_000;
    while (subject.log().stream().noneMatch(line -> line.text().contains(wanted))) {
      if (System.nanoTime() > until) {
        return failed("expected a log line with `" + wanted + "`");
      }
      pause();
    }
    return Optional.empty();
  }

  private static Optional<Outcome> failed(String difference) {
    return Optional.of(new Outcome.Failed(difference));
  }

  private static long number(Value step, String key, long otherwise) {
    return has(step, key) ? step.at(key).asLong() : otherwise;
  }

  private static boolean has(Value step, String key) {
    return step.asMap().containsKey(key);
  }
}
