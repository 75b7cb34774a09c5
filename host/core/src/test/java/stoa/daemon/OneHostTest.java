package stoa.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.host.Farewell;
import stoa.host.Host;
import stoa.host.RunningHost;
import stoa.value.Value;

/// How a host is met, found, started and left. The "process" of the host is a part of this one.
class OneHostTest {
  /// What a host that is about to end may take to give up its lock.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir Path folder;
  private RunFolder place;
  private final List<Farewell> farewells = new ArrayList<>();
  private Runnable onFarewell = () -> {};
  private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();

  @BeforeEach
  void choosePlace() {
    place = RunFolder.of(folder.resolve("run"), folder.resolve("modules"));
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  /// A host as `stoa host` makes it, but for the process.
  private Host serve(String build) throws IOException, InterruptedException {
    place.secure();
    open.add(HostLock.take(place, build, PATIENCE).orElseThrow());
    Files.deleteIfExists(place.socket());
    Host host =
        Host.builder()
            .modules(folder.resolve("modules"))
            .socket(place.socket())
            .standsAlone(
                build,
                Optional.empty(),
                why -> {
                  farewells.add(why);
                  onFarewell.run();
                })
            .log(_ -> {})
            .start();
    open.add(host);
    host.register("m", Map.of("f", _ -> "done"));
    return host;
  }

  private HostFinder finder(String build, HostFinder.Starter starter) {
    return new HostFinder(place, build, Optional.empty(), Optional.empty(), starter);
  }

  private static HostFinder.Started nobody() {
    throw new AssertionError("nobody has to be started");
  }

  @Test
  void aHostThatRunsIsFoundAndNoneIsStarted() throws Exception {
    serve("1");
    try (RunningHost host = finder("1", OneHostTest::nobody).find()) {
      assertThat(host.module("m").call("f")).isEqualTo(Value.of("done"));
    }
  }

  @Test
  void aSocketThatADeadHostLeftIsReplaced() throws Exception {
    place.secure();
    Files.writeString(place.socket(), "");
    try (RunningHost host =
        finder(
                "1",
                () -> {
                  start("1");
                  return new Started(alive(), "");
                })
            .find()) {
      assertThat(host.module("m").call("f")).isEqualTo(Value.of("done"));
    }
  }

  private void start(String build) {
    try {
      serve(build);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Started(Process process, String lastWords) implements HostFinder.Started {}

  private Process alive() throws IOException {
    Process process = new ProcessBuilder("sleep", "60").start();
    open.add(process::destroyForcibly);
    return process;
  }

  @Test
  void aHostThatEndsWhileItStartsIsToldWithItsLastWords() throws Exception {
    Process failing = new ProcessBuilder("sh", "-c", "exit 7").start();
    HostFinder finder = finder("1", () -> new Started(failing, "no space left"));
    assertThatThrownBy(finder::find)
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.failure().code()).isEqualTo(Code.UNAVAILABLE);
              assertThat(e.failure().message()).contains("exit code 7").contains("no space left");
            });
  }

  @Test
  void anIdleHostOfAnotherBuildIsAskedToGoAndABusyOneIsLeftAlone() throws Exception {
    Host host = serve("old");
    Files.createDirectories(folder.resolve("modules"));
    try (RunningHost other = RunningHost.connect(place.socket())) {
      assertThat(other.module("m").call("f")).isEqualTo(Value.of("done"));
      assertThatThrownBy(finder("new", OneHostTest::nobody)::find)
          .isInstanceOfSatisfying(
              FailureException.class,
              e -> assertThat(e.failure().message()).contains("another build").contains("old"));
      assertThat(farewells).isEmpty();
    }
    HostFinder finder =
        finder(
            "new",
            () -> {
              assertThat(farewells).containsExactly(Farewell.STOP);
              leave(host);
              start("new");
              return new Started(alive(), "");
            });
    // The end of the other client's connection has to be seen.
    await().until(() -> host.module("stoa").call("status").at("clients").equals(Value.of(0)));
    try (RunningHost found = finder.find()) {
      assertThat(found.module("stoa").call("status").at("build")).isEqualTo(Value.of("new"));
    }
  }

