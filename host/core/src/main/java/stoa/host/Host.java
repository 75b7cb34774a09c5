package stoa.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Target;
import stoa.client.Bound;
import stoa.client.ModuleClient;
import stoa.client.Modules;
import stoa.client.Serving;
import stoa.events.Topics;
import stoa.grant.Policy;
import stoa.module.LoadedModule;
import stoa.module.ModuleSource;
import stoa.module.Placement;
import stoa.module.Surroundings;
import stoa.outside.Outside;
import stoa.process.Children;
import stoa.process.Quarters;
import stoa.router.Identity;
import stoa.router.Launcher;
import stoa.router.Meetings;
import stoa.router.ModulesFolder;
import stoa.router.Place;
import stoa.router.Router;
import stoa.router.Timer;
import stoa.session.Reception;
import stoa.value.Value;
import stoa.wire.Loop;
import stoa.wire.PipeTransport;
import stoa.worker.WorkerCommand;

/// A host inside this process: calls modules by name, loads them when they are first called, ends
/// them on [#close].
///
/// Safe from any thread. Several hosts live side by side in one JVM.
public final class Host implements Modules {
  /// How often the file with the grants is looked at.
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Timer timer = new Timer("stoa-timer");
  private final Engines engines;
  private final Optional<WarmPool> warmPool;
  private final Children children;
  private final Outside outside;
  private final Router router;
  private final Invoker wayOfProgram;
  private final Map<String, Invoker> modulesInJava = new ConcurrentHashMap<>();
  private final Consumer<LogLine> log;
  private final JavaObjects objects = new JavaObjects();
  private final Feeds feeds = new Feeds(new Topics(), new Topics());
  private @Nullable Loop loop; // guarded by this
  private @Nullable Reception reception; // set before anybody knows of this host

  Host(HostBuilder.Settings settings) {
    log =
        line -> {
          settings.log().taker().accept(line);
          if (feeds.log().isHeard()) {
            feeds.log().tell(line.event(line.module()));
          }
          if (reception != null) {
            reception.echo(line.line().origin(), line.said());
          }
        };
    engines = new Engines(settings.folders().cache());
    ModulesFolder folder = new ModulesFolder(settings.folders().modules());
    children =
        new Children(
            settings.sdk(),
            timer,
            this::loop,
            new Quarters(
                settings.policy(),
                settings.confining(),
                hidden(settings.folders()),
                this::meetings,
                folder::minimum));
    Map<Placement, Launcher> launchers = new EnumMap<>(Placement.class);
    WorkerCommand workers =
        new WorkerCommand(settings.launch().workerJvm(), settings.folders().cache());
    launchers.put(Placement.NATIVE, children.natives());
    launchers.put(Placement.WORKER, children.launcher(workers::of));
    warmPool = settings.launch().warmPool() ? Optional.of(warmPool(folder)) : Optional.empty();
    launchers.put(Placement.CONTEXT, warmPool.isPresent() ? warmPool.get() : engines);
    outside =
        new Outside(
            settings.policy(),
            folder,
            (module, words) ->
                module.isPresent()
                    ? children.run(module.get(), settings.policy().access(module.get()), words)
                    : children.run(words));
    router =
        new Router(
            folder,
            timer,
            new Router.Settings(
                launchers,
                settings.launch().placement(),
                settings.launch().limit(),
                new PeerNotices(feeds.events()),
                System::nanoTime,
                settings.policy()),
            this::surroundings);
    wayOfProgram = router.as(Identity.User.HOST);
    router.instances().joined(objects, objects);
    router.register(
        new Administration(
                router,
                engines,
                feeds,
                new Life(
                    settings.standsAlone(),
                    this::clients,
                    this::prepared,
                    System.nanoTime(),
                    settings.log().state()),
                new GrantMethods(
                    router,
                    new GrantDesk(settings.policy(), folder, router::names),
                    new Guarding(settings.policy(), settings.confining())),
                outside)
            .registered());
    router.register(
        new EventsModule(
                feeds.events(),
                reference -> router.references().release(EventsModule.HOLDER, reference, 1),
                settings.policy())
            .registered());
    settings.policy().listen(outside);
    follow(settings.policy());
    settings.folders().socket().ifPresent(this::receive);
    settings.frontend().ifPresent(frontend -> receive(frontend, settings.standsAlone()));
    settings.standsAlone().ifPresent(this::watch);
    if (settings.launch().eager()) {
      new EagerModules(folder, router, log).begin();
    }
  }

  private Meetings meetings() {
    return router.meetings();
  }

  /// Who reaches the user's socket has the user's rights.
  private static List<Path> hidden(HostBuilder.Folders folders) {
    return folders
        .socket()
        .map(Path::toAbsolutePath)
        .map(socket -> List.of(socket, socket.getParent()))
        .orElse(List.of());
  }

  private WarmPool warmPool(ModulesFolder folder) {
    return new WarmPool(
        engines,
        engines::of,
        new WarmPool.Conditions(folder::has, Idleness.ofProcess(), Heap::isTight),
        timer,
        text ->
            log.accept(
                LogLine.now("stoa", "", new Surroundings.Line(Surroundings.Stream.WARNING, text))));
  }

