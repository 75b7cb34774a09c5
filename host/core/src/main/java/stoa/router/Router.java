package stoa.router;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.TakesParts;
import stoa.call.Target;
import stoa.grant.Policy;
import stoa.module.LoadedModule;
import stoa.module.ModuleInfo;
import stoa.module.Placement;
import stoa.module.Surroundings;
import stoa.value.Value;

/// Finds who serves a call, by the name of its module. Safe from any thread; never blocks.
public final class Router implements AutoCloseable {
  /// The detail of a failure that says that its host is about to end: nothing was done.
  public static final String ENDING = "ends";

  private final ModulesFolder folder;
  private final Origin.Shared shared;
  private final LongSupplier nanoTime;
  private final Policy policy;
  private final Activation activation;
  private final Map<String, ModuleSlot> slots = new ConcurrentHashMap<>();
  private final Residents residents;
  private final References references = new References();
  private final Meetings meetings = new Meetings();
  private final Dependencies dependencies;
  private final Decisions decisions = new Decisions(Clock.systemUTC());
  private final Instances instances;
  private volatile boolean draining;

  /// A module that is part of the host or was registered by the embedding program.
  ///
  /// @param serves gives the Invoker for a caller, which may depend on who calls
  /// @param holder as which it holds references
  public record Registered(ModuleInfo info, Function<Identity, Invoker> serves, String holder)
      implements Resident {
    /// A part that shares the references of the embedding program.
    public Registered(ModuleInfo info, Function<Identity, Invoker> serves) {
      this(info, serves, Identity.User.HOST.holder());
    }

    @Override
    public String whose() {
      return "it is part of the host";
    }
  }

  /// A process that registered itself.
  record Visiting(ModuleInfo info, Instance instance) implements Resident {
    @Override
    public String whose() {
      return "the process `" + instance.holder() + "` goes by it";
    }
  }

  /// How modules are started here.
  ///
  /// @param forced the placement that the user asked for, for modules that can run there
  /// @param activationLimit how long an instance may take to become ready
  /// @param notices is told of instances that come and go
  /// @param nanoTime the monotonic clock of supervision
  /// @param policy what modules may do
  public record Settings(
      Map<Placement, Launcher> launchers,
      Optional<Placement> forced,
      Duration activationLimit,
      Instances.Notices notices,
      LongSupplier nanoTime,
      Policy policy) {}

  /// @param surroundings makes what an instance is given
  public Router(
      ModulesFolder folder,
      Timer timer,
      Settings settings,
      Function<Place, Surroundings> surroundings) {
    this.folder = folder;
    this.residents = new Residents(folder);
    this.dependencies = new Dependencies(new Needed(this::load, residents, slots));
    this.shared =
        new Origin.Shared(references, new Waits(), meetings, timer, new LongAdder(), decisions);
    this.nanoTime = settings.nanoTime();
    this.policy = settings.policy();
    this.instances =
        new Instances(references, this::as, surroundings, settings.notices(), decisions);
    this.activation =
        new Activation(
            folder,
            settings.launchers(),
            settings.forced(),
            instances,
            new Activation.Watch(timer, settings.activationLimit(), decisions),
            dependencies,
            policy);
    policy.listen(new Regranting(slots, folder, activation));
  }

  /// Who owns and holds objects.
  public References references() {
    return references;
  }

  /// What modules may do.
  public Policy policy() {
    return policy;
  }

  /// What was decided about modules, and why.
  public Decisions decisions() {
    return decisions;
  }

  /// The running copies, modules and guests.
  public Instances instances() {
    return instances;
  }

  public Meetings meetings() {
    return meetings;
  }

  /// The way in for a caller whose identity is known.
  public Invoker as(Identity identity) {
    return new Entrance(this, new Origin(identity, shared));
  }

  /// The way in for one caller.
  private record Entrance(Router router, Origin origin) implements Invoker, TakesParts {
    @Override
    public Flow open(Invocation invocation, Flow caller) {
      return router.open(origin, invocation, caller);
    }
  }

