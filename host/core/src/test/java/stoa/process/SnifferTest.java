package stoa.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Where text ends and the protocol begins.
class SnifferTest {
  /// Gives few bytes at a time, as pipes may.
  private static InputStream pieces(String all, int size) {
    return new ByteArrayInputStream(all.getBytes(StandardCharsets.US_ASCII)) {
      @Override
      public int read(byte[] into, int from, int length) {
        return super.read(into, from, Math.min(length, size));
      }
    };
  }

  private static String text(Sniffer sniffer) throws IOException {
    StringBuilder text = new StringBuilder();
    byte[] buffer = new byte[10];
    for (int n = sniffer.read(buffer, 0, 10); n >= 0; n = sniffer.read(buffer, 0, 10)) {
      text.append(new String(buffer, 0, n, StandardCharsets.US_ASCII));
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 7, 1000})
  void theProtocolBeginsWithItsLineWhateverCameBefore(int size) throws IOException {
    Sniffer sniffer =
        new Sniffer(pieces("warning: STOA1\nSTOA\nSTOA1 is near\nSTOA1\nframes", size));
    assertThat(text(sniffer)).isEqualTo("warning: STOA1\nSTOA\nSTOA1 is near\n");
    assertThat(sniffer.found()).isTrue();
    assertThat(sniffer.protocol().readAllBytes())
        .asString(StandardCharsets.US_ASCII)
        .isEqualTo("STOA1\nframes");
  }

  @ParameterizedTest
  @CsvSource({"'',1", "'STOA1',1", "'STOA',3", "'a line\nSTO',2", "'STOA1x\n',2"})
  void whatIsNotThatLineIsText(String all, int size) throws IOException {
    Sniffer sniffer = new Sniffer(pieces(all, size));
    assertThat(text(sniffer)).isEqualTo(all);
    assertThat(sniffer.found()).isFalse();
  }
}
