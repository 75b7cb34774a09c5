package stoa.polyglot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stoa.call.Failure;
import stoa.module.Engine;
import stoa.module.Language;
import stoa.module.LoadedModule;
import stoa.module.ModuleSource;
import stoa.module.Surroundings;
import stoa.value.Value;

/// A context that was made before its module was known is as good as one made for it.
class PreparedContextTest extends InLab {
  @BeforeEach
  @AfterEach
  void nothingIsPrepared() {
    for (Language language : Language.values()) {
      Lab.engine().discard(language);
    }
    await().until(() -> prepared().isEmpty());
  }

  @ParameterizedTest
  @EnumSource
  void aPreparedContextServesOneInstanceOnly(Language language) {
    long thread = prepare(language);
    LoadedModule first = counter(language, "first");
    LoadedModule second = counter(language, "second");
    assertThat(threadsOf("first")).containsExactly(thread);
    assertThat(threadsOf("second")).hasSize(1).doesNotContain(thread);
    assertThat(Lab.call(first, "count")).isEqualTo(Value.of(1));
    assertThat(Lab.call(first, "count")).isEqualTo(Value.of(2));
    assertThat(Lab.call(second, "count")).isEqualTo(Value.of(1));
  }

  @ParameterizedTest
  @EnumSource
  void aContextThatItsModuleHasLeftIsNeverUsedAgain(Language language) {
    long thread = prepare(language);
    LoadedModule first = counter(language, "first");
    first.close(Duration.ZERO);
    first.ended().toCompletableFuture().join();
    assertThat(prepare(language)).isNotEqualTo(thread);
    assertThat(Lab.call(counter(language, "second"), "count")).isEqualTo(Value.of(1));
  }

  @ParameterizedTest
  @EnumSource
  void oneContextIsPreparedHoweverOftenOneIsAskedFor(Language language) {
    long thread = prepare(language);
    assertThat(prepare(language)).isEqualTo(thread);
    counter(language, "taker");
    assertThat(prepared()).isEmpty();
    assertThat(prepare(language)).isNotEqualTo(thread);
  }

