package stoa.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import stoa.call.Chain;

class WaitsTest {
  private final Waits waits = new Waits();
  private final Object a = new Object();
  private final Object b = new Object();
  private final Object c = new Object();
  private final List<List<String>> refused = new ArrayList<>();

  private static Chain root(String name, Object server) {
    Chain chain = Chain.begin();
    chain.admitted(name, "user");
    chain.servedBy(server);
    return chain;
  }

  /// A blocking call, as the router sees it.
  private Optional<List<String>> call(Chain nested, String name, Object server) {
    nested.admitted(name, "m");
    nested.servedBy(server);
    return waits.enter(nested, server, refused::add);
  }

  private static Chain blocking(Chain by) {
    return by.then(new Chain.Opener("peer", 1), true);
  }

  @Test
  void aCallBackIntoAWaitingInstanceOfTheSameChainIsRecursion() {
    Chain first = root("a.f", a);
    Chain second = blocking(first);
    assertThat(call(second, "b.g", b)).isEmpty();
    Chain third = blocking(second);
    assertThat(call(third, "a.h", a)).isEmpty();
    assertThat(call(blocking(third), "b.i", b)).isEmpty();
  }

  @Test
  void twoChainsThatWaitForEachOtherAreRefusedWithThePath() {
    Chain toB = blocking(root("a.f", a));
    Chain toA = blocking(root("b.f", b));
    assertThat(call(toB, "b.g", b)).isEmpty();
    assertThat(call(toA, "a.g", a)).hasValue(List.of("a.g", "b.g"));
  }

  @Test
  void aCircleOfThreeIsFound() {
    assertThat(call(blocking(root("a.f", a)), "b.g", b)).isEmpty();
    assertThat(call(blocking(root("b.f", b)), "c.g", c)).isEmpty();
    assertThat(call(blocking(root("c.f", c)), "a.g", a)).hasValue(List.of("a.g", "b.g", "c.g"));
  }

  @Test
  void whatHasEndedIsNotWaitedFor() {
    Chain toB = blocking(root("a.f", a));
    assertThat(call(toB, "b.g", b)).isEmpty();
    waits.leave(toB);
    assertThat(call(blocking(root("b.f", b)), "a.g", a)).isEmpty();
  }

  @Test
  void aCallerThatDoesNotBlockClosesNoCircle() {
    assertThat(call(blocking(root("a.f", a)), "b.g", b)).isEmpty();
    Chain free = root("b.f", b).then(new Chain.Opener("peer", 2), false);
    assertThat(call(free, "a.g", a)).isEmpty();
  }

  @Test
  void aStrangerWaitsForAnInstanceThatGoesOn() {
    assertThat(call(blocking(root("a.f", a)), "b.g", b)).isEmpty();
    assertThat(call(blocking(root("c.f", c)), "a.g", a)).isEmpty();
  }

  @Test
  void anInnerCallOfTheSameChainThatOnlyTheOuterCallLedToIsRefused() {
    // a waits in `outer`, which led b to stream; then a waits in `inner` at c, and c calls b,
    // which waits for a outside of `inner`.
    Chain first = root("a.f", a);
    Chain outer = blocking(first);
    assertThat(call(outer, "b.stream", b)).isEmpty();
    Chain inner = blocking(first);
    assertThat(call(inner, "c.g", c)).isEmpty();
    Chain fromB = blocking(outer);
    assertThat(call(fromB, "a.item", a)).isEmpty();
    assertThat(call(blocking(inner), "b.h", b)).hasValue(List.of("b.h", "a.item", "c.g"));
  }

  @Test
  void aGeneratorThatRestsWaitsForNobody() {
    Chain generator = root("a.generate", a);
    assertThat(call(blocking(generator), "b.stream", b)).isEmpty();
    waits.rest(generator);
    assertThat(call(blocking(root("b.f", b)), "a.g", a)).isEmpty();
  }

  @Test
  void aGeneratorThatGoesOnWaitsAgain() {
    Chain generator = root("a.generate", a);
    assertThat(call(blocking(generator), "b.stream", b)).isEmpty();
    waits.rest(generator);
    waits.goOn(generator);
    assertThat(call(blocking(root("b.f", b)), "a.g", a)).hasValue(List.of("a.g", "b.stream"));
    assertThat(refused).isEmpty();
  }

  @Test
  void aGeneratorThatGoesOnWhileItsSourceWaitsForItIsRefused() {
    Chain generator = root("a.generate", a);
    assertThat(call(blocking(generator), "b.stream", b)).isEmpty();
    waits.rest(generator);
    Chain back = blocking(root("b.f", b));
    assertThat(call(back, "a.g", a)).isEmpty();
    // a serves a.g, which waits at c: who went on now would wait for b, and b for that.
    waits.goOn(generator);
    assertThat(refused).containsExactly(List.of("b.stream", "a.g"));
  }

  @Test
  void theRestOfACallThatHasEndedLeavesNothing() {
    Chain generator = root("a.generate", a);
    Chain stream = blocking(generator);
    assertThat(call(stream, "b.stream", b)).isEmpty();
    waits.rest(generator);
    waits.leave(stream);
    waits.goOn(generator);
    assertThat(call(blocking(root("b.f", b)), "a.g", a)).isEmpty();
    assertThat(refused).isEmpty();
  }
}
