package stoa.repl.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import stoa.value.Json;
import stoa.value.Value;

class ValueTextTest {
  private final ValueText plain = new ValueText(Paint.NONE, 60);

  @Test
  void aListOfFlatMapsIsATable() {
    Value birds = Json.read("[{\"name\":\"wren\",\"grams\":9},{\"name\":\"owl\",\"grams\":480}]");
    assertThat(plain.brief(birds))
        .isEqualTo(
            """
            name  grams
            wren      9
            owl     480\
            """);
  }

  @Test
  void aWideTableIsCutToTheTerminal() {
    Value rows = Value.of(List.of(Map.of("a", "x".repeat(200)), Map.of("a", "y")));
    assertThat(plain.brief(rows).lines()).allMatch(line -> line.length() <= 60).hasSize(3);
  }

  @Test
  void aLongTableShowsItsBeginningAndSaysHowToSeeTheRest() {
    Value rows = Value.of(IntStream.range(0, 50).mapToObj(i -> Map.of("i", i)).toList());
    assertThat(plain.brief(rows).lines()).hasSize(22);
    assertThat(plain.brief(rows)).endsWith("... 30 more; `last` shows all");
    assertThat(plain.full(rows).lines()).hasSize(51);
  }

  @Test
  void aLongListIsCut() {
    Value numbers = Value.of(IntStream.range(0, 5000).boxed().toList());
    assertThat(plain.brief(numbers)).endsWith("more lines; `last` shows all");
    assertThat(plain.full(numbers)).endsWith("]");
  }

  @Test
  void coloursLeaveTheTextAsItIs() {
    Value value = Json.read("{\"a\": [1, true, \"x $1 \\\\ y\"], \"b:\": null}");
    String coloured = new ValueText(new Paint(true), 60).brief(value);
    assertThat(coloured).contains("\u001b[");
    assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(plain.brief(value));
  }

  @Test
  void wideLettersTakeTwoColumns() {
    Value rows = Json.read("[{\"a\":\"鳥\",\"b\":1},{\"a\":\"owl\",\"b\":2}]");
    assertThat(plain.brief(rows).lines().toList().get(1)).isEqualTo("鳥   1");
  }
}
