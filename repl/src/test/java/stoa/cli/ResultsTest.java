package stoa.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class ResultsTest {
  private static Results failing(String message) {
    return new Results(
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(message);
          }
        });
  }

  @Test
  void aReaderThatHasEnoughIsNoFailure() {
    assertThatThrownBy(() -> failing("Broken pipe").line("x"))
        .isInstanceOf(Results.NobodyReads.class);
  }

  @Test
  void aFullDiskIsOne() {
    assertThatThrownBy(() -> failing("No space left on device").line("x"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("No space left on device");
  }
}
