package stoa.cli;

import java.nio.file.Path;
import java.util.Map;

/// The folders of the user, as the XDG Base Directory Specification names them.
///
/// @param variables the environment
record UserFolders(Map<String, String> variables) {
  /// Modules without a home of their own, and who is trusted.
  Path data() {
    return folder("XDG_DATA_HOME", ".local/share");
  }

  /// What engines unpack; can be deleted at any time.
  Path cache() {
    return folder("XDG_CACHE_HOME", ".cache");
  }

  /// What was typed before.
  Path state() {
    return folder("XDG_STATE_HOME", ".local/state");
  }

  /// Where hosts and their clients meet. Short, as paths of Unix sockets must be.
  Path runtime() {
    String set = variables.getOrDefault("XDG_RUNTIME_DIR", "");
    return set.startsWith("/")
        ? Path.of(set, "stoa")
        : Path.of(System.getProperty("java.io.tmpdir"), "stoa-" + System.getProperty("user.name"));
  }

  /// What `~` is.
  Path home() {
    return Path.of(variables.getOrDefault("HOME", System.getProperty("user.home", ".")));
  }

  private Path folder(String variable, String otherwise) {
    String set = variables.getOrDefault(variable, "");
    // The specification: a relative path there is to be ignored.
    Path parent = set.startsWith("/") ? Path.of(set) : home().resolve(otherwise);
    return parent.resolve("stoa");
  }
}
