package stoa.cli;

import java.nio.file.Path;
import java.util.Map;

/// What a command finds around it.
///
/// @param variables the environment
/// @param working the folder that the command was given in
record Situation(Streams streams, Map<String, String> variables, Path working) {
  static Situation ofProcess() {
    return new Situation(Streams.ofProcess(), System.getenv(), Path.of("").toAbsolutePath());
  }

  UserFolders folders() {
    return new UserFolders(variables);
  }

  Homes homes() {
    return new Homes(folders(), working, streams);
  }
}