  @ParameterizedTest
  @EnumSource
  void aModuleSeesOnlyItsOwnFolderAlthoughItsContextWasPreparedBefore(Language language) {
    lab.write("mine/beside.txt", "mine");
    lab.write("other/beside.txt", "other");
    prepare(language);
    LoadedModule module = lab.load(inFolder("mine", language, READERS));
    assertThat(threadsOf("prepared")).isEmpty();
    String mine = folder.resolve("mine/beside.txt").toString();
    String other = folder.resolve("other/beside.txt").toString();
    switch (language) {
      case PYTHON -> {
        assertThat(Lab.call(module, "read", mine)).isEqualTo(Value.of("mine"));
        assertThat(Lab.call(module, "read", "beside.txt")).isEqualTo(Value.of("mine"));
        assertThat(Lab.failure(module, "read", other).message()).contains("may not read");
        assertThat(Lab.failure(module, "read", "/etc/passwd").message()).contains("may not read");
      }
      case JAVASCRIPT -> {
        lab.write("mine/part.mjs", "export const part = 'mine';");
        lab.write("other/part.mjs", "export const part = 'other';");
        assertThat(Lab.call(module, "read", "./part.mjs")).isEqualTo(Value.of("mine"));
        assertThat(Lab.failure(module, "read", "../other/part.mjs").code())
            .isEqualTo(Failure.Code.THREW);
        assertThat(Lab.failure(module, "read", other).code()).isEqualTo(Failure.Code.THREW);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatAModuleFindsIsTheSameInAContextThatWasPrepared(Language language) {
    LoadedModule fresh = lab.load(inFolder("looker", language, LOOKERS));
    Value found = Lab.call(fresh, "look");
    fresh.close(Duration.ZERO);
    fresh.ended().toCompletableFuture().join();
    long thread = prepare(language);
    LoadedModule module = lab.load(inFolder("looker", language, LOOKERS));
    assertThat(threadsOf("looker")).containsExactly(thread);
    assertThat(Lab.call(module, "look")).isEqualTo(found);
  }

  @ParameterizedTest
  @EnumSource
  void whatAModuleWritesAndCallsGoesToItsOwnSurroundings(Language language) {
    lab.modules.put("echo", Lab.answering((_, arguments) -> arguments.positional().getFirst()));
    prepare(language);
    LoadedModule module = load("speaker", language, SPEAKERS);
    assertThat(Lab.call(module, "speak", "hello")).isEqualTo(Value.of("hello"));
    assertThat(lab.lines).extracting(Surroundings.Line::text).containsExactly("top level", "hello");
  }

  @ParameterizedTest
  @EnumSource
  void aModuleThatCannotBeLoadedEndsThePreparedContextToo(Language language) {
    prepare(language);
    ModuleSource broken =
        lab.source("broken", ending(language), language, ModuleSource.Kind.MODULE, "(");
    assertThat(lab.loadFailure(broken).code()).isEqualTo(Failure.Code.LOAD_FAILED);
    await().until(() -> threadsOf("broken").isEmpty());
    assertThat(Lab.call(counter(language, "next"), "count")).isEqualTo(Value.of(1));
  }

  @ParameterizedTest
  @EnumSource
  void whatIsGivenUpEnds(Language language) {
    prepare(language);
    Lab.engine().discard(language);
    await().until(() -> prepared().isEmpty());
    assertThat(Lab.call(counter(language, "next"), "count")).isEqualTo(Value.of(1));
  }

  @Test
  void anEngineThatClosesLeavesNoPreparedContextBehind() {
    Set<Long> before = prepared();
    Engine engine = new PolyglotEngineProvider().create(Optional.of(Path.of("target", "none")));
    engine.prepare(Language.JAVASCRIPT).toCompletableFuture().join();
    assertThat(prepared()).hasSize(before.size() + 1);
    engine.close();
    await().until(() -> prepared().equals(before));
    assertThatThrownBy(() -> engine.prepare(Language.JAVASCRIPT).toCompletableFuture().join())
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("closed");
  }

  private static final List<String> READERS =
      List.of(
          "export const read = async (path) => (await import(path)).part;",
          """
          def read(path):
              with open(path) as file:
                  return file.read()
          """);

  /// What code can find out about where it is.
  private static final List<String> LOOKERS =
      List.of(
          """
          export const look = () => [Reflect.ownKeys(globalThis).map(String).sort(), new Error("x").stack, import.meta.url ?? ""];
          """,
          """
          import os, sys
          def look():
              return [os.getcwd(), os.path.abspath("x"), sys.path, sorted(sys.modules), os.listdir("."), __file__, dict(os.environ)]
          """);

  private static final List<String> SPEAKERS =
      List.of(
          """
          import stoa from "stoa";
          console.log("top level");
          export const speak = async (text) => { console.log(text); return await stoa.module("echo").say(text); };
          """,
          """
          import stoa
          print("top level")
          def speak(text):
              print(text)
              return stoa.module("echo").say(text)
          """);

  private static final List<String> COUNTERS =
      List.of(
          "globalThis.n = 0; export const count = () => ++globalThis.n;",
          """
          import sys
          sys.counted = getattr(sys, "counted", 0)
          def count():
              sys.counted += 1
              return sys.counted
          """);

  private LoadedModule counter(Language language, String name) {
    return load(name, language, COUNTERS);
  }

  private LoadedModule load(String name, Language language, List<String> texts) {
    return lab.load(
        lab.source(
            name, ending(language), language, ModuleSource.Kind.MODULE, textOf(language, texts)));
  }

  private ModuleSource inFolder(String name, Language language, List<String> texts) {
    Path main = lab.write(name + "/main" + ending(language), textOf(language, texts));
    return new ModuleSource(
        name, main, language, Optional.of(main.getParent()), ModuleSource.Kind.MODULE);
  }

  /// @param texts JavaScript's, then Python's
  private static String textOf(Language language, List<String> texts) {
    return switch (language) {
      case JAVASCRIPT -> texts.getFirst();
      case PYTHON -> texts.getLast();
    };
  }

  private static String ending(Language language) {
    return language == Language.PYTHON ? ".py" : ".mjs";
  }

  /// @return the thread of the context
  private static long prepare(Language language) {
    Lab.engine().prepare(language).toCompletableFuture().join();
    Set<Long> threads = prepared();
    assertThat(threads).hasSize(1);
    return threads.iterator().next();
  }

  private static Set<Long> prepared() {
    return threadsOf("prepared");
  }

  private static Set<Long> threadsOf(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("stoa-" + name + "-"))
        .map(Thread::threadId)
        .collect(Collectors.toSet());
  }
}
