package stoa.polyglot.context;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import stoa.call.FailureException;
import stoa.call.Thrown;
import stoa.module.Console;
import stoa.module.LoadedModule;
import stoa.module.MethodInfo;
import stoa.module.ModuleInfo;
import stoa.module.ModuleSource;

/// An attempt to load a module: what it is made from, and the promise of a result.
public final class Loading {
  private final ModuleSource source;
  private final Cell cell;
  private final CompletableFuture<LoadedModule> done = new CompletableFuture<>();

  /// @param cell where nobody has moved in
  public Loading(ModuleSource source, Cell cell) {
    this.source = source;
    this.cell = cell;
  }

  ModuleSource source() {
    return source;
  }

  public CompletableFuture<LoadedModule> done() {
    return done;
  }

  Cell cell() {
    return cell;
  }

  private Dialect dialect() {
    return cell.dialect();
  }

  /// The real path of the source. A console has none.
  String path() throws IOException {
    return source.kind() == ModuleSource.Kind.CONSOLE ? "" : source.main().toRealPath().toString();
  }

  void unreadable(IOException error) {
    String why =
        error instanceof NoSuchFileException
            ? "there is no file `" + source.main() + "`"
            : "`" + source.main() + "` cannot be read: " + error.getMessage();
    done.completeExceptionally(
        new LoadFailures(source).failed(why, "", Map.of("file", source.main().toString())));
  }

  /// @param syntax where a syntax error is, as far as the guest knows better than the engine; else
  ///   null
  void refused(Value error, Thrown thrown, stoa.value.Value syntax) {
    if (!syntax.isNull()) {
      done.completeExceptionally(new LoadFailures(source).syntax(syntax));
      return;
    }
    try {
      throw error.throwException();
    } catch (PolyglotException e) {
      done.completeExceptionally(new LoadFailures(source).of(e, thrown));
    } catch (UnsupportedOperationException e) {
      // Something that is no error was thrown, a text for example.
      done.completeExceptionally(
          new LoadFailures(source)
              .failed("it threw " + thrown.message(), "Throw an Error to see where.", Map.of()));
    }
  }

  /// The attempt ended without the guest's half saying how.
  void broke(Throwable error) {
    done.completeExceptionally(
        new LoadFailures(source)
            .failed(
                error.toString(),
                "This is a fault of the engine or of Stoa: report it.",
                Map.of()));
  }

  /// @param told `version`, `needs`, `idempotent`, `cached`, `methods`, and what the dialect adds
  /// @param methods is filled, by name
  ModuleInfo info(stoa.value.Value told, Map<String, Method> methods) {
    String text = text();
    Set<String> idempotent = new HashSet<>();
    told.at("idempotent").asList().forEach(name -> idempotent.add(name.asText()));
    List<Method> found =
        source.kind() == ModuleSource.Kind.CONSOLE
            ? CONSOLE
            : dialect().methods(told.at("methods").asList(), text);
    Map<String, String> cached = cached(told.at("cached"), found);
    Map<String, MethodInfo> infos = new LinkedHashMap<>();
    for (Method method : found) {
      MethodInfo info = method.info();
      MethodInfo full =
          new MethodInfo(
              info.name(),
              info.doc(),
              info.parameters(),
              info.returns(),
              info.streams(),
              idempotent.contains(info.name()),
              cached.getOrDefault(info.name(), ""));
      methods.put(info.name(), new Method(full, method.slots()));
      infos.put(info.name(), full);
    }
    return new ModuleInfo(
        source.name(),
        told.at("version").asText(),
        dialect().doc(text, told),
        List.copyOf(infos.values()),
        needs(told.at("needs")),
        dialect().language().id());
  }

  /// How long results may be used again, by method.
  private Map<String, String> cached(stoa.value.Value told, List<Method> methods) {
    if (!(told instanceof stoa.value.Value.Dictionary(var entries))) {
      throw notCached("is " + told.kind());
    }
    List<String> names = methods.stream().map(method -> method.info().name()).toList();
    Map<String, String> times = new HashMap<>();
    entries.forEach((name, time) -> {
      if (!names.contains(name)) {
        throw notCached("names `" + name + "`, which is no method");
      }
      if (!(time instanceof stoa.value.Value.Text(String text))) {
        throw notCached("has a time for `" + name + "` that is no text");
      }
      times.put(name, text);
    });
    return times;
  }

  private FailureException notCached(String why) {
    return new LoadFailures(source)
        .failed(
            "its `cached` " + why + ".",
            "Write the time by the name of the method: {\"area\": \"10s\"}.",
            Map.of());
  }

  private static Map<String, String> needs(stoa.value.Value told) {
    return told.asMap().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().asText()));
  }

  private String text() {
    try {
      return source.kind() == ModuleSource.Kind.CONSOLE ? "" : Files.readString(source.main());
    } catch (IOException e) {
      return "";
    }
  }

  private static final List<Method> CONSOLE =
      List.of(
          console(Console.EVAL, "Evaluates one input."),
          console(Console.INCOMPLETE, "Whether the input is the beginning of a longer one."),
          console(Console.COMPLETE, "Names that may stand at the end of the text."));

  private static Method console(String name, String doc) {
    var text = new MethodInfo.Parameter("text", "string", "", false, "", MethodInfo.Kind.EITHER);
    return new Method(
        new MethodInfo(name, doc, List.of(text), "", false, false),
        Optional.of(List.of(new Method.Slot("text", MethodInfo.Kind.EITHER, true))));
  }
}
