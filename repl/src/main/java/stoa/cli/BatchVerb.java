package stoa.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.Stream;
import stoa.call.FailureException;
import stoa.cli.batch.Batch;
import stoa.cli.batch.CborSource;
import stoa.cli.batch.CountedInput;
import stoa.cli.batch.CsvSource;
import stoa.cli.batch.NdjsonSource;
import stoa.cli.batch.Progress;
import stoa.cli.batch.Source;
import stoa.cli.batch.Tally;
import stoa.client.Modules;
import stoa.value.Json;
import stoa.value.Value;

/// `stoa batch`: one call for each item of a file.
record BatchVerb(CommandLine line, Situation situation) {
  private static final String STANDARD = "-";

  int run() throws IOException, InterruptedException {
    line.atMost(1);
    Target target = Target.of(line.target());
    int jobs = line.number(Flag.JOBS, Runtime.getRuntime().availableProcessors());
    Batch.Settings settings =
        new Batch.Settings(
            target.module(), target.method(), jobs, line.has(Flag.SPREAD), line.deadline());
    checkOutput();
    if (line.has(Flag.CBOR) && !toFile()) {
      var _ = CborOutput.of(situation.streams());
    }
    HostAccess access = new HostAccess(line, situation);
    return access.useLong(host -> {
      checkTarget(host, target);
      access.asking().ifPresent(asking -> asking.settle(host.invoker(), target.module()));
      try (CountedInput input = new CountedInput(input());
          Source source = source(input)) {
        return run(host, settings, source, input);
      }
    });
  }

  private int run(Modules host, Batch.Settings settings, Source source, CountedInput input)
      throws IOException {
    Tally tally = new Tally();
    Streams streams = situation.streams();
    boolean file = toFile();
    OutputStream opened = file ? output() : OutputStream.nullOutputStream();
    try (opened) {
      Results out = file ? new Results(opened) : streams.out();
      Consumer<Value> print =
          line.has(Flag.CBOR) ? new CborOutput(out)::print : record -> out.line(Json.write(record));
      boolean drawn = streams.terminals().err() && (file || !streams.terminals().out());
      try (Progress _ = new Progress(streams.err(), drawn, tally, () -> part(input))) {
        new Batch(host.invoker(), settings, source, print, tally).run();
      }
    } catch (InterruptedException e) {
      streams.remark("cancelled after " + tally.summary());
      return ExitCode.CANCELLED;
    } catch (UncheckedIOException e) {
      streams.remark("stopped after " + tally.summary());
      throw e;
    } catch (IOException e) {
      streams.remark("stopped after " + tally.summary());
      throw new IOException("cannot read the input any further: " + e.getMessage(), e);
    }
    streams.remark(tally.summary());
    return tally.failed() == 0 ? ExitCode.DONE : ExitCode.CALL_FAILED;
  }

  private boolean toFile() {
    return line.value(Flag.OUTPUT).filter(name -> !name.equals(STANDARD)).isPresent();
  }

  /// A slip in the name must not become a failure for each item.
  private static void checkTarget(Modules host, Target target) {
    Value told = host.module("stoa").call("describe", target.module());
    boolean known =
        told.at("methods").asList().stream()
            .anyMatch(method -> method.at("name").asText().equals(target.method()));
    // An executable need not say what it has.
    if (!known && !told.at("methods").asList().isEmpty()) {
      throw new FailureException(DescribeVerb.noSuchMethod(told, target));
    }
  }

  private InputStream input() throws IOException {
    String name = line.value(Flag.INPUT).orElse(STANDARD);
    if (name.equals(STANDARD)) {
      return situation.streams().in();
    }
    if (Files.isDirectory(path(name))) {
      throw new UsageException(
          "the input `" + name + "` is a folder.", "Name a file: .ndjson or .csv.");
    }
    try {
      return Files.newInputStream(path(name));
    } catch (NoSuchFileException e) {
      throw new UsageException(
          "there is no input file `" + name + "`.",
          "Looked for " + path(name).toAbsolutePath() + ".");
    }
  }

  private Source source(InputStream input) throws IOException {
    String name = line.value(Flag.INPUT).orElse(STANDARD).toLowerCase(Locale.ROOT);
    String ending =
        Stream.of("csv", "cbor").filter(end -> name.endsWith("." + end)).findAny().orElse("ndjson");
    String format = line.value(Flag.FORMAT).orElse(ending);
    try {
      return switch (format) {
        case "csv" -> new CsvSource(input);
        case "cbor" -> new CborSource(input);
        case "ndjson" -> new NdjsonSource(input);
        default ->
            throw new UsageException(
                "there is no format `" + format + "`.", "Write `ndjson`, `csv` or `cbor`.");
      };
    } catch (IllegalArgumentException e) {
      throw new UsageException("the input is no CSV: " + e.getMessage() + ".", "");
    }
  }

  private void checkOutput() {
    line.value(Flag.OUTPUT)
        .filter(name -> Files.isDirectory(path(name)))
        .ifPresent(name -> {
          throw new UsageException("the output `" + name + "` is a folder.", "Name a file.");
        });
    line.value(Flag.OUTPUT)
        .filter(name -> !name.equals(STANDARD) && !line.has(Flag.FORCE))
        .filter(name -> Files.exists(path(name)))
        .ifPresent(BatchVerb::refuse);
  }

  private static void refuse(String output) {
    throw new UsageException(
        "the output file `" + output + "` exists already.", "`--force` overwrites it.");
  }

  private OutputStream output() throws IOException {
    String name = line.value(Flag.OUTPUT).orElse(STANDARD);
    OpenOption how =
        line.has(Flag.FORCE) ? StandardOpenOption.CREATE : StandardOpenOption.CREATE_NEW;
    try {
      return Files.newOutputStream(
          path(name), how, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    } catch (FileAlreadyExistsException e) {
      refuse(name);
      throw e;
    } catch (NoSuchFileException e) {
      throw new UsageException(
          "the output file `" + name + "` cannot be made.", "Its folder does not exist.");
    }
  }

  private OptionalDouble part(CountedInput input) {
    String name = line.value(Flag.INPUT).orElse(STANDARD);
    try {
      long size = name.equals(STANDARD) ? 0 : Files.size(path(name));
      return size == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) input.count() / size);
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
  }

  private Path path(String name) {
    return situation.working().resolve(name);
  }
}
