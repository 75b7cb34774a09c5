package stoa.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Invoker;
import stoa.call.Signal;
import stoa.module.Grant;
import stoa.module.MethodInfo;
import stoa.module.ModuleInfo;
import stoa.outside.Outside;
import stoa.router.Decisions;
import stoa.router.Identity;
import stoa.router.ModuleStatus;
import stoa.router.References;
import stoa.router.Reloaded;
import stoa.router.Router;
import stoa.router.Usage;
import stoa.value.Value;

/// The module `stoa`: what there is, and the user's hand on it. The command line has no other door.
final class Administration {
  static final String NAME = "stoa";

  private final Router router;
  private final Engines engines;
  private final Feeds feeds;
  private final Life life;
  private final GrantMethods grants;
  private final Outside outside;

  /// What [Outside] answers does not come here.
  private static final JavaMethod ELSEWHERE =
      _ -> {
        throw new IllegalStateException("it is answered elsewhere");
      };

  /// One method.
  record Entry(MethodInfo info, May may, JavaMethod handler) {
    Entry forAll() {
      return new Entry(info, May.ALL, handler);
    }

    Entry forListers() {
      return new Entry(info, May.LISTERS, handler);
    }

    Entry forTheUser() {
      return new Entry(info, May.USER, handler);
    }
  }

  /// Which modules may call a method; the user and processes of theirs always may.
  enum May {
    ALL,
    /// Those that may see who is there.
    LISTERS,
    /// Those that were granted the method.
    GRANTED,
    /// None, whatever is granted: who could call these could do everything.
    USER
  }

  Administration(
      Router router,
      Engines engines,
      Feeds feeds,
      Life life,
      GrantMethods grants,
      Outside outside) {
    this.router = router;
    this.outside = outside;
    this.grants = grants;
    this.engines = engines;
    this.feeds = feeds;
    this.life = life;
  }

  private List<Entry> entries() {
    List<Entry> all = new ArrayList<>(own());
    all.addAll(grants.entries());
    Outside.methods().values().forEach(info -> all.add(new Entry(info, May.ALL, ELSEWHERE)));
    return all;
  }

  private List<Entry> own() {
    return List.of(
        entry("list", "All modules that can be called, with their state.", "list", _ -> list())
            .forListers(),
        entry(
                "describe",
                "What a module says of itself. Loads it if need be.",
                "map",
                call -> described(await(router.load(name(call)))),
                "name")
            .forAll(),
        entry(
            "load",
            "Loads a module if it is not loaded.",
            "map",
            call -> described(await(router.load(name(call)))),
            "name"),
        entry(
            "unload",
            "Ends a module's instances. Returns whether it was loaded.",
            "bool",
            call -> router.unload(name(call)),
            "name"),
        entry(
            "reload",
            "Loads a module anew from its file, and tells how its methods differ from before. If that fails, the old"
                + " version goes on serving.",
            "map",
            call -> described(await(router.reload(name(call)))),
            "name"),
        entry(
            "why",
            "What the host last decided about a module, and why; the newest last.",
            "list",
            call -> why(name(call)),
            "name"),
        entry("status", "How the host runs.", "map", _ -> status()),
        entry(
            "stop",
            "Ends the host when its calls have ended, or at once; with `if_idle` only if nobody else uses it. Returns"
                + " whether it ends.",
            "bool",
            call -> life.stop(router.openCalls(), call.given(0, "now"), call.given(1, "if_idle")),
            "now",
            "if_idle"),
        stream(
                "watch",
                "Which instances are there, then which come and go, with the reason.",
                call -> watch(call.caller()))
            .forListers(),
        stream(
            "logs",
            "What modules write, from now on; all of them or one.",
            call ->
                feeds
                    .log()
                    .subscribe(call.caller(), wanted(call), false)
                    .map(event -> event.at("value")),
            "name"),
        entry(
            "references",
            "The objects that are held: owner, number, age, holders.",
            "list",
            _ -> references()));
  }

  static Entry entry(
      String name, String doc, String returns, JavaMethod handler, String... parameters) {
    return new Entry(method(name, doc, returns, false, parameters), May.GRANTED, handler);
  }

  private static Entry stream(String name, String doc, JavaMethod handler, String... parameters) {
    return new Entry(method(name, doc, "map", true, parameters), May.GRANTED, handler);
  }

  private static String wanted(JavaMethod.Call call) {
    return call.given(0, "name") instanceof Value.Text(String name) ? name : "*";
  }

  private static MethodInfo method(
      String name, String doc, String returns, boolean streams, String... parameters) {
    List<MethodInfo.Parameter> list =
        List.of(parameters).stream()
            .map(p -> new MethodInfo.Parameter(p, "text", "", false, "", MethodInfo.Kind.EITHER))
            .toList();
    return new MethodInfo(name, doc, list, returns, streams, false);
  }

  Router.Registered registered() {
    Map<String, Entry> byName =
        entries().stream().collect(Collectors.toMap(e -> e.info().name(), e -> e));
    Map<String, JavaMethod> handlers = new LinkedHashMap<>();
    byName.forEach((name, entry) -> handlers.put(name, entry.handler()));
    JavaModule module = new JavaModule(NAME, handlers);
    Map<String, MethodInfo> schema = new LinkedHashMap<>();
    byName.forEach((name, entry) -> schema.put(name, entry.info()));
    ModuleInfo info =
        module
            .registered(
                "The host itself.", name -> schema.getOrDefault(name, method(name, "", "", false)))
            .info();
    return new Router.Registered(
        info, identity -> divided(guarded(identity, module, byName), outside.as(identity)));
  }

