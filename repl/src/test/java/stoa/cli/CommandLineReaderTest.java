package stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stoa.value.Arguments;
import stoa.value.Json;
import stoa.value.Value;

class CommandLineReaderTest {
  private static CommandLine read(String... arguments) {
    return CommandLineReader.read(List.of(arguments));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "2                 | 2",
        "-5                | -5",
        "-.5               | \"-.5\"",
        "2.0               | 2.0",
        "true              | true",
        "null              | null",
        "plain words       | \"plain words\"",
        "\"quoted\"        | \"quoted\"",
        "[1, \"a\"]        | [1,\"a\"]",
        "{\"a\": {\"b\":1}} | {\"a\":{\"b\":1}}",
        "{a: 1}            | \"{a: 1}\"",
        "-                 | \"-\"",
        "2fast=4           | \"2fast=4\"",
        "a-b=4             | \"a-b=4\"",
        "=4                | \"=4\"",
      })
  void anArgumentIsJsonWhereItParsesElseText(String typed, String json) {
    Arguments arguments = CallVerb.arguments(read("call", "m.x", typed).rest());
    assertThat(Json.write(arguments.positional().getFirst())).isEqualTo(json);
    assertThat(arguments.named()).isEmpty();
  }

  @Test
  void anIdentifierBeforeAnEqualsSignNamesAnArgument() {
    Arguments arguments = CallVerb.arguments(read("call", "m.x", "least=2", "$t_1=a=b").rest());
    assertThat(arguments.positional()).isEmpty();
    assertThat(arguments.named())
        .containsEntry("least", new Value.Int(2))
        .containsEntry("$t_1", new Value.Text("a=b"));
  }

  @Test
  void afterTwoDashesNothingIsAFlagOrAName() {
    CommandLine line = read("call", "m.x", "--json", "--", "least=2", "--json", "-h");
    Arguments arguments = CallVerb.arguments(line.rest());
    assertThat(arguments.positional())
        .containsExactly(new Value.Text("least=2"), new Value.Text("--json"), new Value.Text("-h"));
    assertThat(line.has(Flag.JSON)).isTrue();
  }

  @Test
  void flagsMayStandAnywhereAndTakeTheirValueInTwoWays() {
    CommandLine line = read("call", "--deadline", "1.5s", "m.x", "1", "--modules=mods", "2");
    assertThat(line.deadline()).contains(Duration.ofMillis(1500));
    assertThat(line.value(Flag.MODULES)).contains("mods");
    assertThat(line.target()).isEqualTo("m.x");
    assertThat(line.rest()).hasSize(2);
  }

  @Test
  void nothingAtAllOpensTheShell() {
    assertThat(read().verb()).isEqualTo(Verb.SHELL);
    assertThat(read("--modules", "x").verb()).isEqualTo(Verb.SHELL);
    assertThat(read("--version").verb()).isEqualTo(Verb.VERSION);
    assertThat(read("-h").verb()).isEqualTo(Verb.HELP);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "call m.x --deadlin 2s     | --deadlin       | Did you mean `--deadline`?",
        "call m.x --nonsense       | --nonsense      | put `--` before it",
        "call m.x -x               | -x              | put `--` before it",
        "call m.x --jobs 3         | --jobs          | stoa help call",
        "cal m.x                   | `cal`           | Did you mean `call`?",
        "words.count x             | `words.count`   | stoa call words.count",
        "call m.x --deadline       | needs a value   | ''",
        "call m.x --json=yes       | takes no value  | ''",
      })
  void whatCannotBeIsToldWithTheNextStep(String typed, String message, String help) {
    assertThatThrownBy(() -> read(typed.split(" ")))
        .isInstanceOfSatisfying(
            UsageException.class,
            e -> {
              assertThat(e).hasMessageContaining(message);
              assertThat(e.help()).contains(help);
            });
  }

  @Test
  void timesAndNumbersThatAreNoneAreRefused() {
    assertThatThrownBy(() -> read("call", "m.x", "--deadline", "2").deadline())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--deadline 2");
    assertThatThrownBy(() -> read("batch", "m.x", "--jobs", "0").number(Flag.JOBS, 1))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--jobs 0");
  }

  @Test
  void anArgumentGivenTwiceIsRefused() {
    assertThatThrownBy(() -> CallVerb.arguments(read("call", "m.x", "a=1", "a=2").rest()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("`a` is given twice");
  }
}
