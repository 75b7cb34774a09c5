package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import stoa.host.Host;
import stoa.module.Placement;
import stoa.value.Value;

/// The table of docs/modules.md, "Channels", in every placement: what a misuse raises is the same
/// in contexts and in processes.
@Timeout(60)
class ChannelMisuseTest {
  private static final String OVER = "CANCELLED: The channel is over.";
  private static final String ENOUGH = "THREW: %s: enough";

  /// What comes of a misuse; `!` is a TypeError in JavaScript and a RuntimeError in Python.
  private static final Map<String, List<String>> MISUSES =
      Map.of(
          "send_after_end",
              List.of("!: Nothing can be sent on a channel after `end()`.", "nothing"),
          "send_after_both_ended", List.of("!: Nothing can be sent on a channel after `end()`."),
          "send_after_close", List.of(OVER, "nothing"),
          "close_again", List.of("nothing", "the end"),
          "close_while_read", List.of("nothing", "the end"),
          "read_after_end", List.of("the end", "the end"),
          "read_in_two_places",
              List.of("!: The channel is being read in another place at the moment.", "a"),
          "send_no_value", List.of("TypeError: item[1]", "a"));

  private static final Map<String, List<String>> MISUSES_OF_A_FAILED_ONE =
      Map.of(
          "read_after_failure", List.of(ENOUGH, ENOUGH),
          "send_after_failure", List.of(ENOUGH, "nothing"));

  private static final Path RESOURCES =
      Command.ROOT.resolve("scripts/src/test/resources/stoa/samples/misuse");

  private static Host contexts;
  private static Host processes;

  @BeforeAll
  static void start() {
    contexts = host(Placement.CONTEXT);
    processes = host(Placement.NATIVE);
  }

  private static Host host(Placement placement) {
    return TestHost.builder()
        .modules(RESOURCES)
        .grants(RESOURCES.resolve("grants.toml"))
        .placement(placement)
        .start();
  }

  @AfterAll
  static void close() {
    contexts.close();
    processes.close();
  }

  /// Where, who, with whom, whether direct.
  static Stream<Arguments> ends() {
    return Stream.of("jsuse aiouse", "pyuse jsuse", "aiouse jsuse")
        .map(pair -> pair.split(" "))
        .flatMap(pair ->
            Stream.of(
                Arguments.of(Placement.CONTEXT, pair[0], pair[1], false),
                Arguments.of(Placement.NATIVE, pair[0], pair[1], false),
                Arguments.of(Placement.NATIVE, pair[0], pair[1], true)));
  }

  private static Value call(Placement placement, String module, String method, Object... all) {
    Host host = placement == Placement.CONTEXT ? contexts : processes;
    return host.module(module).call(method, all);
  }

  /// The kind that the module's language has, and of what is no value only the place.
  private static List<String> inWordsOf(String module, List<String> wanted) {
    String kind = module.equals("jsuse") ? "TypeError" : "RuntimeError";
    String thrown = module.equals("jsuse") ? "IndexError" : "RangeError";
    return wanted.stream().map(w -> w.replaceFirst("^!", kind).replace("%s", thrown)).toList();
  }

  private static List<String> outcome(Value got) {
    return got.asList().stream()
        .map(one -> one.asText().replaceFirst("(?<=TypeError: ).*(item\\[1\\]).*", "$1"))
        .toList();
  }

  /// Synchronous code does one thing at a time, unless it has threads.
  private static boolean can(Placement placement, String module, String misuse) {
    if (!module.equals("pyuse")) {
      return true;
    }
    boolean threads = placement == Placement.NATIVE && misuse.equals("read_in_two_places");
    return threads || !misuse.matches("close_while_read|read_in_two_places");
  }

  @ParameterizedTest
  @MethodSource("ends")
  void whoOpensAndMisusesItHearsTheSame(
      Placement placement, String module, String other, boolean direct) {
    Map<String, List<String>> wanted = new TreeMap<>();
    Map<String, List<String>> got = new TreeMap<>();
    MISUSES.forEach((misuse, outcome) -> {
      if (can(placement, module, misuse)) {
        wanted.put(misuse, inWordsOf(module, outcome));
        Value heard = call(placement, module, "opens", misuse, other, "echo", direct);
        got.put(misuse, outcome(heard));
      }
    });
    MISUSES_OF_A_FAILED_ONE.forEach((misuse, outcome) -> {
      wanted.put(misuse, inWordsOf(module, outcome));
      Value heard = call(placement, module, "opens", misuse, other, "failing", direct);
      got.put(misuse, outcome(heard));
    });
    assertThat(got).isEqualTo(wanted);
  }

  /// Who takes it must not read on after its `end`: its opener then closes, which cancels it.
  @ParameterizedTest
  @MethodSource("ends")
  void whoTakesAndMisusesItHearsTheSame(
      Placement placement, String module, String other, boolean direct) {
    Map<String, List<String>> wanted = new TreeMap<>();
    Map<String, List<String>> got = new TreeMap<>();
    MISUSES.forEach((misuse, outcome) -> {
      if (can(placement, module, misuse) && !misuse.matches("read_after_end|.*both_ended")) {
        wanted.put(misuse, inWordsOf(module, outcome));
        call(placement, other, "lets", misuse, module, direct);
        got.put(misuse, outcome(seen(placement, module, misuse)));
      }
    });
    assertThat(got).isEqualTo(wanted);
  }

  private static Value seen(Placement placement, String module, String misuse) {
    return await().until(() -> call(placement, module, "has_seen", misuse), seen -> !seen.isNull());
  }

  @ParameterizedTest
  @MethodSource("ends")
  void closingItWhenBothEndsHaveEndedCancelsNothing(
      Placement placement, String other, String module, boolean direct) {
    if (!module.equals("pyuse")) {
      call(placement, other, "closes_at_the_end", module, direct);
      call(placement, module, "release");
      assertThat(outcome(seen(placement, module, "lasting"))).containsExactly("cancelled: false");
    }
  }

  @ParameterizedTest
  @MethodSource("ends")
  void aModuleAcceptsOnceAndWhileItIsLoaded(
      Placement placement, String module, String other, boolean direct) {
    assertThat(outcome(call(placement, module, "accepts")))
        .isEqualTo(
            inWordsOf(
                module,
                List.of(
                    "TypeError: `stoa.accept` takes a function, which is called with each channel.",
                    "!: `stoa.accept` was called before: a module has one acceptor.",
                    "!: `stoa.accept` is called at the top level of a module, while that is loaded.")));
    assertThat(call(placement, module, "opens_nothing").asText())
        .isEqualTo("TypeError: A channel is opened to a module, by its name.");
    assertThat(call(placement, "stoa", "describe", module).at("methods").asList())
        .extracting(method -> method.at("name").asText())
        .doesNotContain("talk");
  }

  @ParameterizedTest
  @EnumSource(names = {"CONTEXT", "NATIVE"})
  void aChannelForSynchronousCodeIsNotOpenedInALoop(Placement placement) {
    assertThat(call(placement, "pyuse", "opens_in_a_loop", "aiouse").asText())
        .isEqualTo(
            "RuntimeError: This channel would block the event loop. Use: async with stoa.aio.channel(...)");
  }
}
