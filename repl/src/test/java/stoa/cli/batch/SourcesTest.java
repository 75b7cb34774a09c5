package stoa.cli.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import stoa.value.Value;

class SourcesTest {
  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<Source.Entry> all(Source source) throws IOException {
    List<Source.Entry> entries = new ArrayList<>();
    try (source) {
      for (Optional<Source.Entry> next = source.next(); next.isPresent(); next = source.next()) {
        entries.add(next.get());
      }
    }
    return entries;
  }

  @Test
  void eachLineOfNdjsonIsAnItemAndABrokenOneSaysWhere() throws IOException {
    assertThat(all(new NdjsonSource(bytes("1\r\n\n\"ä\"\n{\"a\":\nnull"))))
        .satisfiesExactly(
            one -> assertThat(one).isEqualTo(new Source.Item(new Value.Int(1))),
            two -> assertThat(two).isEqualTo(new Source.Item(new Value.Text("ä"))),
            three ->
                assertThat(three)
                    .isInstanceOfSatisfying(
                        Source.Broken.class, b -> assertThat(b.message()).contains("line 4")),
            four -> assertThat(four).isEqualTo(new Source.Item(Value.NULL)));
  }

  @Test
  void aLineThatIsNotUtf8IsBroken() throws IOException {
    InputStream in = new ByteArrayInputStream(new byte[] {'"', (byte) 0xff, '"', '\n', '1', '\n'});
    assertThat(all(new NdjsonSource(in)))
        .containsExactly(
            new Source.Broken("line 1 of the input is not UTF-8."),
            new Source.Item(new Value.Int(1)));
  }

  @Test
  void rowsOfCsvAreMapsOfText() throws IOException {
    assertThat(all(new CsvSource(bytes("\ufeffa,b\n1,\"x\n\"\"y\"\"\"\n1,2,3\n,\n"))))
        .satisfiesExactly(
            one ->
                assertThat(one)
                    .isEqualTo(new Source.Item(Value.of(Map.of("a", "1", "b", "x\n\"y\"")))),
            two ->
                assertThat(two)
                    .isEqualTo(
                        new Source.Broken(
                            "the row in line 4 of the input has 3 fields, the header has 2.")),
            three ->
                assertThat(three).isEqualTo(new Source.Item(Value.of(Map.of("a", "", "b", "")))));
  }

  @Test
  void aHeaderOfNoUseIsRefused() {
    assertThatThrownBy(() -> new CsvSource(bytes("")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("empty");
    assertThatThrownBy(() -> new CsvSource(bytes("a,b,a\n")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("twice");
  }
}
