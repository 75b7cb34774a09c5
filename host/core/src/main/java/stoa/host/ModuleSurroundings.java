package stoa.host;

import java.util.function.Consumer;
import stoa.call.Invoker;
import stoa.module.Surroundings;

/// What an instance of a module is given: the router with the module's identity, and the host's
/// log.
record ModuleSurroundings(String module, Invoker router, Consumer<LogLine> log)
    implements Surroundings {
  @Override
  public void said(Line line) {
    log.accept(new LogLine(module, line.stream(), line.text()));
  }
}