  /// What reaches outside is checked there, use by use.
  private static Invoker divided(Invoker here, Invoker outside) {
    return (invocation, caller) ->
        (Outside.serves(invocation) ? outside : here).open(invocation, caller);
  }

  /// Lets the user do everything, and a module what it may.
  private Invoker guarded(Identity identity, Invoker module, Map<String, Entry> entries) {
    return switch (identity) {
      case Identity.User _, Identity.Visitor _ -> module;
      case Identity.Module(String name, String _) -> {
        Invoker notes = new Noting(router.policy(), name).asModule();
        yield (invocation, caller) -> {
          Entry entry = entries.get(invocation.method());
          try {
            if (invocation.method().equals(Noting.METHOD)) {
              return notes.open(invocation, caller);
            }
            if (entry != null) {
              check(name, entry);
            }
            return module.open(invocation, caller);
          } catch (FailureException e) {
            router.decisions().note(name, Decisions.What.DENIED, e.failure().message());
            caller.send(new Signal.Failed(e.failure()));
            return _ -> {};
          }
        };
      }
    };
  }

  /// @throws FailureException DENIED
  private void check(String module, Entry entry) {
    String method = entry.info().name();
    switch (entry.may()) {
      case ALL -> {}
      case LISTERS -> router.policy().check(module, new Grant(Grant.Kind.LIST, Grant.ANYTHING));
      case GRANTED -> router.policy().check(module, new Grant(Grant.Kind.STOA, method));
      case USER ->
          throw new FailureException(
              Failure.of(
                  Code.DENIED,
                  "module `%s` may not call `%s.%s`.".formatted(module, NAME, method),
                  "It is for the user and for scripts of `stoa run`, and cannot be granted."));
    }
  }

  private static String name(JavaMethod.Call call) {
    return call.given(0, "name").asText();
  }

  /// What there is, then what comes and goes.
  private Stream<Value> watch(String caller) {
    Stream<Value> changes =
        feeds.events().subscribe(caller, EventsModule.RESERVED + "peer.*", false);
    Stream<Value> present =
        router.instances().list().stream()
            .map(peer ->
                Value.of(
                    Map.of(
                        "event", "present", "name", peer.module(), "instance", peer.instance())));
    return Stream.concat(present, changes.map(event -> event.at("value")));
  }

  private List<Map<String, Object>> list() {
    return router.names().stream().map(router::status).map(Administration::row).toList();
  }

  private List<Map<String, Object>> loaded() {
    return router.names().stream()
        .map(router::status)
        .filter(status -> status.state() == ModuleStatus.State.LOADED)
        .map(Administration::row)
        .toList();
  }

  private Map<String, Object> status() {
    Map<String, Object> status = life.status(router.openCalls(), engines.descriptions(), loaded());
    status.put("sandbox", grants.guarding().sandbox());
    status.put("protection", grants.guarding().byPlacement());
    return status;
  }

  private List<Map<String, Object>> references() {
    return router.references().list().stream().map(Administration::row).toList();
  }

  static Map<String, Object> row(References.Row held) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("owner", held.reference().owner());
    row.put("number", held.reference().number());
    row.put("age_ms", held.ageMillis());
    row.put("holders", held.holders());
    return row;
  }

  private static Map<String, Object> row(ModuleStatus status) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", status.name());
    row.put("state", status.state().text());
    row.put("placement", status.placement());
    row.put("language", status.language());
    row.put("instances", status.instances());
    row.put("note", status.note());
    return row;
  }

  /// @throws FailureException NO_SUCH_MODULE if nothing was ever heard of it
  private List<Map<String, Object>> why(String module) {
    List<Decisions.Decision> decisions = router.decisions().about(module);
    if (decisions.isEmpty()) {
      router.status(module);
    }
    return decisions.stream().map(Administration::row).toList();
  }

  private static Map<String, Object> row(Decisions.Decision decision) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("at", decision.at().toString());
    row.put("what", decision.what().text());
    row.put("why", decision.why());
    return row;
  }

  private Map<String, Object> described(Reloaded reloaded) {
    Map<String, Object> changes = new LinkedHashMap<>();
    changes.put("added", signatures(reloaded.added()));
    changes.put("removed", signatures(reloaded.removed()));
    changes.put(
        "changed",
        reloaded.changed().stream()
            .map(c -> Map.of("before", c.before().signature(), "now", c.now().signature()))
            .toList());
    Map<String, Object> all = described(reloaded.now());
    all.put("was_loaded", reloaded.before().isPresent());
    all.put("before", reloaded.before().map(ModuleInfo::version).orElse(""));
    all.put("changes", changes);
    all.put("misfits", reloaded.misfits());
    return all;
  }

  private static List<String> signatures(List<MethodInfo> methods) {
    return methods.stream().map(MethodInfo::signature).toList();
  }

  private Map<String, Object> described(ModuleInfo info) {
    Map<String, Object> all = row(router.status(info.name()));
    all.put("version", info.version());
    all.put("doc", info.doc());
    all.put("needs", info.needs());
    all.put("protection", grants.guarding().of(router.status(info.name())));
    all.put("limits", router.instances().usage(info.name()).stream().map(Usage::row).toList());
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
    all.put("cached", method.cached());
    all.put("parameters", method.parameters());
    return all;
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
