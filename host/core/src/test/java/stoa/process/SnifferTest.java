package stoa.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SnifferTest {
  @Test
  void theFirstLineIsThereBeforeTheChildSaysMore() throws Exception {
    try (PipedOutputStream child = new PipedOutputStream();
        PipedInputStream output = new PipedInputStream(child)) {
      child.write("ready\n".getBytes(StandardCharsets.US_ASCII));
      Sniffer sniffer = new Sniffer(output);
      assertThat(sniffer.speaksProtocol()).isFalse();
      byte[] read = new byte[100];
      int count = sniffer.all().read(read);
      assertThat(new String(read, 0, count, StandardCharsets.US_ASCII)).isEqualTo("ready\n");
    }
  }
}
