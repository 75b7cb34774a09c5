package stoa.polyglot.context;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Boot scripts in the jar.
public final class Resources {
  private Resources() {}

  /// @param near a class of the package whose resource it is
  /// @param name without a folder
  public static String text(Class<?> near, String name) {
    if (name.indexOf('/') >= 0) {
      throw new IllegalStateException("`" + name + "` is no boot script");
    }
    try (InputStream in = near.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
