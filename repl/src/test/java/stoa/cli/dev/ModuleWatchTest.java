package stoa.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Which modules are said to have changed, after what people and their editors do to files.
@Timeout(20)
class ModuleWatchTest {
  @TempDir Path modules;

  private void write(String file, String text) throws IOException {
    Files.createDirectories(modules.resolve(file).getParent());
    Files.writeString(modules.resolve(file), text);
  }

  @Test
  void whatBelongsToAModuleChangesIt() throws Exception {
    write("words.js", "");
    write("shop/main.py", "");
    write("shop/lib/prices.py", "");
    try (ModuleWatch watch = ModuleWatch.of(modules)) {
      write("words.js", "export const a = 1;");
      write("shop/lib/prices.py", "a = 1");
      assertThat(watch.next()).containsExactly("shop", "words");

      // As editors do that write a file aside and rename it.
      write(".words.js.swp", "x");
      write("words.js~", "x");
      Files.move(
          modules.resolve("words.js~"),
          modules.resolve("words.js"),
          StandardCopyOption.REPLACE_EXISTING);
      assertThat(watch.next()).containsExactly("words");

      write("late/main.mjs", "");
      assertThat(watch.next()).containsExactly("late");
      write("late/main.mjs", "export const b = 1;");
      assertThat(watch.next()).containsExactly("late");

      Files.delete(modules.resolve("shop/lib/prices.py"));
      assertThat(watch.next()).containsExactly("shop");
    }
  }

  @Test
  void whatToolsPutThereChangesNothing() throws Exception {
    write("shop/main.py", "");
    write("shop/__pycache__/main.pyc", "");
    write("shop/.git/index", "");
    try (ModuleWatch watch = ModuleWatch.of(modules)) {
      write("shop/node_modules/left-pad/index.js", "x");
      write("shop/__pycache__/main.pyc", "x");
      write("shop/.git/index", "x");
      write("README.md", "x");
      assertThat(watch.next()).isEmpty();
    }
  }
}
