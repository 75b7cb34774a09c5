package stoa.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.launcher.Machine.Run;
import stoa.launcher.Machine.Started;

/// The file `stoa` in the root folder, on machines that are made up for it.
class LauncherTest {
  @TempDir private Path folder;
  private Machine machine;

  @BeforeEach
  void setUp() throws IOException {
    machine = Machine.in(folder);
  }

  @Nested
  class TheJdk {
    @Test
    void withoutOneItSaysWhatIsNeededWhatWasLookedAtAndHowToFixIt() throws Exception {
      Path old = machine.jdk("java-17", "17.0.15");
      Run run = machine.stoa("ls");
      assertThat(run.exit()).isEqualTo(69);
      assertThat(run.out()).isEmpty();
      assertThat(run.err())
          .contains("needs Java 25", old + " (Java 17)", "To fix it", "STOA_JAVA_HOME");
    }

    @Test
    void withoutAnythingThatLooksLikeOneItListsThePlaces() throws Exception {
      Run run = machine.stoa("ls");
      assertThat(run.exit()).isEqualTo(69);
      assertThat(run.err()).contains("JAVA_HOME", "/usr/lib/jvm", "no JDK at all");
    }

    @Test
    void isFoundWithoutStartingAny() throws Exception {
      Path old = machine.jdk("java-17", "17.0.15");
      Machine.script(old.resolve("bin/java"), "echo started >&2; exit 3");
      Path fit = machine.jdk("temurin-25", "25.0.3");
      Run run = machine.stoa("ls");
      assertThat(run.jdk()).isEqualTo(fit);
      assertThat(run.err()).isEmpty();
    }

    @Test
    void ofVersion25IsPreferredToANewerOneBecauseOfTheCompiler() throws Exception {
      machine.jdk("java-27", "27");
      Path fit = machine.jdk("temurin-25", "25");
      assertThat(machine.stoa("ls").jdk()).isEqualTo(fit);
    }

    @Test
    void thatIsNewerServesWhenThereIsNoOtherButWithoutTheCompiler() throws Exception {
      Path newer = machine.jdk("java-27", "27-ea");
      Run run = machine.stoa();
      assertThat(run.jdk()).isEqualTo(newer);
      assertThat(run.arguments())
          .contains("-XX:+UseCompactObjectHeaders")
          .doesNotContain("-XX:+EnableJVMCI", "-XX:TieredStopAtLevel=1")
          .noneMatch(argument -> argument.contains("j.jar"));
    }

    @Test
    void onThePathIsFoundBehindItsLinks() throws Exception {
      Path fit = Machine.jdk(folder.resolve("else where/jdk"), "25.0.1");
      Files.createSymbolicLink(folder.resolve("alternative"), fit.resolve("bin/java"));
      Files.createSymbolicLink(machine.tools().resolve("java"), folder.resolve("alternative"));
      assertThat(machine.stoa("ls").jdk()).isEqualTo(fit);
    }

    @Test
    void inTheUsersFoldersIsFound() throws Exception {
      Path fit = Machine.jdk(machine.folder().resolve("home/.jdks/temurin-25"), "25");
      assertThat(machine.stoa("ls").jdk()).isEqualTo(fit);
    }

    @Test
    void thatIsSetWins() throws Exception {
      machine.jdk("temurin-25", "25");
      Path java = Machine.jdk(folder.resolve("java home"), "25");
      Path stoa = Machine.jdk(folder.resolve("stoa home"), "26");
      Map<String, String> javaHome = Map.of("JAVA_HOME", java.toString());
      Map<String, String> both =
          Map.of("JAVA_HOME", java.toString(), "STOA_JAVA_HOME", stoa.toString());
      assertThat(machine.stoa(javaHome, "ls").jdk()).isEqualTo(java);
      assertThat(machine.stoa(both, "ls").jdk()).isEqualTo(stoa);
    }

    @Test
    void thatIsSetAndTooOldIsNamedInsteadOfPassedOver() throws Exception {
      machine.jdk("temurin-25", "25");
      Path old = Machine.jdk(folder.resolve("old"), "21");
      Run run = machine.stoa(Map.of("STOA_JAVA_HOME", old.toString()), "ls");
      assertThat(run.exit()).isEqualTo(69);
      assertThat(run.err()).contains("STOA_JAVA_HOME=" + old, "Java 21", "Java 25");
    }

