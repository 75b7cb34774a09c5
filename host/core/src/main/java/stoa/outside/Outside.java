package stoa.outside;

import java.io.IOException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Target;
import stoa.grant.Policy;
import stoa.module.MethodInfo;
import stoa.module.MethodInfo.Parameter;
import stoa.router.Found;
import stoa.router.Identity;
import stoa.router.ModulesFolder;
import stoa.router.Router;
import stoa.value.Value;

/// Methods of the module `stoa` that reach outside of the host: files, network, programs; and the
/// channels to it, which are connections to other machines. Modules need a grant for each use,
/// users and their processes none.
public final class Outside implements AutoCloseable, Policy.Listener {
  private static final Map<String, MethodInfo> METHODS = described();

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final Policy policy;
  private final ModulesFolder folder;
  private final WebClients clients;
  private final Starter starter;

  /// And who wants it: a module, or nobody that can lose a grant.
  private final Map<Handling, Optional<String>> underWay = new ConcurrentHashMap<>();

  private volatile boolean closed;

  /// By caller.
  private final Map<String, Share> shares = new ConcurrentHashMap<>();

  private final Supplier<SSLContext> trust;

  public Outside(Policy policy, ModulesFolder folder, Starter starter) {
    this(policy, folder, starter, Outside::trust);
  }

  /// @param trust whose certificates count
  Outside(Policy policy, ModulesFolder folder, Starter starter, Supplier<SSLContext> trust) {
    this.starter = starter;
    this.policy = policy;
    this.folder = folder;
    this.trust = trust;
    this.clients = new WebClients(trust);
  }

  private static SSLContext trust() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }

  /// What the methods say of themselves, by name.
  public static Map<String, MethodInfo> methods() {
    return METHODS;
  }

  private static Map<String, MethodInfo> described() {
    return Stream.of(
            stream("lines", "The lines of a text file.", "text", "path"),
            stream("csv", "The rows of a CSV file with a header, as maps of text.", "map", "path"),
            single("json", "The content of a JSON file.", "any", "path"),
            single("read", "The bytes of a file.", "bytes", "path"),
            single(
                "write",
                "Writes text or bytes to a file; anything else as JSON.",
                "",
                "path",
                "content",
                "append?"),
            stream(
                "fetch",
                "Asks for a URL: first a map of status, url and headers, then the body in pieces.",
                "any",
                "url",
                "method?",
                "headers?",
                "body?",
                "timeout_ms?"),
            single(
                "run",
                "Runs a program to its end: a map of code, out and err.",
                "map",
                "program",
                "arguments?",
                "input?",
                "timeout_ms?"))
        .collect(Collectors.toMap(MethodInfo::name, info -> info));
  }

  private static MethodInfo stream(String name, String doc, String item, String... parameters) {
    return new MethodInfo(name, doc, parameters(parameters), item, true, false);
  }

  private static MethodInfo single(String name, String doc, String result, String... parameters) {
    return new MethodInfo(name, doc, parameters(parameters), result, false, false);
  }

  private static List<Parameter> parameters(String... names) {
    return Stream.of(names)
        .map(name ->
            new Parameter(
                name.replace("?", ""), "", "", name.endsWith("?"), "", MethodInfo.Kind.EITHER))
        .toList();
  }

  /// Whether a call to the module `stoa` is one for this.
  public static boolean serves(Invocation invocation) {
    return invocation.target() instanceof Target.Channel
        || METHODS.containsKey(invocation.method());
  }

  /// Answers a caller, what [#serves] names.
  public Invoker as(Identity identity) {
    return (invocation, caller) -> open(identity, invocation, caller);
  }

  private Flow open(Identity identity, Invocation invocation, Flow caller) {
    Optional<String> module =
        identity instanceof Identity.Module(String name, String _)
            ? Optional.of(name)
            : Optional.empty();
    Handling.Work work = work(module, invocation);
    return Handling.start(invocation, caller, handling -> watched(handling, module, work));
  }

  private Value watched(Handling handling, Optional<String> module, Handling.Work work)
      throws IOException, InterruptedException {
    underWay.put(handling, module); // before it asks what is granted
    try {
      if (closed) {
        throw new FailureException(Router.stopping());
      }
      return work.run(handling);
    } finally {
      underWay.remove(handling);
    }
  }

  private Handling.Work work(Optional<String> module, Invocation invocation) {
    Share share = shares.computeIfAbsent(module.orElse(""), _ -> new Share());
    Gate gate = new Gate(policy, module);
    if (invocation.target() instanceof Target.Channel) {
      return new Conversation(gate, trust);
    }
    return switch (invocation.method()) {
      case "fetch" -> new Fetch(gate, clients);
      case "run" -> new Run(policy, module, starter, share);
      default -> new FileWork(module.map(this::files).orElseGet(UsersFiles::ofHost), share);
    };
  }

  private Reach files(String module) {
    return new GrantedFiles(module, policy, found(module));
  }

  /// A module that is broken by now has no files of its own.
  private Optional<Found> found(String module) {
    try {
      return folder.find(module);
    } catch (FailureException e) {
      return Optional.empty();
    }
  }

  /// What a module does here while something is taken from it, ends: it may be just that.
  @Override
  public void changed(String module, boolean less) {
    underWay.forEach((handling, whose) -> {
      if (less && whose.equals(Optional.of(module))) {
        handling.stop(takenBack(module));
      }
    });
  }

  private static Failure takenBack(String module) {
    return Failure.of(
        Failure.Code.UNAVAILABLE,
        Failure.Description.of(
                "it was ended: something was taken from what `%s` may do.".formatted(module),
                "Call again: what it still may do goes on.")
            .asRetryable());
  }

  /// Ends what is under way, and waits until it has.
  @Override
  public void close() {
    closed = true;
    List<Handling> open = List.copyOf(underWay.keySet());
    open.forEach(handling -> handling.stop(Router.stopping()));
    long end = System.nanoTime() + CLOSE_LIMIT.toNanos();
    open.forEach(
        handling -> handling.await(Duration.ofNanos(Math.max(1, end - System.nanoTime()))));
    clients.close();
  }
}