  /// A file that somebody edits is seen although nobody asks what a busy process may do.
  private void follow(Policy policy) {
    timer.in(
        LOOK.toMillis(),
        TimeUnit.MILLISECONDS,
        () ->
            Thread.ofVirtual()
                .name("stoa-grants")
                .start(() -> {
                  policy.look();
                  follow(policy);
                }));
  }

  private List<String> prepared() {
    return warmPool.map(WarmPool::ready).orElse(List.of());
  }

  private void watch(StandAlone terms) {
    if (reception != null && terms.idle().isPresent()) {
      terms.watch(reception.leases(terms.idle().get()), timer);
    }
  }

  private int clients() {
    return reception == null ? 0 : reception.clients();
  }

  private void receive(Path socket) {
    try {
      reception = Reception.open(socket, loop(), desk());
    } catch (IOException e) {
      close();
      throw new UncheckedIOException("cannot open the socket " + socket + ": " + e.getMessage(), e);
    }
  }

  private void receive(HostBuilder.Frontend streams, Optional<StandAlone> terms) {
    reception =
        Reception.of(
            new PipeTransport(streams.in(), streams.out(), "stoa-frontend"),
            desk(),
            () -> terms.ifPresent(alone -> alone.end().accept(Farewell.ABANDONED)));
  }

  private Reception.Desk desk() {
    return new Reception.Desk(router, timer, this::said);
  }

  private void said(Place by, Surroundings.Line line) {
    log.accept(LogLine.now(by.module(), by.instance(), line));
  }

  public static HostBuilder builder() {
    return new HostBuilder();
  }

  private Surroundings surroundings(Place place) {
    return new ModuleSurroundings(
        place,
        place.router(),
        line -> said(place, line),
        router.policy(),
        () -> router.decisions().excesses().output(place));
  }

  private synchronized Loop loop() {
    if (loop == null) {
      loop = Loop.start("stoa-loop");
    }
    return loop;
  }

  /// Calls methods of a module with the user's rights. The module is looked for when it is called.
  @Override
  public ModuleClient module(String name) {
    return new ModuleClient(this::open, name);
  }

  /// A Java interface whose methods are methods of the module.
  public <T> T bind(String module, Class<T> type) {
    return Bound.to(module(module), type);
  }

  /// Makes Java code callable as a module. Handlers run on virtual threads and may block. A
  /// [java.util.stream.Stream] or [java.util.Iterator] as result is sent as a stream.
  ///
  /// @throws stoa.call.FailureException NAME_TAKEN
  public void register(String name, Map<String, JavaMethod> methods) {
    router.register(new JavaModule(name, methods).registered());
  }

  /// A Java object that can be passed to modules: they call its methods. It is kept until it was
  /// passed and nobody holds it any more.
  public Value.Reference reference(Map<String, JavaMethod> methods) {
    return objects.add(methods);
  }

  /// Calls methods of an object that a module handed over. [#release] it in the end.
  public ModuleClient object(Value.Reference reference) {
    return new ModuleClient(this::open, new Target.Handed(reference));
  }

  /// Java methods of a module call in the name of the module, with the rights of the user.
  private Flow open(Invocation invocation, Flow caller) {
    Invoker way =
        Serving.module()
            .map(name -> modulesInJava.computeIfAbsent(name, this::wayOfModule))
            .orElse(wayOfProgram);
    return way.open(invocation, caller);
  }

  private Invoker wayOfModule(String name) {
    return router.as(new Identity.Visitor(name, Identity.User.HOST.holder()));
  }

  /// Gives back a reference, as often as it was received by this program.
  public void release(Value.Reference reference) {
    router.references().release(Identity.User.HOST.holder(), reference, Long.MAX_VALUE);
  }

  /// The way in for calls with the user's rights, for those who want signals instead of the façade.
  @Override
  public Invoker invoker() {
    return wayOfProgram;
  }

  /// The names of all modules that can be called now.
  public List<String> names() {
    return router.names();
  }

  @Override
  public LoadedModule attach(
      ModuleSource source, UnaryOperator<Invoker> way, Consumer<Surroundings.Line> log) {
    Place place = router.instances().nextOfUser(source.name());
    LoadedModule guest =
        engines.attach(
            source,
            new ModuleSurroundings(
                place, way.apply(place.router()), log, router.policy(), () -> {}));
    router.instances().joined(place, guest);
    warmPool.ifPresent(pool -> pool.used(source.language()));
    return guest;
  }

  /// Ends politely, as far as it goes: nobody is let in any more, everybody is told, no new work is
  /// begun. Returns when the calls under way have ended or the limit is over; [#close] comes next.
  public void drain(Duration limit) throws InterruptedException {
    if (reception != null) {
      reception.drain();
    }
    router.drain();
    long end = System.nanoTime() + limit.toNanos();
    while ((router.openCalls() > 0 || router.isAnswering()) && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    router.part();
    children.drain();
  }

  /// Ends all modules and waits until their threads and processes are gone.
  @Override
  public void close() {
    if (reception != null) {
      reception.close();
    }
    feeds.close();
    router.close();
    outside.close();
    warmPool.ifPresent(WarmPool::close);
    engines.close();
    children.close();
    timer.close();
    synchronized (this) {
      if (loop != null) {
        loop.close();
      }
    }
  }

  /// How guest code runs here, by language, for people.
  public Map<String, String> engines() {
    return engines.descriptions();
  }
}
