package stoa.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutputTest {
  private final List<String> lines = new ArrayList<>();

  private void pump(byte[] bytes) throws IOException {
    new Output().pump(new ByteArrayInputStream(bytes), lines::add, () -> {});
  }

  @Test
  void linesAreTakenWithoutTheirEnds() throws IOException {
    pump("one\r\n\ntwo \u001b[1mbold\n\tlast".getBytes(StandardCharsets.UTF_8));
    assertThat(lines).containsExactly("one", "", "two \u001b[1mbold", "\tlast");
  }

  @Test
  void textInAnotherEncodingIsStillText() throws IOException {
    pump("d\u00e9j\u00e0 vu, again\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(lines).containsExactly("d\ufffdj\ufffd vu, again");
  }

  @Test
  void bytesThatAreNoTextAreCounted() throws IOException {
    byte[] noise = new byte[100_000];
    new Random(5).nextBytes(noise);
    byte[] all = new byte[noise.length + 14];
    System.arraycopy("before\n".getBytes(StandardCharsets.UTF_8), 0, all, 0, 7);
    System.arraycopy(noise, 0, all, 7, noise.length);
    System.arraycopy("\nat end".getBytes(StandardCharsets.UTF_8), 0, all, 7 + noise.length, 7);
    pump(all);
    assertThat(lines.getFirst()).isEqualTo("before");
    assertThat(lines).hasSizeLessThan(6);
    assertThat(lines.getLast()).contains("bytes that are no text");
  }
}
