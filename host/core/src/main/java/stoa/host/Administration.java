package stoa.host;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Signal;
import stoa.module.MethodInfo;
import stoa.module.ModuleInfo;
import stoa.router.Identity;
import stoa.router.ModuleStatus;
import stoa.router.Router;

/// The module `stoa`: what there is, and the user's hand on it. The command line has no other door.
final class Administration {
  private static final String NAME = "stoa";

  /// What modules may call too.
  private static final Set<String> FOR_ALL = Set.of("list", "describe");

  private static final Map<String, MethodInfo> SCHEMA =
      Map.of(
          "list", method("list", "All modules that can be called, with their state.", "list"),
          "describe",
              method(
                  "describe", "What a module says of itself. Loads it if need be.", "map", "name"),
          "load", method("load", "Loads a module if it is not loaded.", "map", "name"),
          "unload",
              method(
                  "unload",
                  "Ends a module's instances. Returns whether it was loaded.",
                  "bool",
                  "name"),
          "reload",
              method(
                  "reload",
                  "Loads a module anew from its file. If that fails, the old version goes on serving.",
                  "map",
                  "name"),
          "status", method("status", "How the host runs.", "map"),
          "lines", fileMethod("lines", "The lines of a text file.", true, "path"),
          "csv",
              fileMethod(
                  "csv", "The rows of a CSV file with a header, as maps of text.", true, "path"),
          "json", fileMethod("json", "The content of a JSON file.", false, "path"),
          "write",
              fileMethod(
                  "write", "Writes text or bytes to a file.", false, "path", "content", "append"));

  private final Router router;
  private final Engines engines;

  Administration(Router router, Engines engines) {
    this.router = router;
    this.engines = engines;
  }

  private static MethodInfo method(String name, String doc, String returns, String... parameters) {
    List<MethodInfo.Parameter> list =
        List.of(parameters).stream()
            .map(p -> new MethodInfo.Parameter(p, "text", "", false, "", false, false))
            .toList();
    return new MethodInfo(name, doc, list, returns, false, false);
  }

  private static MethodInfo fileMethod(
      String name, String doc, boolean streams, String... parameters) {
    MethodInfo plain = method(name, doc + " Only for scripts of `stoa run`.", "", parameters);
    return new MethodInfo(name, plain.doc(), plain.parameters(), "", streams, false);
  }

  Router.Registered registered() {
    JavaModule module =
        new JavaModule(
            NAME,
            Map.of(
                "list", _ -> router.names().stream().map(router::status).map(this::row).toList(),
                "describe", call -> described(await(router.load(name(call)))),
                "load", call -> described(await(router.load(name(call)))),
                "unload", call -> router.unload(name(call)),
                "reload", call -> described(await(router.reload(name(call)))),
                "status", _ -> status(),
                "lines", Administration::files,
                "csv", Administration::files,
                "json", Administration::files,
                "write", Administration::files));
    ModuleInfo info =
        module
            .registered(
                "The host itself.", method -> SCHEMA.getOrDefault(method, method(method, "", "")))
            .info();
    return new Router.Registered(info, identity -> guarded(identity, module));
  }

  /// Lets modules look, and only the user touch.
  private static Invoker guarded(Identity identity, Invoker module) {
    return switch (identity) {
      case Identity.User _ -> module;
      case Identity.Module(String _) ->
          (invocation, caller) -> {
            if (FOR_ALL.contains(invocation.method()) || !SCHEMA.containsKey(invocation.method())) {
              return module.open(invocation, caller);
            }
            return denied(identity, invocation, caller);
          };
    };
  }

  private static Flow denied(Identity identity, Invocation invocation, Flow caller) {
    caller.send(
        new Signal.Failed(
            Failure.of(
                Code.DENIED,
                identity.text() + " may not call `" + invocation.name() + "`.",
                "Modules may call `stoa.list` and `stoa.describe`; the rest is for the user and for scripts of"
                    + " `stoa run`.")));
    return _ -> {};
  }

  private static Object files(JavaMethod.Call call) {
    throw new FailureException(
        Failure.of(
            Code.DENIED,
            "the host itself reads and writes no files for its callers.",
            "`stoa.lines`, `stoa.csv`, `stoa.json` and `stoa.write` work in scripts of `stoa run`."));
  }

  private static String name(JavaMethod.Call call) {
    return call.arguments().named().isEmpty()
        ? call.argument(0).asText()
        : call.argument("name").asText();
  }

  private Map<String, Object> row(ModuleStatus status) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", status.name());
    row.put("state", status.state().text());
    row.put("placement", status.placement());
    row.put("language", status.language());
    row.put("instances", status.instances());
    row.put("note", status.note());
    return row;
  }

  private Map<String, Object> described(ModuleInfo info) {
    Map<String, Object> all = row(router.status(info.name()));
    all.put("version", info.version());
    all.put("doc", info.doc());
    all.put("needs", info.needs());
    all.put("methods", info.methods().stream().map(Administration::described).toList());
    return all;
  }

  private static Map<String, Object> described(MethodInfo method) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("name", method.name());
    all.put("signature", method.signature());
    all.put("doc", method.doc());
    all.put("returns", method.returns());
    all.put("streams", method.streams());
    all.put("idempotent", method.idempotent());
    all.put("parameters", method.parameters());
    return all;
  }

  private Map<String, Object> status() {
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("pid", ProcessHandle.current().pid());
    status.put("java", Runtime.version().toString());
    status.put("engines", engines.descriptions());
    status.put("modules", router.names().size());
    return status;
  }

  private static <T> T await(CompletableFuture<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      @Nullable Throwable cause = e.getCause();
      throw cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }
  }
}
