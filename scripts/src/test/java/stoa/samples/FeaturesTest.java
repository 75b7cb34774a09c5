package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.client.Items;
import stoa.host.Host;
import stoa.module.Placement;
import stoa.repl.line.CallLine;
import stoa.value.Arguments;
import stoa.value.Json;
import stoa.value.Value;

/// Files in which people use their language as they are used to: whatever the placement, they give
/// the same answers, and fail in the same way. Words of the languages' own errors may differ.
class FeaturesTest {
  private static final Path MODULES =
      Command.ROOT.resolve("scripts/src/test/resources/stoa/samples/features");

  private static Host contexts;
  private static Host processes;

  @BeforeAll
  static void start() {
    contexts = host(Placement.CONTEXT);
    processes = host(Placement.NATIVE);
  }

  private static Host host(Placement placement) {
    return TestHost.builder().modules(MODULES).placement(placement).start();
  }

  @AfterAll
  static void close() {
    contexts.close();
    processes.close();
  }

  @TestFactory
  Stream<DynamicTest> giveTheSameAnswers() throws Exception {
    return Files.readAllLines(MODULES.resolve("calls.txt")).stream()
        .map(line ->
            DynamicTest.dynamicTest(
                line,
                () -> assertThat(outcome(processes, line)).isEqualTo(outcome(contexts, line))));
  }

  /// The items and their end, or how the call failed.
  private static List<String> outcome(Host host, String line) throws Exception {
    CallLine call = CallLine.read(line);
    List<String> outcome = new ArrayList<>();
    try (Items items =
        host.module(call.module()).items(call.method(), call.arguments(Value.NULL))) {
      items.forEachRemaining(item -> outcome.add(Json.write(item)));
      outcome.add(items.streamed() ? "end of stream" : "value");
    } catch (FailureException e) {
      outcome.add(e.failure().code().name());
      if (e.failure() instanceof Failure.ByGuest guest) {
        outcome.add(guest.thrown().type());
        outcome.add(guest.thrown().cause().map(cause -> "caused by " + cause.type()).orElse(""));
      }
    }
    return outcome;
  }

  @Test
  void describeThemselvesInTheSameWay() {
    for (String module : List.of("features", "pyfeatures", "statistics", "shop", "pyshop")) {
      assertThat(description(processes, module)).isEqualTo(description(contexts, module));
    }
  }

  @Test
  void parametersThatAreGivenInOneWayOnlyAreShownSoAndNamedWhenTheyAreGivenInTheOther() {
    for (Host host : List.of(contexts, processes)) {
      Value told = host.module("stoa").call("describe", "pyfeatures");
      assertThat(told.at("methods").asList().stream().map(m -> m.at("signature").asText()))
          .contains(
              "decorated(x: int, *, loud?: bool = False) -> str",
              "kinds(a, /, b, *args, c, d? = 4, **more)",
              "halved(x: int, /) -> float");
      assertThat(refused(host, "decorated", Arguments.of(5, true)))
          .contains("takes", "1 argument by position, got 2; `loud` can be given by name only");
      assertThat(refused(host, "halved", new Arguments(List.of(), Map.of("x", Value.of(5)))))
          .contains("takes `x` by position only");
    }
  }

  private static String refused(Host host, String method, Arguments given) {
    Throwable refusal = catchThrowable(() -> host.module("pyfeatures").call(method, given));
    assertThat(((FailureException) refusal).failure().code()).isEqualTo(Code.BAD_ARGUMENT);
    return refusal.getMessage();
  }

  private static List<Value> description(Host host, String module) {
    Value told = host.module("stoa").call("describe", module);
    return Stream.concat(
            Stream.of(told.at("doc")),
            told.at("methods").asList().stream()
                .sorted(Comparator.comparing(method -> method.at("name").asText())))
        .toList();
  }
}
