package stoa.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.module.Access;
import stoa.module.Grant;
import stoa.module.Grant.Kind;

class PolicyTest {
  private static final Grant NET = new Grant(Kind.NET, "example.org:443");
  private static final Grant STATS = new Grant(Kind.CALL, "stats.mean");

  @TempDir Path folder;
  private Path file;
  private Policy policy;

  @BeforeEach
  void open() {
    file = folder.resolve("grants.toml");
    policy =
        new Policy(
            Optional.of(file),
            Optional.of(folder.resolve("data")),
            Map.of("AWS_KEY", "secret", "PATH", "/bin"));
  }

  private void grant(Grant... grants) throws IOException {
    policy.change("words", entry -> entry.with(List.of(grants)));
  }

  private Failure refused(Grant wanted) {
    try {
      policy.check("words", wanted);
      throw new AssertionError("it was allowed: " + wanted);
    } catch (FailureException e) {
      return e.failure();
    }
  }

  @Test
  void withoutAGrantAModuleHasItsDataAndCallsOthersAndNothingElse() {
    Access access = policy.access("words");
    assertThat(access.data()).contains(folder.resolve("data/words"));
    assertThat(access.reads()).isEmpty();
    assertThat(access.writes()).isEmpty();
    assertThat(access.environment()).isEmpty();
    policy.checkCall("words", "stats", "stats.mean");
    for (Kind kind : Kind.values()) {
      if (kind != Kind.CALL) {
        assertThat(policy.allows("words", new Grant(kind, kind == Kind.NET ? "a:1" : "/x")))
            .as(kind.word())
            .isFalse();
      }
    }
  }

  @Test
  void aRefusalNamesTheGrantAndTheCommand() {
    Failure failure = refused(new Grant(Kind.READ, "/etc/pass wd"));
    assertThat(failure.code()).isEqualTo(Failure.Code.DENIED);
    assertThat(failure.message()).isEqualTo("`words` may not read `/etc/pass wd`.");
    assertThat(failure.help()).isEqualTo("To allow it: stoa grant words 'read=/etc/pass wd'");
    assertThat(failure.details())
        .containsEntry("module", "words")
        .containsEntry("grant", "read=/etc/pass wd");
  }

  @Test
  void whatIsGrantedIsAllowedFromThenOnToThisModuleAlone() throws IOException {
    grant(NET, new Grant(Kind.ENV, "AWS_*"), new Grant(Kind.WRITE, "/out"));
    policy.check("words", NET);
    assertThat(policy.access("words").environment()).containsOnlyKeys("AWS_KEY");
    assertThat(policy.allows("words", new Grant(Kind.READ, "/out/a"))).isTrue();
    assertThat(policy.allows("other", NET)).isFalse();
  }

