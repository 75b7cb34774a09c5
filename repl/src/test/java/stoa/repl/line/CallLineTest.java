package stoa.repl.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stoa.value.Arguments;
import stoa.value.Json;
import stoa.value.Value;

class CallLineTest {
  private static final Value LAST = new Value.Text("last");

  private static Arguments arguments(String line) throws LineSyntaxException {
    return CallLine.read(line).arguments(LAST);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a b 3                  | [\"a\",\"b\",3]",
        "\"a b\" 'c d'          | [\"a b\",\"c d\"]",
        "\"5\" '5' 5            | [\"5\",5,5]",
        "\"tab\\t\\u00e4\\\"\"  | [\"tab\\tä\\\"\"]",
        "a\\ b pre\"fix ed\"    | [\"a b\",\"prefix ed\"]",
        "{\"a\": [1, 2]} [ ]    | [{\"a\":[1,2]},[]]",
        "{\"a\": \"} ]\"}       | [{\"a\":\"} ]\"}]",
        "'{\"a\": 1}'           | [{\"a\":1}]",
        "-5 -x --y              | [-5,\"-x\",\"--y\"]",
        "_ \"_\"                | [\"last\",\"_\"]",
        "-- a=1 _               | [\"a=1\",\"last\"]",
        "\"a=1\" b-c=2          | [\"a=1\",\"b-c=2\"]",
      })
  void wordsAreReadAsInAShell(String words, String positional) throws LineSyntaxException {
    Arguments arguments = arguments("m.x " + words);
    assertThat(Json.write(new Value.Sequence(arguments.positional()))).isEqualTo(positional);
    assertThat(arguments.named()).isEmpty();
  }

  @Test
  void namesStandBeforeAnEqualsSign() throws LineSyntaxException {
    Arguments arguments = arguments("m.x a=1 b=\"x y\" c={\"d\": 2} e=_");
    assertThat(arguments.positional()).isEmpty();
    assertThat(arguments.named())
        .isEqualTo(
            Map.of(
                "a",
                new Value.Int(1),
                "b",
                new Value.Text("x y"),
                "c",
                Value.of(Map.of("d", 2)),
                "e",
                LAST));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "()                       | []",
        "( )                      | []",
        "(\"a b\", 2)             | [\"a b\",2]",
        "(a,2 , [1, 2],)          | [\"a\",2,[1,2]]",
        "(_)                      | [\"last\"]",
      })
  void theFormWithBracketsIsTakenToo(String rest, String positional) throws LineSyntaxException {
    Arguments arguments = arguments("m.x" + rest);
    assertThat(Json.write(new Value.Sequence(arguments.positional()))).isEqualTo(positional);
  }

  @Test
  void namesWorkInBrackets() throws LineSyntaxException {
    assertThat(arguments("m.x(1, least=2)").named()).containsEntry("least", new Value.Int(2));
  }

  @Test
  void theFirstDotEndsTheModule() throws LineSyntaxException {
    CallLine call = CallLine.read("  m.x.y 1");
    assertThat(call.module()).isEqualTo("m");
    assertThat(call.method()).isEqualTo("x.y");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"m.x {\"a\": [1,", "m.x \"abc", "m.x 'abc", "m.x(1, 2", "m.x(", "m.x [\"]\""})
  void anOpenBracketOrQuoteAsksForMore(String line) {
    assertThatThrownBy(() -> CallLine.read(line))
        .isInstanceOfSatisfying(
            LineSyntaxException.class, e -> assertThat(e.isIncomplete()).isTrue());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "words           | names no method",
        ".x              | names no method",
        "m.              | names no method",
        "m.x {a: 1}      | not JSON at line 1, column",
        "m.x(a b)        | expected `,` or `)`",
        "m.x(1) 2        | nothing can follow",
        "m.x \"\\q\"     | bad text in quotes",
      })
  void whatCannotBeReadSaysWhy(String line, String message) {
    assertThatThrownBy(() -> CallLine.read(line))
        .isInstanceOfSatisfying(
            LineSyntaxException.class,
            e -> {
              assertThat(e).hasMessageContaining(message);
              assertThat(e.isIncomplete()).isFalse();
            });
  }
}