  private Flow open(Origin origin, Invocation invocation, Flow caller) {
    Identity identity = origin.identity();
    Call call = new Call(invocation, caller, origin);
    try {
      Failure full = origin.entered();
      call.begin();
      if (full != null) {
        throw new FailureException(full);
      }
      if (draining && beginsWork(invocation)) {
        throw new FailureException(stopping());
      }
      switch (invocation.target()) {
        case Target.Module(String name) -> {
          invocation.chain().admitted(invocation.name(), identity.text());
          if (identity instanceof Identity.Module(String module, String _)) {
            policy.checkCall(module, name, invocation.name());
          }
          openModule(name, identity, call);
        }
        case Target.Channel(String name, _) -> openChannel(name, identity, call);
        case Target.Handed(Value.Reference reference) -> openObject(reference, identity, call);
        case Target.Promised(CompletableFuture<Value.Reference> promise) ->
            promise.whenComplete((reference, _) -> promised(reference, identity, call));
      }
    } catch (FailureException e) {
      call.fail(e.failure());
    }
    return call::fromCaller;
  }

  /// Whether a call belongs to no other and is not for the host itself.
  private boolean beginsWork(Invocation invocation) {
    return invocation.chain().parent().isEmpty()
        && !(invocation.target() instanceof Target.Module(String name)
            && residents.get(name) instanceof Registered);
  }

  /// Why somebody is refused who comes too late.
  public static Failure stopping() {
    return Failure.of(
        Code.UNAVAILABLE,
        Failure.Description.of("the host is about to end.", "Call again: the next host serves it.")
            .asRetryable()
            .with(Map.of(ENDING, "host")));
  }

  private void openChannel(String name, Identity identity, Call call) {
    if (identity instanceof Identity.Module(String module, String _)) {
      policy.checkChannel(module, name);
    }
    call.invocation().chain().admitted("channel to " + name, identity.text());
    openModule(name, identity, call);
  }

  private void openObject(Value.Reference reference, Identity identity, Call call) {
    String owner = references.callable(reference, identity.holder());
    Invocation invocation = call.invocation();
    invocation.chain().admitted(owner + "." + invocation.method(), identity.text());
    call.attach(instances.callee(reference, identity.text()), new Target.Handed(reference));
  }

  private void promised(Value.@Nullable Reference reference, Identity identity, Call call) {
    try {
      if (reference == null) {
        call.fail(Target.noReference(call.invocation().method()));
      } else {
        openObject(reference, identity, call);
      }
    } catch (FailureException e) {
      call.fail(e.failure());
    }
  }

  private void openModule(String name, Identity identity, Call call) {
    switch (residents.get(name)) {
      case Registered part ->
          call.attach(new HostPart(part.serves().apply(identity), part.holder()));
      case Visiting(ModuleInfo _, Instance instance) -> {
        instance.entered(identity.text());
        call.attach(instance);
      }
      case null -> slot(name).open(call);
    }
  }

  /// @throws FailureException NAME_TAKEN if there is a module of that name
  public void register(Registered module) {
    residents.settle(module);
  }

  /// Sees to it that what a process needs is there before it becomes a module.
  ///
  /// @return fails with LOAD_FAILED, with the chain that led to what is wrong
  /// @throws FailureException NAME_TAKEN, with its holder
  public CompletableFuture<Void> prepared(ModuleInfo self) {
    residents.mayTake(self.name());
    return dependencies.met(self.name(), self.needs());
  }

  /// A process wants to be a module for as long as it stays.
  ///
  /// @throws FailureException NAME_TAKEN, with its holder; LOAD_FAILED if what it says of itself
  ///   cannot be
  public Place visit(ModuleInfo self, LoadedModule visitor) {
    CacheRules rules = CacheRules.of(self, Manifest.NONE.cache().megabytes());
    Place place = instances.nextOfVisitor(self.name(), instances.name(self.name()));
    Instance instance = new Instance(visitor, place);
    instance.cached(rules, new ResultCache(rules.bytes(), System::nanoTime));
    Visiting visiting = new Visiting(self, instance);
    residents.settle(visiting);
    instances.joined(place, instance);
    visitor.ended().whenComplete((_, _) -> residents.remove(visiting));
    return place;
  }

