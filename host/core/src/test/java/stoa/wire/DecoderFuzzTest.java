package stoa.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import stoa.value.Json;

/// Lets a coverage-guided fuzzer loose on the decoders, beginning with the golden vectors. A
/// finding is an exception, a hang, or more than 256 MB of memory.
class DecoderFuzzTest {
  private static final Path VECTORS = Path.of("../../spec/vectors");
  @TempDir Path folder;

  @Test
  void aFewSecondsOfFuzzingFindNothing() throws Exception {
    fuzz(4, 1); // the same way each time: what it is to find is for the long run
  }

  @Test
  @Tag("full")
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void tenMinutesOfFuzzingFindNothing() throws Exception {
    fuzz(600, 0);
  }

  /// @param seed 0: another one each time
  private void fuzz(int seconds, int seed) throws IOException, InterruptedException {
    Path corpus = Files.createDirectory(folder.resolve("corpus"));
    int vectors =
        seed(corpus, "frames.json", "hex", DecoderFuzz.FRAMES)
            + seed(corpus, "values.json", "hex", DecoderFuzz.VALUE)
            + seed(corpus, "values.json", "json", DecoderFuzz.JSON);
    assertThat(vectors).isGreaterThan(100);
    Process fuzzer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + DecoderFuzz.class.getName(),
                "--instrumentation_includes=stoa.wire.**:stoa.value.**",
                "-max_total_time=" + seconds,
                "-seed=" + seed,
                "-max_len=4096",
                "-timeout=10",
                "-print_final_stats=1",
                corpus.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(new File(folder.toFile(), "log"))
            .start();
    int code = fuzzer.waitFor();
    String log = Files.readString(folder.resolve("log"), StandardCharsets.ISO_8859_1);
    assertThat(code).as(log).isZero();
    assertThat(log).containsPattern("Done [0-9]{3,} runs");
  }

  /// @return how many there were
  private static int seed(Path corpus, String file, String key, byte decoder) throws IOException {
    int count = 0;
    for (var row : Json.read(Files.readString(VECTORS.resolve(file))).asList()) {
      String text = row.at(key).asText();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(decoder);
      out.writeBytes(
          key.equals("hex")
              ? HexFormat.of().parseHex(text)
              : text.getBytes(StandardCharsets.UTF_8));
      Files.write(corpus.resolve(decoder + "-" + count++), out.toByteArray());
    }
    return count;
  }
}
