package stoa.router;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Invoker;
import stoa.limit.Limits;
import stoa.module.LoadedModule;
import stoa.module.Surroundings;
import stoa.router.Decisions.What;
import stoa.value.Value;

/// The running copies of modules, by the names that the host gives them; and guests, as scripts and
/// consoles, that serve nobody but are called back. Any thread.
public final class Instances implements Activation.Places {
  private final References references;
  private final Function<Identity, Invoker> entrance;
  private final Function<Place, Surroundings> surroundings;
  private final Map<String, AtomicInteger> numbers = new ConcurrentHashMap<>();
  private final Map<String, Instance> running = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> abandoned = new ConcurrentHashMap<>();
  private final Map<String, Place> places = new ConcurrentHashMap<>();
  private final Notices notices;
  private final Decisions decisions;
  private volatile Optional<HostPart> host = Optional.empty();

  /// Who is told of instances that come and go. Must return quickly.
  public interface Notices {
    void joined(Place place);

    void left(Place place, String reason);
  }

  /// @param entrance the way to the router, for somebody
  /// @param decisions is told why instances ended
  Instances(
      References references,
      Function<Identity, Invoker> entrance,
      Function<Place, Surroundings> surroundings,
      Notices notices,
      Decisions decisions) {
    this.references = references;
    this.entrance = entrance;
    this.surroundings = surroundings;
    this.notices = notices;
    this.decisions = decisions;
  }

  /// All instances that are there, in no particular order.
  public List<Place> list() {
    return List.copyOf(places.values());
  }

  /// The limits of a module that is loaded, and how much of them is used.
  public List<Usage> usage(String module) {
    List<Instance> copies =
        places.values().stream()
            .filter(place -> place.module().equals(module))
            .flatMap(place -> Optional.ofNullable(running.get(place.instance())).stream())
            .toList();
    return copies.isEmpty()
        ? List.of()
        : Usage.of(copies, copies.getFirst().ration().limits(), references);
  }

  /// How many calls they serve.
  int openCalls() {
    return running.values().stream().mapToInt(Instance::open).sum();
  }

  @Override
  public Place next(String module, Limits limits) {
    String name = name(module);
    return place(module, new Identity.Module(module, name), limits);
  }

  /// A place for code that runs with the user's rights: a script, a console.
  public Place nextOfUser(String name) {
    String instance = name("user-" + name);
    return place(name, new Identity.User(instance), Limits.OF_USER);
  }

  /// A place for a process that came by itself.
  ///
  /// @param text what others call it
  Place nextOfVisitor(String text, String instance) {
    return place(text, new Identity.Visitor(text, instance), Limits.DEFAULT);
  }

  private Place place(String module, Identity identity, Limits limits) {
    return new Place(
        module,
        identity.holder(),
        identity,
        new OpenChannels(entrance.apply(identity)),
        references,
        Ration.of(limits));
  }

  String name(String stem) {
    return stem + "#" + numbers.computeIfAbsent(stem, _ -> new AtomicInteger()).incrementAndGet();
  }

  @Override
  public Surroundings surroundings(Place place) {
    return surroundings.apply(place);
  }

  @Override
  public Instance taken(Place place, LoadedModule module) {
    Instance instance = new Instance(module, place);
    joined(place, instance);
    module.ended().whenComplete((failure, _) -> ended(place, instance, failure));
    return instance;
  }

  private void ended(Place place, Instance instance, @Nullable Failure why) {
    if (instance.retired()) {
      decisions.note(place.module(), What.STOPPED, "`" + place.instance() + "`");
    } else {
      String reason = why == null ? "it ended." : why.message();
      decisions.note(place.module(), What.CRASHED, "`" + place.instance() + "`: " + reason);
    }
  }

  /// An instance is there: from now on it is found, and told of.
  void joined(Place place, Instance instance) {
    LoadedModule module = instance.module();
    running.put(place.instance(), instance);
    references.joined(place.instance(), module::release, place.ration().limits().references());
    places.put(place.instance(), place);
    notices.joined(place);
    module.ended().whenComplete((failure, _) -> left(place, module, Optional.ofNullable(failure)));
  }

  /// How many instances of a module were given up because their code could not be stopped. Each may
  /// keep a core busy for as long as this process lives.
  @Override
  public int abandoned(String module) {
    AtomicInteger count = abandoned.get(module);
    return count == null ? 0 : count.get();
  }

  /// Code of the user's is there: what it hands out can be called.
  public void joined(Place place, LoadedModule guest) {
    joined(place, new Instance(guest, place));
  }

  /// Objects of the program that the host is part of can be handed out.
  public void joined(Invoker objects, References.Owner owner) {
    host = Optional.of(new HostPart(objects, Identity.User.HOST.holder()));
    references.joined(Identity.User.HOST.holder(), owner);
  }

  private void left(Place place, LoadedModule module, Optional<Failure> why) {
    String reason = why.map(Failure::message).orElse("it ended.");
    running.remove(place.instance());
    places.remove(place.instance());
    references.left(place.instance(), reason);
    notices.left(place, reason);
    if (module.abandoned()) {
      abandoned.computeIfAbsent(place.module(), _ -> new AtomicInteger()).incrementAndGet();
    }
  }

  /// The owner of an object, with a place for one call.
  ///
  /// @throws FailureException LOST if it is gone, RESOURCE_EXHAUSTED if too many calls are open
  Callee callee(Value.Reference reference, String caller) {
    if (reference.owner().equals(Identity.User.HOST.holder()) && host.isPresent()) {
      return new HostPart(host.get().invoker(), host.get().holder());
    }
    Instance owner = running.get(reference.owner());
    if (owner == null) {
      Failure gone = ReferenceFailures.ownerGone(reference, "it ended.");
      throw new FailureException(gone);
    }
    owner.entered(caller);
    return owner;
  }
}