    @Test
    void isRememberedUntilItGoesOrTheQuestionChanges() throws Exception {
      Path first = machine.jdk("m", "25");
      assertThat(machine.stoa("ls").jdk()).isEqualTo(first);
      Path better = machine.jdk("a", "25");
      assertThat(machine.stoa("ls").jdk()).isEqualTo(first);

      Path set = Machine.jdk(folder.resolve("set"), "25");
      assertThat(machine.stoa(Map.of("JAVA_HOME", set.toString()), "ls").jdk()).isEqualTo(set);
      assertThat(machine.stoa("ls").jdk()).isEqualTo(better);

      Files.delete(better.resolve("bin/java"));
      assertThat(machine.stoa("ls").jdk()).isEqualTo(first);
    }
  }

  @Nested
  class TheCommand {
    private Path jdk;

    @BeforeEach
    void install() throws IOException {
      jdk = machine.jdk("temurin-25", "25.0.3");
    }

    @Test
    void runsFromAnyFolderAndStaysInIt() throws Exception {
      Path cwd = Files.createDirectories(folder.resolve("some where"));
      Run run = machine.run(Map.of(), cwd, machine.launcher(), "ls");
      assertThat(run.arguments()).contains("-Dstoa.dist=" + machine.dist());
      assertThat(run.cwd()).isEqualTo(cwd.toString());
      Run relative = machine.run(Map.of(), machine.checkout(), Path.of("./stoa"), "ls");
      assertThat(relative.arguments()).contains("-Dstoa.dist=" + machine.dist());
    }

    @Test
    void runsThroughSymbolicLinks() throws Exception {
      Path bin = Files.createDirectories(machine.folder().resolve("bin"));
      Files.createSymbolicLink(bin.resolve("one"), Path.of("../my checkout/stoa"));
      Files.createSymbolicLink(folder.resolve("two"), bin.resolve("one"));
      Run run = machine.run(Map.of(), folder, folder.resolve("two"), "ls");
      assertThat(run.arguments())
          .filteredOn(argument -> argument.startsWith("-Dstoa.dist="))
          .allMatch(argument -> isSameFolder(argument.substring(12), machine.dist()));
    }

    @Test
    void handsOnEachArgumentAsItIs() throws Exception {
      String[] arguments = {
        "call", "a.b", "two words", "", "*", "x=\"y\"", "$HOME", "--", "-x", "é"
      };
      assertThat(machine.stoa(arguments).mainArguments()).containsExactly(arguments);
    }

    @Test
    void getsTheClassPathInItsOrder() throws Exception {
      Path lib = machine.dist().resolve("lib");
      assertThat(classPath("run", "a.js"))
          .isEqualTo(lib.resolve("a.jar") + ":" + lib.resolve("b.jar"));
    }

    @Test
    void thatOnlyAsksAHostDoesWithoutTheEngines() throws Exception {
      String few = machine.dist().resolve("lib/b.jar").toString();
      assertThat(classPath("ls")).isEqualTo(few);
      assertThat(classPath("call", "a.b")).isEqualTo(few);
      assertThat(classPath("call", "a.b", "--embedded")).isNotEqualTo(few);
    }

    private String classPath(String... command) throws Exception {
      List<String> arguments = machine.stoa(command).arguments();
      return arguments.get(arguments.indexOf("-cp") + 1);
    }

