package stoa.host;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.module.Surroundings;
import stoa.router.ModulesFolder;
import stoa.router.Router;

/// Starts the modules that say `eager = true`, without anybody waiting for it. What they need is
/// started before them, as at a first call.
///
/// @param log takes why one did not start
record EagerModules(ModulesFolder folder, Router router, Consumer<LogLine> log) {
  void begin() {
    Thread.ofVirtual().name("stoa-eager").start(this::start);
  }

  private void start() {
    // As many at a time as help: a start is work for a processor.
    Semaphore places = new Semaphore(Runtime.getRuntime().availableProcessors());
    for (String name : names()) {
      places.acquireUninterruptibly();
      try {
        router
            .load(name)
            .whenComplete((_, problem) -> {
              places.release();
              if (problem != null) {
                failed(name, problem);
              }
            });
      } catch (FailureException e) {
        places.release();
        failed(name, e);
      }
    }
  }

  private List<String> names() {
    try {
      return folder.names().stream().filter(this::isEager).toList();
    } catch (FailureException e) {
      return List.of(); // a folder that cannot be read: the first call says so
    }
  }

  /// A broken manifest says nothing; the first call says why.
  private boolean isEager(String name) {
    try {
      return folder.find(name).filter(found -> found.manifest().start().eager()).isPresent();
    } catch (FailureException e) {
      return false;
    }
  }

  private void failed(String name, Throwable problem) {
    Throwable cause = problem.getCause() == null ? problem : problem.getCause();
    if (problem instanceof FailureException e) {
      failed(name, e.failure());
    } else if (cause instanceof FailureException e) {
      failed(name, e.failure());
    } else {
      said(name, "it was to start with the host: " + cause);
    }
  }

  private void failed(String name, Failure failure) {
    if (failure.code() != Code.UNAVAILABLE) { // the host ends already
      said(name, "it was to start with the host: " + failure.message());
    }
  }

  private void said(String name, String text) {
    log.accept(LogLine.now(name, "", new Surroundings.Line(Surroundings.Stream.ERROR, text)));
  }
}