  @Test
  void aHostOfAnotherBuildThatIsGoneBeforeItsAnswerIsOutHasGone() throws Exception {
    Host host = serve("old");
    HostFinder finder =
        finder(
            "new",
            () -> {
              start("new");
              return new Started(alive(), "");
            });
    onFarewell = () -> leave(host);
    try (RunningHost found = finder.find()) {
      assertThat(found.module("stoa").call("status").at("build")).isEqualTo(Value.of("new"));
    }
  }

  private void leave(Host host) {
    try {
      host.drain(Duration.ofSeconds(1));
      host.close();
      for (AutoCloseable each : open) {
        if (each instanceof HostLock lock) {
          lock.close();
        }
      }
      open.removeIf(each -> each instanceof HostLock || each == host);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aSecondHostGetsNoLockUntilTheFirstGivesItUp() throws Exception {
    place.secure();
    try (HostLock _ = HostLock.take(place, "1", Duration.ZERO).orElseThrow()) {
      assertThat(HostLock.take(place, "2", Duration.ofMillis(50))).isEmpty();
    }
    try (HostLock _ = HostLock.take(place, "2", Duration.ZERO).orElseThrow()) {
      assertThat(HostLock.holder(place.lock()).orElseThrow().build()).isEqualTo("2");
    }
  }

  @Test
  void aLockThatNobodyClosesOutlivesEveryCollection() throws Exception {
    place.secure();
    assertThat(HostLock.take(place, "1", Duration.ZERO)).isPresent();
    CountDownLatch collected = new CountDownLatch(1);
    Cleaner.create().register(new Object(), collected::countDown);
    await()
        .until(() -> {
          System.gc();
          return collected.await(50, TimeUnit.MILLISECONDS);
        });
    assertThat(HostLock.take(place, "2", Duration.ofMillis(50))).isEmpty();
  }

  @Test
  void aFolderThatOthersCanEnterIsRefused() throws Exception {
    Files.createDirectories(folder.resolve("run"));
    Files.setPosixFilePermissions(
        folder.resolve("run"), PosixFilePermissions.fromString("rwxr-x---"));
    assertThatThrownBy(place::secure).hasMessageContaining("can be entered by others");
  }

  @Test
  void aFolderThatIsALinkIsRefused() throws Exception {
    Files.createDirectories(folder.resolve("elsewhere"));
    Files.createSymbolicLink(folder.resolve("run"), folder.resolve("elsewhere"));
    assertThatThrownBy(place::secure).hasMessageContaining("is no folder but a link");
  }

  @Test
  void theSameModulesFolderByAnotherWayIsTheSameHost() throws Exception {
    Path modules = Files.createDirectories(folder.resolve("modules"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), modules);
    assertThat(RunFolder.of(folder, link)).isEqualTo(RunFolder.of(folder, modules));
    assertThat(RunFolder.of(folder, folder)).isNotEqualTo(RunFolder.of(folder, modules));
  }

  @Test
  void whoStaysLongerThanTheHostIsServedByTheNext() throws Exception {
    Host first = serve("1");
    List<String> log = new CopyOnWriteArrayList<>();
    HostFinder finder =
        finder(
            "1",
            () -> {
              start("1");
              return new Started(alive(), "");
            });
    try (LastingHost host = LastingHost.listening(finder, line -> log.add(line.text()))) {
      assertThat(host.module("m").call("f")).isEqualTo(Value.of("done"));
      leave(first);
      // Until the end of the connection is seen, a call may be lost with it.
      await()
          .ignoreExceptionsInstanceOf(FailureException.class)
          .until(() -> host.module("m").call("f").equals(Value.of("done")));
      assertThat(log).singleElement().asString().contains("the host was gone");
    }
  }

  @Test
  void whileAHostDrainsNestedCallsAreServedAndNewOnesRefused() throws Exception {
    Host host = serve("1");
    RunningHost client = RunningHost.connect(place.socket());
    open.add(client);
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch goesOn = new CountDownLatch(1);
    host.register(
        "outer",
        Map.of(
            "f",
            call -> {
              entered.countDown();
              goesOn.await();
              return host.module("m").call("f");
            }));
    var underWay = client.module("outer").callAsync("f");
    entered.await();
    host.drain(Duration.ZERO);
    assertThat(RunningHost.tryConnect(place.socket(), Optional.empty(), Optional.empty()))
        .isEmpty();
    goesOn.countDown();
    assertThat(underWay.get(5, TimeUnit.SECONDS)).isEqualTo(Value.of("done"));
  }
}