    @Test
    void thatIsOverInAMomentStartsLightly() throws Exception {
      for (String verb : List.of("call", "ls", "status", "start", "--help")) {
        assertThat(machine.stoa(verb).arguments())
            .contains("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
            .noneMatch(argument -> argument.contains("JVMCI"));
      }
    }

    @Test
    void thatStaysGetsTheCompiler() throws Exception {
      for (String[] command : new String[][] {{}, {"batch", "a.b"}, {"--home", "x"}}) {
        assertThat(machine.stoa(command).arguments())
            .contains("-XX:+EnableJVMCI", "--enable-native-access=ALL-UNNAMED")
            .doesNotContain("-XX:TieredStopAtLevel=1");
        assertThat(classPath(command)).startsWith(machine.dist() + "/lib/../jit/j.jar:");
      }
    }

    @Test
    void theCompilerCanBeAskedForAndRefused() throws Exception {
      assertThat(machine.stoa(Map.of("STOA_JIT", "on"), "run", "a.js").arguments())
          .contains("-XX:+EnableJVMCI");
      assertThat(machine.stoa(Map.of("STOA_JIT", "off"), "batch", "a.b").arguments())
          .doesNotContain("-XX:+EnableJVMCI");
    }

    @Test
    void takesMoreOptionsForTheJvmThatComeLast() throws Exception {
      List<String> arguments =
          machine.stoa(Map.of("STOA_OPTS", "-Xmx64m  -Da=*"), "ls").arguments();
      assertThat(arguments).containsSubsequence("-XX:+UseSerialGC", "-Xmx64m", "-Da=*", "-cp");
    }

    @Test
    void usesTheAheadOfTimeCacheUntilAJarChanges() throws Exception {
      String option = cache("one-shot");
      String client = cache("client");
      String lasting = cache("lasting");
      assertThat(machine.stoa("ls").arguments()).contains(client).doesNotContain(option);
      assertThat(machine.stoa("ls", "--embedded").arguments()).contains(option);
      assertThat(machine.stoa("call", "a.b", "--modules=m").arguments()).contains(option);
      assertThat(machine.stoa("run", "a.js").arguments()).contains(option).doesNotContain(client);
      assertThat(machine.stoa("batch", "a.b").arguments()).contains(lasting).doesNotContain(option);
      assertThat(machine.stoa("version").arguments()).doesNotContain(option);
      assertThat(machine.stoa(Map.of("STOA_AOT", "off"), "ls").arguments()).doesNotContain(client);

      Path lib = machine.dist().resolve("lib");
      Files.setLastModifiedTime(lib, FileTime.from(Instant.now().plusSeconds(120)));
      assertThat(machine.stoa("ls").arguments()).doesNotContain(client);
    }

    /// The option that uses a cache, which exists from now on.
    private String cache(String kind) throws IOException {
      Path cache = machine.dist().resolve("aot/" + kind + "-25.0.3+9.aot");
      Files.createDirectories(cache.getParent());
      Files.writeString(cache, "cache");
      Files.setLastModifiedTime(cache, FileTime.from(Instant.now().plusSeconds(60)));
      return "-XX:AOTCache=" + cache;
    }

    @Test
    void hasALocaleThatKnowsAllCharacters() throws Exception {
      Machine.script(jdk.resolve("bin/java"), "printf 'java=%s\\n%s\\n' \"$0\" \"${LC_CTYPE-}\"");
      assertThat(machine.stoa("ls").out()).contains("UTF-8");
      assertThat(machine.stoa(Map.of("LANG", "C"), "ls").out()).doesNotContain("UTF-8");
    }
  }

  @Nested
  class TheBuild {
    private static final String[] MAVEN = {
      "echo \"built with $JAVA_HOME\" >>builds",
      "mkdir -p dist/lib",
      "for kind in '' -client -lasting; do echo c.jar >dist/classpath$kind; done",
      "touch dist/.stamp"
    };
    private static final Map<String, String> NO_CACHE = Map.of("STOA_AOT", "off");
    private Path jdk;

    @BeforeEach
    void install() throws IOException {
      jdk = machine.jdk("temurin-25", "25.0.3");
    }

    @Test
    void happensAtTheFirstStartWithTheJdkFound() throws Exception {
      machine.buildsWith(MAVEN);
      Files.delete(machine.dist().resolve(".stamp"));
      Run run = machine.stoa(NO_CACHE, "ls");
      assertThat(run.arguments()).anyMatch(argument -> argument.endsWith("c.jar"));
      assertThat(run.err()).contains("first start", "minutes");
      assertThat(builds()).containsExactly("built with " + jdk);
      assertThat(machine.dist().resolve(".lock")).doesNotExist();
    }

    @Test
    void happensAgainOnlyWhenSourcesAreNewer() throws Exception {
      machine.buildsWith(MAVEN);
      machine.isBuilt();
      assertThat(machine.stoa(NO_CACHE, "ls").err()).isEmpty();
      assertThat(machine.checkout().resolve("builds")).doesNotExist();

      FileTime later = FileTime.from(Instant.now().plusSeconds(120));
      Files.setLastModifiedTime(machine.source(), later);
      assertThat(machine.stoa(Map.of("STOA_BUILD", "off"), "ls").err()).isEmpty();
      assertThat(machine.checkout().resolve("builds")).doesNotExist();
      assertThat(machine.stoa(NO_CACHE, "ls").err()).contains("sources are newer");
      assertThat(builds()).hasSize(1);
    }

