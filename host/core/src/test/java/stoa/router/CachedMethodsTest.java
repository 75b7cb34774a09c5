package stoa.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Chain;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.module.MethodInfo;
import stoa.module.ModuleInfo;
import stoa.value.Arguments;
import stoa.value.Value;

/// Pure methods may be cached: declared; time-to-live, size bound, key by payload bytes; never
/// across identities.
class CachedMethodsTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong now = new AtomicLong(-5 * SECOND);
  private final List<Flow> reached = new ArrayList<>();
  private final List<Signal> answers = new ArrayList<>();
  private final CacheRules rules =
      CacheRules.of(module(method("area", false).cached("10s"), method("now", false)), 1);
  private final CachingInvoker invoker =
      new CachingInvoker(
          (_, caller) -> {
            reached.add(caller);
            return signal -> {
              if (signal instanceof Signal.Cancel) {
                caller.send(new Signal.Failed(Failure.of(Failure.Code.CANCELLED, "stopped.", "")));
              }
            };
          },
          rules,
          new ResultCache(3_000, now::get));

  private static MethodInfo method(String name, boolean streams) {
    return new MethodInfo(name, "", List.of(), "", streams, false);
  }

  private static ModuleInfo module(MethodInfo... methods) {
    return new ModuleInfo("shapes", "", "", List.of(methods), Map.of(), "c");
  }

  private Flow call(String caller, String method, Object... arguments) {
    Chain chain = Chain.begin();
    chain.admitted("shapes." + method, caller);
    Payload argument = Payload.of(Arguments.of(arguments));
    return invoker.open(Invocation.of("shapes", method, argument).with(chain), answers::add);
  }

  private void answer(Object value) {
    reached.getLast().send(new Signal.Returned(Payload.of(Value.of(value))));
  }

  private List<Object> results() {
    return answers.stream().map(signal -> signal.content().value().plain()).toList();
  }

  @Test
  void theSameArgumentsGetTheEarlierResultUntilItsTimeIsUp() {
    call("user", "area", 2);
    answer(4);
    now.addAndGet(10 * SECOND - 1);
    call("user", "area", 2);
    assertThat(reached).hasSize(1);
    assertThat(results()).containsExactly(4L, 4L);

    now.addAndGet(1);
    call("user", "area", 2);
    assertThat(reached).hasSize(2);
  }

  @Test
  void otherArgumentsMethodsAndIdentitiesAreCalls() {
    call("user", "area", 2);
    answer(4);
    call("user", "area", 2.0);
    call("client#1", "area", 2);
    call("user", "now", 2);
    answer(7);
    call("user", "now", 2);
    assertThat(reached).hasSize(5);
  }

  @Test
  void onlyResultsAreKept() {
    call("user", "area", 1);
    reached.getLast().send(new Signal.Failed(Failure.of(Failure.Code.THREW, "broke.", "")));
    call("user", "area", 1);
    reached.getLast().send(new Signal.Item(Payload.of(Value.of(1))));
    reached.getLast().send(new Signal.Returned(Payload.NULL));
    call("user", "area", 1);
    Value object = new Value.Reference("shapes#1", 1);
    reached.getLast().send(new Signal.Returned(Payload.of(object)));
    call("user", "area", 1);
    assertThat(reached).hasSize(4);
  }

  @Test
  void aCallerThatCancelsDisturbsNoOther() {
    Flow first = call("user", "area", 3);
    call("user", "area", 3);
    assertThat(reached).hasSize(2);
    first.send(new Signal.Cancel("enough"));
    answer(9);
    assertThat(answers.getFirst()).isInstanceOf(Signal.Failed.class);
    assertThat(answers.getLast().content().value()).isEqualTo(Value.of(9));
  }

  @Test
  void whatWasUsedLongestAgoGoesWhenThereIsTooMuch() {
    String large = "x".repeat(1_000);
    call("user", "area", 1);
    answer(large);
    call("user", "area", 2);
    answer(large);
    call("user", "area", 1); // used again
    call("user", "area", 3);
    answer(large); // 3 x 1,200 bytes are too many
    call("user", "area", 1);
    assertThat(reached).hasSize(3);
    call("user", "area", 2);
    assertThat(reached).hasSize(4);
    answer("x".repeat(5_000)); // larger than all that is kept
    call("user", "area", 1);
    call("user", "area", 3);
    assertThat(reached).hasSize(4);
  }

  @Test
  void theManifestGoesBeforeWhatTheModuleSays(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("module.toml");
    Files.writeString(file, "cache_mb = 2\n[cache]\narea = \"1.5m\"\n");
    Manifest manifest = Manifest.read(file);
    ModuleInfo said =
        module(method("area", false).cached("10s"), method("now", false).cached("1s"));
    CacheRules merged = CacheRules.of(CacheRules.merged(said, manifest.cache()), 2);
    assertThat(manifest.cache().megabytes()).isEqualTo(2);
    assertThat(merged.times())
        .containsOnly(
            Map.entry("area", Duration.ofSeconds(90)), Map.entry("now", Duration.ofSeconds(1)));
  }

  @Test
  void aDeclarationThatCannotBeIsRefusedWithTheReason(@TempDir Path folder) throws Exception {
    refused(() -> rules("soon"), "`area` is to be cached for `soon`, which is no time");
    refused(() -> rules("0s"), "no time");
    refused(
        () -> CacheRules.of(module(method("area", true).cached("1s")), 1), "answers with a stream");
    var absent = new Manifest.Cache(Map.of("aera", "1s"), 1);
    refused(
        () -> CacheRules.merged(module(method("area", false)), absent),
        "names `aera`, which is no method of it");
    Path file = folder.resolve("module.toml");
    for (String wrong : List.of("[cache]\narea = 10", "cache_mb = 0", "[cache.area]\nx = \"1s\"")) {
      Files.writeString(file, wrong);
      assertThatThrownBy(() -> Manifest.read(file)).hasMessageContaining("cache");
    }
  }

  private static void rules(String time) {
    CacheRules.of(module(method("area", false).cached(time)), 1);
  }

  private static void refused(Runnable declaration, String why) {
    assertThatThrownBy(declaration::run)
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.failure().code()).isEqualTo(Failure.Code.LOAD_FAILED);
              assertThat(e.failure().message()).contains(why);
              assertThat(e.failure().help()).isNotEmpty();
            });
  }
}
