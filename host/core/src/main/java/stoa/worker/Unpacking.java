package stoa.worker;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.module.Language;

/// Lets an engine unpack its files into the cache before a worker that may only read there is
/// started: a process of its own, which runs no module, does it once for each cache and class path.
///
/// @param java the words that start Java, up to the name of the class
record Unpacking(List<String> java, Path cache) {
  private static final long LIMIT_SECONDS = 60;

  /// For two workers at the same time.
  private static final Object LOCK = new Object();

  /// @throws FailureException LOAD_FAILED if the engine cannot unpack its files
  void once(Language language) {
    try {
      Path done = cache.resolve("unpacked-" + language.id() + "-" + digest());
      synchronized (LOCK) {
        if (!Files.exists(done)) {
          Files.createDirectories(cache);
          run(language);
          Files.createFile(done);
        }
      }
    } catch (IOException e) {
      throw failed(language, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(language, "interrupted");
    }
  }

  private void run(Language language) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(java);
    words.addAll(List.of(Worker.class.getName(), language.name(), "", "", "", cache.toString()));
    Process process =
        new ProcessBuilder(words)
            .redirectOutput(Redirect.DISCARD)
            .redirectErrorStream(true)
            .start();
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw failed(language, "it took more than %d s, or failed".formatted(LIMIT_SECONDS));
      }
    } finally {
      process.destroyForcibly();
    }
  }

  /// Other jars have other files in them.
  private String digest() {
    try {
      byte[] text =
          String.join("\n", java)
              .replaceAll("-Djava.io.tmpdir=.*", "")
              .getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private FailureException failed(Language language, String why) {
    return new FailureException(
        Failure.of(
            Code.LOAD_FAILED,
            "the engine of %s cannot unpack its files into `%s`: %s."
                .formatted(language.id(), cache, why),
            "Is there space, and may this user write there?"));
  }
}