    @Test
    void thatFailsShowsItsLog() throws Exception {
      machine.buildsWith("echo 'cannot find symbol'; exit 1");
      Files.delete(machine.dist().resolve(".stamp"));
      Run run = machine.stoa(NO_CACHE, "ls");
      assertThat(run.exit()).isEqualTo(70);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).contains("cannot find symbol", "build failed", "build.log");
      assertThat(machine.dist().resolve(".lock")).doesNotExist();
    }

    @Test
    void happensOnceForTwoFirstStarts() throws Exception {
      machine.buildsWith(
          MAVEN[0], "until [ -e go ]; do sleep 0.02; done", MAVEN[1], MAVEN[2], MAVEN[3]);
      Files.delete(machine.dist().resolve(".stamp"));
      Started first = machine.start(NO_CACHE, folder, machine.launcher(), "ls");
      Started second = machine.start(NO_CACHE, folder, machine.launcher(), "ls");
      await().until(() -> first.says("waiting for it") || second.says("waiting for it"));
      Files.createFile(machine.checkout().resolve("go"));
      assertThat(first.end().arguments()).isEqualTo(second.end().arguments());
      assertThat(builds()).hasSize(1);
    }

    @Test
    void isNotHeldUpByALockWhoseOwnerDied() throws Exception {
      machine.buildsWith(MAVEN);
      Files.delete(machine.dist().resolve(".stamp"));
      Process dead = new ProcessBuilder("true").start();
      assertThat(dead.waitFor()).isZero();
      Process uname = new ProcessBuilder("uname", "-n").start();
      String node = new String(uname.getInputStream().readAllBytes(), UTF_8);
      Path lock = Files.createDirectories(machine.dist().resolve(".lock"));
      Files.writeString(lock.resolve("owner"), dead.pid() + "\n" + node);
      assertThat(machine.stoa(NO_CACHE, "ls").exit()).isZero();
      assertThat(builds()).hasSize(1);
      assertThat(lock).doesNotExist();
    }

    @Test
    void endsWithTheTrainingOfTheCache() throws Exception {
      machine.buildsWith(MAVEN);
      Files.delete(machine.dist().resolve(".stamp"));
      Machine.script(
          jdk.resolve("bin/java"),
          "printf 'java=%s\\n\\n' \"$0\"",
          "for a; do case $a in -XX:AOTCacheOutput=*) echo cache >\"${a#*=}\" ;; esac; done",
          "for a; do printf 'arg=%s\\n' \"$a\"; done");
      Run run = machine.stoa("ls");
      Path caches = machine.dist().resolve("aot");
      Path client = caches.resolve("client-25.0.3+9.aot");
      assertThat(run.arguments()).contains("-XX:AOTCache=" + client);
      assertThat(client).hasContent("cache");
      assertThat(caches.resolve("one-shot-25.0.3+9.aot")).hasContent("cache");
      assertThat(run.err()).contains("faster starts");
    }

    @Test
    void survivesATrainingThatFails() throws Exception {
      machine.buildsWith(MAVEN);
      Files.delete(machine.dist().resolve(".stamp"));
      Machine.script(
          jdk.resolve("bin/java"),
          "case $* in *AOTCacheOutput*) exit 1 ;; esac",
          "printf 'java=%s\\n\\narg=%s\\n' \"$0\" \"$*\"");
      Run run = machine.stoa("ls");
      assertThat(run.arguments()).noneMatch(argument -> argument.contains("AOTCache"));
      assertThat(run.err()).contains("training.log");
      assertThat(machine.stoa("ls").err()).isEmpty();
    }

    private List<String> builds() throws IOException {
      return Files.readAllLines(machine.checkout().resolve("builds"));
    }
  }

  private static boolean isSameFolder(String path, Path folder) {
    try {
      return Files.isSameFile(Path.of(path), folder);
    } catch (IOException e) {
      return false;
    }
  }
}