  /// A process wants to call, and to be called back.
  ///
  /// @param client what the host calls it
  public Place visit(String client, LoadedModule visitor) {
    Place place = instances.nextOfVisitor(client, client);
    instances.joined(place, visitor);
    return place;
  }

  /// The names of all modules that can be called now, in order.
  public List<String> names() {
    TreeSet<String> names = new TreeSet<>(folder.names());
    names.addAll(residents.names());
    return List.copyOf(names);
  }

  /// How a module stands, without loading it.
  public ModuleStatus status(String name) {
    Resident resident = residents.get(name);
    if (resident != null) {
      return ModuleStatus.resident(resident.info(), resident instanceof Visiting);
    }
    ModuleSlot slot = slots.get(name);
    Optional<Generation> generation = slot == null ? Optional.empty() : slot.current();
    return generation
        .map(loaded ->
            ModuleStatus.loaded(
                loaded.found(), loaded.info(), loaded.size(), instances.abandoned(name)))
        .orElseGet(() -> notLoaded(name));
  }

  private ModuleStatus notLoaded(String name) {
    try {
      Found found = folder.find(name).orElseThrow(() -> noSuchModule(name));
      ModuleSlot known = slots.get(name);
      return ModuleStatus.notLoaded(
          activation.placed(found), known == null ? "" : known.supervision().note());
    } catch (FailureException e) {
      if (e.failure().code() == Code.NO_SUCH_MODULE) {
        throw e;
      }
      return ModuleStatus.broken(name, e.failure());
    }
  }

  /// What a module says of itself; loads it first if need be.
  public CompletableFuture<ModuleInfo> load(String name) {
    Resident resident = residents.get(name);
    return resident == null
        ? slot(name).loaded().thenApply(Generation::info)
        : CompletableFuture.completedFuture(resident.info());
  }

  /// Loads a module anew from its file.
  public CompletableFuture<Reloaded> reload(String name) {
    return slot(name)
        .reload()
        .thenApply(reloaded -> reloaded.with(dependencies.misfits(reloaded.now(), present())));
  }

  /// All modules that may need others now.
  private Set<String> present() {
    Set<String> present = new HashSet<>(slots.keySet());
    present.addAll(residents.names());
    return present;
  }

  /// Ends a module's instances, after their calls have ended.
  ///
  /// @return whether it was loaded
  public boolean unload(String name) {
    return slot(name).unload(ModuleSlot.GRACE);
  }

  private ModuleSlot slot(String name) {
    ModuleSlot known = slots.get(name);
    if (known != null) {
      return known;
    }
    if (!exists(name)) {
      throw noSuchModule(name);
    }
    return slots.computeIfAbsent(
        name, n -> new ModuleSlot(n, activation, new Supervision(n, nanoTime, () -> draining)));
  }

  private boolean exists(String name) {
    // An ambiguous or broken module exists; loading it says what is wrong.
    return ModulesFolder.isName(name) && folder.names().contains(name);
  }

  private FailureException noSuchModule(String name) {
    return new FailureException(folder.missing(name, names()));
  }

  /// From now on only calls that belong to one under way are served, and those to the host itself.
  public void drain() {
    draining = true;
  }

  /// How many calls to modules are open or wait for their module.
  public int openCalls() {
    return instances.openCalls()
        + (int) slots.values().stream().filter(ModuleSlot::isLoading).count();
  }

  /// Whether callers are just told of the ends of calls that are not open any more. Ask it after
  /// [#openCalls]: whoever lets calls end must not send their callers away before that.
  public boolean isAnswering() {
    return shared.answering().sum() > 0;
  }

  /// Ends the modules that have something to do before they end, and waits until they have.
  public void part() {
    StopHook.await(slots.values().stream().map(ModuleSlot::part).toList());
  }

  /// Ends all modules. Calls under way fail.
  @Override
  public void close() {
    part();
    new ArrayList<>(slots.values()).forEach(ModuleSlot::close);
    meetings.close();
  }
}
