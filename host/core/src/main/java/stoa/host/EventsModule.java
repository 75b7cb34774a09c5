package stoa.host;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Invoker;
import stoa.events.Event;
import stoa.events.Topics;
import stoa.grant.Policy;
import stoa.module.Grant;
import stoa.module.MethodInfo;
import stoa.module.MethodInfo.Parameter;
import stoa.module.ModuleInfo;
import stoa.router.Identity;
import stoa.router.Router;
import stoa.value.Value;
import stoa.value.ValueCodec;

/// The module `events`: publish and subscribe.
final class EventsModule {
  /// What the host itself tells.
  static final String RESERVED = "stoa.";

  private static final Grant LISTING = new Grant(Grant.Kind.LIST, Grant.ANYTHING);

  private static final MethodInfo PUBLISH =
      new MethodInfo(
          "publish",
          "Gives an event to all subscribers of its topic. Waits while one of them is full. Returns how many got it.",
          List.of(parameter("topic", "text", false), parameter("value", "any", true)),
          "int",
          false,
          false);
  private static final MethodInfo SUBSCRIBE =
      new MethodInfo(
          "subscribe",
          "The events of a pattern from now on: maps of topic, value and from. `*` is any word of a"
              + " topic, `>` at the end any words. With latest, a slow subscriber gets the latest event of each"
              + " topic only.",
          List.of(parameter("pattern", "text", false), parameter("latest", "bool", true)),
          "map",
          true,
          false);

  /// As which events on their way hold the references in them.
  static final String HOLDER = "events";

  private final Topics topics;
  private final Consumer<Value.Reference> release;
  private final Policy policy;

  /// @param release gives back a reference that came once
  /// @param policy knows who may see who comes and goes
  EventsModule(Topics topics, Consumer<Value.Reference> release, Policy policy) {
    this.topics = topics;
    this.release = release;
    this.policy = policy;
  }

  private static Parameter parameter(String name, String type, boolean optional) {
    return new Parameter(name, type, "", optional, "", MethodInfo.Kind.EITHER);
  }

  Router.Registered registered() {
    JavaModule module = module(this::subscribe);
    JavaModule withoutPeers = module(this::subscribeWithoutPeers);
    Map<String, MethodInfo> schema = Map.of("publish", PUBLISH, "subscribe", SUBSCRIBE);
    ModuleInfo info =
        module
            .registered("Publish and subscribe.", name -> schema.getOrDefault(name, PUBLISH))
            .info();
    return new Router.Registered(info, identity -> serving(identity, module, withoutPeers), HOLDER);
  }

  private JavaModule module(JavaMethod subscribe) {
    return new JavaModule("events", Map.of("publish", this::publish, "subscribe", subscribe));
  }

  /// What the host tells of who comes and goes is for those who may list.
  private Invoker serving(Identity identity, Invoker all, Invoker withoutPeers) {
    return identity instanceof Identity.Module(String name, String _)
        ? (invocation, caller) ->
            (policy.allows(name, LISTING) ? all : withoutPeers).open(invocation, caller)
        : all;
  }

  private Object subscribeWithoutPeers(JavaMethod.Call call) throws InterruptedException {
    if (text(call.given(0, "pattern"), "pattern").startsWith(RESERVED)) {
      policy.check(call.caller(), LISTING);
    }
    return ((Stream<?>) subscribe(call)).filter(event -> !isReserved((Value) event));
  }

  private static boolean isReserved(Value event) {
    return event.at("topic").asText().startsWith(RESERVED);
  }

  private Object publish(JavaMethod.Call call) throws InterruptedException {
    String topic = text(call.given(0, "topic"), "topic");
    if (topic.startsWith(RESERVED)) {
      throw new FailureException(
          Failure.of(
              Code.DENIED,
              "topics that begin with `" + RESERVED + "` are the host's own.",
              "Choose another first word."));
    }
    Value value = call.given(1, "value");
    return checked(() -> topics.publish(new Event(topic, value, call.caller(), held(value))));
  }

  /// What gives back the references that came with an event.
  private Runnable held(Value value) {
    List<Value.Reference> references =
        ValueCodec.hasReferences(value) ? ValueCodec.encode(value).references() : List.of();
    return () -> references.forEach(release);
  }

  private Object subscribe(JavaMethod.Call call) throws InterruptedException {
    String pattern = text(call.given(0, "pattern"), "pattern");
    Value latest = call.given(1, "latest");
    return checked(
        () -> topics.subscribe(call.caller(), pattern, !latest.isNull() && latest.asBoolean()));
  }

  private static String text(Value value, String name) {
    if (value instanceof Value.Text(String text)) {
      return text;
    }
    throw badArgument("`" + name + "` must be text, was " + value.kind());
  }

  private static Object checked(Handler handler) throws InterruptedException {
    try {
      return handler.handle();
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw badArgument(String.valueOf(e.getMessage()));
    }
  }

  private static FailureException badArgument(String message) {
    return new FailureException(
        Failure.of(Code.BAD_ARGUMENT, message + ".", "See `stoa describe events`."));
  }

  private interface Handler {
    Object handle() throws InterruptedException;
  }
}
