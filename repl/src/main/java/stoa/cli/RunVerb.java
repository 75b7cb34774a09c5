package stoa.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Invoker;
import stoa.call.Thrown;
import stoa.client.Items;
import stoa.client.ModuleClient;
import stoa.client.Modules;
import stoa.host.LogLine;
import stoa.module.Language;
import stoa.module.LoadedModule;
import stoa.module.ModuleSource;
import stoa.module.Surroundings;
import stoa.repl.files.FileCalls;
import stoa.repl.grant.Asking;
import stoa.value.Arguments;

/// `stoa run`: a script that drives modules with the rights of its user.
record RunVerb(CommandLine line, Situation situation, Interrupts interrupts) {
  private static final String MAIN = "main";

  int run() throws IOException, InterruptedException {
    Path script = script(line.target());
    ModuleSource source = source(script);
    Arguments arguments = CallVerb.arguments(line.rest());
    HostAccess access = access(script);
    return access.call(host -> {
      try {
        run(new Loader(host, source, access.asking()), arguments);
        return ExitCode.DONE;
      } catch (FailureException e) {
        return asked(e.failure()).orElseThrow(() -> e);
      }
    });
  }

  /// What a script is made of.
  private record Loader(Modules host, ModuleSource source, Optional<Asking> asking) {
    Invoker way(Invoker modules) {
      return asking.map(questions -> questions.before(modules)).orElse(modules);
    }
  }

  /// A script that brings its modules has a host of its own.
  private HostAccess access(Path script) {
    return situation
        .homes()
        .beside(script, line)
        .map(home -> HostAccess.embedded(line, situation, home))
        .orElseGet(() -> new HostAccess(line, situation));
  }

  private void run(Loader loader, Arguments arguments) {
    LoadedModule loaded = loaded(loader);
    ModuleSource source = loader.source;
    if (loaded.info().method(MAIN).isEmpty()) {
      if (!line.rest().isEmpty()) {
        situation
            .streams()
            .remark("note: the script exports no `main`, so its arguments reach nobody");
      }
      return;
    }
    ModuleClient client = new ModuleClient(loaded, source.name());
    ModuleClient limited = line.deadline().map(client::within).orElse(client);
    try (Items items = limited.items(MAIN, arguments)) {
      Answer answer = Answer.of(line, situation);
      while (items.hasNext()) {
        answer.print(items.next());
      }
    }
  }

  /// What a script in Python wants by `sys.exit()`: a number is its exit code, none is success, a
  /// text is shown and means that it failed.
  private Optional<Integer> asked(Failure failure) {
    if (!(failure instanceof Failure.ByGuest(Thrown thrown, _))
        || !thrown.type().equals("SystemExit")) {
      return Optional.empty();
    }
    String status = thrown.message();
    if (status.isEmpty() || status.equals("None")) {
      return Optional.of(ExitCode.DONE);
    }
    try {
      return Optional.of(Integer.parseInt(status) & 0xff);
    } catch (NumberFormatException e) {
      situation.streams().remark(status);
      return Optional.of(ExitCode.CALL_FAILED);
    }
  }

  /// The code at the top level of a script runs while it is loaded, and has a deadline too.
  private LoadedModule loaded(Loader loader) {
    Optional<Duration> limit = line.deadline();
    if (limit.isEmpty()) {
      return attach(loader);
    }
    AtomicBoolean late = new AtomicBoolean();
    Thread loading = Thread.currentThread();
    Thread alarm =
        Thread.ofVirtual()
            .start(() -> {
              try {
                Thread.sleep(limit.get());
                late.set(true);
                loading.interrupt();
              } catch (InterruptedException e) {
                // Loaded in time.
              }
            });
    try {
      LoadedModule loaded = attach(loader);
      if (late.get()) {
        throw new FailureException(tooLate(loader.source));
      }
      return loaded;
    } catch (FailureException e) {
      throw late.get() ? new FailureException(tooLate(loader.source)) : e;
    } finally {
      alarm.interrupt();
    }
  }

  private LoadedModule attach(Loader loader) {
    return loader.host.attach(
        loader.source,
        modules -> new FileCalls(loader.way(modules), situation.working()),
        said -> said(loader.source.name(), said));
  }

  private static Failure tooLate(ModuleSource source) {
    return Failure.of(
        Code.DEADLINE_EXCEEDED,
        "the code at the top level of `%s` did not end before its deadline."
            .formatted(source.main().getFileName()),
        "Give it more time with `--deadline`, or look why it is slow.");
  }

  private Path script(String text) {
    Path script = situation.working().resolve(text).normalize();
    if (Files.isDirectory(script)) {
      throw new UsageException(
          "`" + text + "` is a folder, no script.", "Name the file in it that is to run.");
    }
    if (!Files.exists(script)) {
      throw new UsageException(
          "there is no script `" + text + "`.", "Looked for " + script.toAbsolutePath() + ".");
    }
    return script.toAbsolutePath();
  }

  private static ModuleSource source(Path script) {
    String file = String.valueOf(script.getFileName());
    int dot = file.lastIndexOf('.');
    Language language =
        switch (dot < 0 ? "" : file.substring(dot)) {
          case ".js", ".mjs" -> Language.JAVASCRIPT;
          case ".py" -> Language.PYTHON;
          default ->
              throw new UsageException(
                  "`" + file + "` is no script that Stoa can run.",
                  "Scripts end in .js, .mjs or .py.");
        };
    Optional<Path> folder = Optional.ofNullable(script.getParent());
    return new ModuleSource(
        file.substring(0, dot), script, language, folder, ModuleSource.Kind.SCRIPT);
  }

  /// What the script wrote. Any thread.
  private void said(String name, Surroundings.Line said) {
    switch (said.stream()) {
      case OUT -> {
        try {
          situation.streams().out().line(said.text());
        } catch (Results.NobodyReads e) {
          interrupts.stop();
        }
      }
      case ERR, INFO, WARNING, ERROR -> situation.streams().remark(said.text());
      case DEBUG -> new EmbeddedHost(line, situation).log(LogLine.now(name, "", said));
    }
  }
}