  @Test
  void aChangeOfTheFileIsSeenAndTold() throws Exception {
    BlockingQueue<String> changed = new LinkedBlockingQueue<>();
    policy.listen((module, less) -> changed.add(module + (less ? " less" : " more")));
    assertThat(policy.allows("words", NET)).isFalse();
    Files.writeString(file, "[words]\nnet = [\"example.org:443\"]\n");
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> policy.allows("words", NET));
    assertThat(changed.poll(5, TimeUnit.SECONDS)).isEqualTo("words more");
    grant(new Grant(Kind.LIST, "*"));
    assertThat(changed.poll(100, TimeUnit.MILLISECONDS)).as("asked for at each call").isNull();
    Files.delete(file);
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> !policy.allows("words", NET));
    assertThat(changed.poll(5, TimeUnit.SECONDS)).isEqualTo("words less");
  }

  @Test
  void whatWasGrantedBeforeTheHostBeganIsNoChange() throws Exception {
    grant(NET);
    BlockingQueue<String> changed = new LinkedBlockingQueue<>();
    Policy later = new Policy(Optional.of(file), Optional.empty(), Map.of());
    later.listen((module, _) -> changed.add(module));
    assertThat(later.allows("words", NET)).isTrue();
    later.look();
    assertThat(changed.poll(50, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void whatTakesSomethingAwayIsToldBeforeTheChangeIsDone() throws IOException {
    List<String> changed = new ArrayList<>();
    policy.listen((module, less) -> changed.add(module + (less ? " less" : " more")));
    grant(STATS);
    assertThat(changed).as("before, it could call all").containsExactly("words less");
    grant(new Grant(Kind.CALL, "*"), new Grant(Kind.WRITE, "/a"), new Grant(Kind.READ, "/a"));
    assertThat(changed).containsExactly("words less", "words more");
    policy.change("words", entry -> entry.without(Set.of(new Grant(Kind.READ, "/a")), false));
    policy.change("words", entry -> entry.without(Set.of(STATS), false));
    assertThat(changed.subList(2, changed.size()))
        .as("it has it still")
        .containsExactly("words more");
    policy.change("words", entry -> entry.without(Set.of(new Grant(Kind.WRITE, "/a")), false));
    policy.change("words", entry -> entry.without(Set.of(), true));
    assertThat(changed.subList(3, changed.size())).containsExactly("words less", "words less");
  }

  @Test
  void aBrokenFileGrantsNothingAndIsNamed() throws Exception {
    grant(NET);
    Files.writeString(file, "[words]\nnet = [\"example.org:443\"\n");
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> !policy.allows("words", NET));
    assertThat(refused(NET).help()).contains(file.toString());
    assertThat(policy.problem()).isPresent();
    assertThatThrownBy(() -> grant(NET))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void whoSaysWhomItCallsCallsNobodyElse() {
    policy.starts("words", Grants.NONE.with(STATS));
    policy.checkCall("words", "stats", "stats.mean");
    policy.checkCall("words", "words", "words.count");
    policy.checkCall("words", "events", "events.publish");
    assertThatThrownBy(() -> policy.checkCall("words", "stats", "stats.sum"))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("stats.sum");
    policy.starts("words", Grants.NONE);
    policy.checkCall("words", "stats", "stats.sum");
  }

  @Test
  void theUserSaysWhomAModuleCallsWhateverItAsksFor() throws IOException {
    policy.starts("words", Grants.NONE.with(STATS));
    grant(new Grant(Kind.CALL, "text"));
    policy.checkCall("words", "text", "text.split");
    assertThatThrownBy(() -> policy.checkCall("words", "stats", "stats.mean"))
        .isInstanceOf(FailureException.class);
  }

  @Test
  void channelsAreOpenedByWhoMayConnect() throws IOException {
    assertThatThrownBy(() -> policy.checkChannel("words", "chat"))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("open a channel to `chat`");
    grant(new Grant(Kind.CONNECT, "chat"));
    policy.checkChannel("words", "chat");
  }

  @Test
  void usesAndRefusalsAreCounted() throws IOException {
    refused(NET);
    long before = policy.lastRefusal();
    grant(NET);
    policy.check("words", NET);
    policy.check("words", NET);
    refused(new Grant(Kind.RUN, "git"));
    assertThat(policy.uses("words"))
        .extracting(row -> row.use().text() + " " + row.allowed() + " " + row.refused())
        .containsExactly("net=example.org:443 2 1", "run=git 0 1");
    assertThat(policy.refusals(before))
        .extracting(refusal -> refusal.module() + " " + refusal.grant().text())
        .containsExactly("words run=git");
  }

  @Test
  void noFloodOfUsesHidesARefusal() {
    String path = "/long/" + "x".repeat(5_000);
    policy.noted("words", new Access.Use(new Grant(Kind.READ, path), false));
    for (int i = 0; i < 2_000; i++) {
      policy.noted("words", new Access.Use(new Grant(Kind.READ, "/" + i), i % 2 == 0));
    }
    refused(NET);
    refused(NET);
    policy.noted("other", new Access.Use(NET, false));
    assertThat(policy.uses("words")).hasSize(1_000);
    assertThat(policy.otherUses("words")).isEqualTo(new Ledger.Rest(500, 503));
    List<Ledger.Refusal> refusals = policy.refusals(0);
    assertThat(refusals).hasSize(201);
    assertThat(refusals.getLast().module()).isEqualTo("other");
    assertThat(refusals.get(199).grant()).isEqualTo(NET);
    assertThat(refusals).noneMatch(refusal -> refusal.grant().value().equals(path));
    assertThat(policy.lastRefusal()).isEqualTo(1_003);
  }

  @Test
  void amountsOfTheHostAreTheLargestThatWasGranted() throws IOException {
    assertThat(policy.amount("words", Amount.Of.TIME)).isEmpty();
    grant(new Grant(Kind.HOST, "time:10s"), new Grant(Kind.HOST, "time:1m"));
    assertThat(policy.amount("words", Amount.Of.TIME)).contains(60_000L);
    assertThat(policy.amount("words", Amount.Of.MEMORY)).isEmpty();
  }
}
