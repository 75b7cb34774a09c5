package stoa.host;

import stoa.module.Surroundings;

/// A line that a module wrote or logged.
public record LogLine(String module, Surroundings.Stream stream, String text) {
  void toSystemLogger() {
    System.Logger.Level level =
        switch (stream) {
          case DEBUG -> System.Logger.Level.DEBUG;
          case OUT, ERR, INFO -> System.Logger.Level.INFO;
          case WARNING -> System.Logger.Level.WARNING;
          case ERROR -> System.Logger.Level.ERROR;
        };
    System.getLogger("stoa.module." + module).log(level, text);
  }
}
