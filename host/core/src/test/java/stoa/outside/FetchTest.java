package stoa.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.client.ModuleClient;
import stoa.grant.Policy;
import stoa.module.Grant;
import stoa.router.Identity;
import stoa.router.ModulesFolder;
import stoa.value.Arguments;
import stoa.value.Value;

@Timeout(60)
class FetchTest {
  private static final Starter NO_PROGRAMS =
      (_, _) -> {
        throw new IOException("there are no programs");
      };

  private static final Identity MODULE = new Identity.Module("words", "words#1");

  @TempDir private static Path shared;
  private static TestTls tls;

  @TempDir Path home;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private Policy policy;
  private Outside stoa;
  private HttpServer server;
  private String at;

  /// What was asked for, and what was said with it.
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void makeACertificate() throws Exception {
    tls = TestTls.make(shared);
  }

  @BeforeEach
  void start() throws IOException {
    policy = new Policy(Optional.of(home.resolve("grants.toml")), Optional.empty(), Map.of());
    stoa =
        new Outside(
            policy, new ModulesFolder(home.resolve("modules")), NO_PROGRAMS, () -> tls.context());
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
    at = "http://localhost:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    stoa.close();
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    asked.add(
        "%s %s %s %s"
            .formatted(
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                new String(body, StandardCharsets.UTF_8),
                Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                    .orElse("-")));
    String path = exchange.getRequestURI().getPath();
    if (path.startsWith("/to/")) {
      exchange
          .getResponseHeaders()
          .set("Location", exchange.getRequestURI().toString().substring(7));
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(Integer.parseInt(path.substring(4, 7)), head ? -1 : 5);
      if (!head) {
        exchange.getResponseBody().write("moved".getBytes(StandardCharsets.UTF_8));
      }
    } else if (path.equals("/none")) {
      exchange.sendResponseHeaders(204, -1);
    } else if (path.equals("/large")) {
      exchange.sendResponseHeaders(200, 1_000_000);
      exchange.getResponseBody().write(new byte[1_000_000]);
    } else {
      exchange.getResponseHeaders().add("X-Two", "a");
      exchange.getResponseHeaders().add("X-Two", "b");
      byte[] text = ("hello " + path).getBytes(StandardCharsets.UTF_8);
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(path.equals("/404") ? 404 : 200, head ? -1 : text.length);
      if (!head) {
        exchange.getResponseBody().write(text);
      }
    }
    exchange.close();
  }

  private void grant(String... grants) throws IOException {
    List<Grant> given = Arrays.stream(grants).map(Grant::of).toList();
    policy.change("words", entry -> entry.with(given));
  }

  private record Answer(Value head, byte[] body, int items) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private Answer fetch(Identity identity, Object... arguments) {
    return fetch(identity, Arguments.of(arguments));
  }

  private Answer fetch(Identity identity, Arguments arguments) {
    ModuleClient client = new ModuleClient(stoa.as(identity), "stoa");
    try (Stream<Value> items = client.stream("fetch", arguments)) {
      List<Value> all = items.toList();
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      all.stream()
          .skip(1)
          .forEach(item -> body.writeBytes(((Value.Bytes) item).value().toByteArray()));
      return new Answer(all.getFirst(), body.toByteArray(), all.size());
    }
  }

  private Answer user(Object... arguments) {
    return fetch(Identity.User.HOST, arguments);
  }

  private Failure failure(Identity identity, Object... arguments) {
    try {
      Answer answer = fetch(identity, arguments);
      throw new AssertionError("it did not fail: " + answer.head());
    } catch (FailureException e) {
      return e.failure();
    }
  }

  private Failure failure(Object... arguments) {
    return failure(Identity.User.HOST, arguments);
  }

  @Test
  void anAnswerIsItsHeadAndItsBody() {
    Answer answer = user(at + "/a?b=c#d");
    assertThat(answer.text()).isEqualTo("hello /a");
    assertThat(answer.head().at("status")).isEqualTo(new Value.Int(200));
    assertThat(answer.head().at("url").asText()).isEqualTo(at + "/a?b=c");
    assertThat(answer.head().at("headers").at("x-two").asText()).isEqualTo("a, b");
    assertThat(asked).containsExactly("GET /a?b=c  -");
    assertThat(user(at).head().at("url").asText()).isEqualTo(at + "/");
  }

  @Test
  void aStatusThatIsNoSuccessIsAnAnswerToo() {
    assertThat(user(at + "/404").head().at("status")).isEqualTo(new Value.Int(404));
  }

  @Test
  void anAnswerMayHaveNoBody() {
    assertThat(user(at + "/none").items()).isEqualTo(1);
    assertThat(user(at + "/x", "HEAD").items()).isEqualTo(1);
  }

  @Test
  void methodHeadersAndBodyGoOut() {
    Map<String, Object> headers = new LinkedHashMap<>();
    headers.put("Authorization", "me");
    user(at + "/a", "post", headers, "täxt");
    user(at + "/b", "PUT", headers, new byte[] {'x'}, 1000);
    user(at + "/c", "DELETE");
    assertThat(asked).containsExactly("POST /a täxt me", "PUT /b x me", "DELETE /c  -");
  }

  @Test
  void aLargeBodyComesInPieces() {
    Answer answer = user(at + "/large");
    assertThat(answer.body()).hasSize(1_000_000);
    assertThat(answer.items()).isGreaterThan(15);
  }

  @Test
  void aModuleNeedsAGrantForHostAndPort() throws IOException {
    int port = server.getAddress().getPort();
    Failure failure = failure(MODULE, at + "/a");
    assertThat(failure.code()).isEqualTo(Code.DENIED);
    assertThat(failure.message()).isEqualTo("`words` may not reach `localhost:" + port + "`.");
    assertThat(failure.help()).isEqualTo("To allow it: stoa grant words net=localhost:" + port);
    grant("net=localhost:" + (port + 1));
    assertThat(failure(MODULE, at + "/a").code()).isEqualTo(Code.DENIED);
    assertThat(asked).isEmpty();
    grant("net=localhost:" + port);
    assertThat(fetch(MODULE, at + "/a").text()).isEqualTo("hello /a");
    assertThat(fetch(MODULE, at.replace("localhost", "LOCALHOST.") + "/a").text())
        .isEqualTo("hello /a");
  }

  @Test
  void anotherNameForTheSameMachineIsAnotherHost() throws IOException {
    int port = server.getAddress().getPort();
    grant("net=localhost:*");
    for (String host : List.of("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0")) {
      assertThat(failure(MODULE, "http://" + host + ":" + port + "/").code())
          .isEqualTo(Code.DENIED);
    }
    grant("net=127.0.0.1:" + port);
    assertThat(fetch(MODULE, "http://127.0.0.1:" + port + "/a").text()).isEqualTo("hello /a");
    assertThat(fetch(MODULE, "http://[::ffff:127.0.0.1]:" + port + "/a").text())
        .isEqualTo("hello /a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://127.0.0.1.:80.80/",
        "http://localhost@127.0.0.1/",
        "http://user:password@localhost/",
        "http://localhost\\@evil.example/",
        "http://local%68ost/",
        "http://ｌocalhost/",
        "http://[::1%25lo]/",
        "http:///path",
        "http:localhost",
        "//localhost/",
        "localhost:80",
        "file:///etc/passwd",
        "jar:http://localhost!/",
        "ftp://localhost/",
        "data:text/plain,x",
        "http://localhost:0/",
        "http://localhost:99999/",
        "http://local host/",
        "http://localhost/a b",
        "http://localhost/\r\nx: y",
        ""
      })
  void aUrlInDisguiseIsNoUrl(String url) throws IOException {
    grant("net=*");
    assertThat(failure(MODULE, url).code()).isEqualTo(Code.BAD_ARGUMENT);
    assertThat(failure(url).code()).isEqualTo(Code.BAD_ARGUMENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"net=*", "net=*:*"})
  void aWildcardDoesNotOpenThisMachineOrItsNeighbours(String wildcard) throws IOException {
    int port = server.getAddress().getPort();
    grant(wildcard, "net=*:" + port);
    for (String host :
        List.of("localhost", "127.0.0.1", "[::1]", "0.0.0.0", "169.254.169.254", "10.0.0.1")) {
      Failure failure = failure(MODULE, "http://" + host + ":" + port + "/");
      assertThat(failure.code()).isEqualTo(Code.DENIED);
      assertThat(failure.message()).contains("a grant with `*` does not open");
      assertThat(failure.help()).contains("net=" + host + ":" + port);
    }
    assertThat(asked).isEmpty();
    grant("net=localhost:" + port);
    assertThat(fetch(MODULE, at + "/a").text()).isEqualTo("hello /a");
  }

  @ParameterizedTest
  @CsvSource({
    "301, GET, GET", "302, GET, GET", "303, GET, GET", "307, GET, GET", "308, GET, GET",
    "301, POST, GET", "302, POST, GET", "303, POST, GET", "307, POST, POST", "308, POST, POST",
    "301, PUT, PUT", "303, PUT, GET", "303, HEAD, HEAD"
  })
  void redirectsAreFollowedAsTheyAskFor(int status, String method, String then) {
    String body = method.equals("POST") || method.equals("PUT") ? "x" : "";
    Answer answer = user(at + "/to/" + status + "/a", method, Map.of("authorization", "me"), body);
    assertThat(answer.head().at("url").asText()).isEqualTo(at + "/a");
    assertThat(asked.stream().toList().getLast())
        .isEqualTo("%s /a %s me".formatted(then, then.equals(method) ? body : ""));
  }

  @Test
  void aRedirectIsCheckedAndTellsNoSecretsToOthers() throws IOException {
    int port = server.getAddress().getPort();
    String there = "http://127.0.0.1:" + port + "/a";
    grant("net=localhost:" + port);
    Object[] request = {at + "/to/302" + there, "GET", Map.of("authorization", "me")};
    Failure failure = failure(MODULE, request);
    assertThat(failure.code()).isEqualTo(Code.DENIED);
    assertThat(failure.message()).contains("127.0.0.1:" + port);
    assertThat(asked).hasSize(1);
    grant("net=127.0.0.1:" + port);
    assertThat(fetch(MODULE, request).head().at("url").asText()).isEqualTo(there);
    assertThat(asked.stream().toList().getLast()).isEqualTo("GET /a  -");
  }

  @Test
  void redirectsWithoutEndAreGivenUp() {
    server.createContext(
        "/again",
        exchange -> {
          asked.add("again");
          exchange.getResponseHeaders().set("Location", "/again");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    Failure failure = failure(at + "/again");
    assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(failure.message()).contains("redirected more than 10 times");
    assertThat(asked).hasSize(11);
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:///etc/passwd", "ftp://localhost/", "http://", "http://0x7f.1/"})
  void aRedirectToSomethingElseIsNotFollowed(String location) {
    server.createContext(
        "/odd",
        exchange -> {
          exchange.getResponseHeaders().set("Location", location);
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    Failure failure = failure(at + "/odd");
    assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(failure.message()).contains("redirects to where nobody can follow");
  }

  @Test
  void aHeaderCannotEndItsLineOrSmuggleASecondMessage() {
    for (Object headers :
        List.of(
            Map.of("a", "b\r\nc: d"),
            Map.of("a", "b\nc: d"),
            Map.of("a\r\nb", "c"),
            Map.of("a: b", "c"),
            Map.of("", "c"),
            Map.of("a", "ü€"),
            Map.of("a", 1),
            Map.of("Host", "evil.example"),
            Map.of("content-length", "3"),
            Map.of("Transfer-Encoding", "chunked"),
            Map.of("connection", "close"),
            Map.of("upgrade", "h2c"),
            "a: b")) {
      Failure failure = failure(at, "GET", headers);
      assertThat(failure.code()).isEqualTo(Code.BAD_ARGUMENT);
      assertThat(failure.message()).contains("header");
    }
    for (Object method : List.of("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET", "", "A B", "CONNECT", 7)) {
      assertThat(failure(at, method).code()).isEqualTo(Code.BAD_ARGUMENT);
    }
    assertThat(failure(at, "GET", Map.of(), List.of(1)).code()).isEqualTo(Code.BAD_ARGUMENT);
    assertThat(failure(at, "GET", Map.of(), "", 0).code()).isEqualTo(Code.BAD_ARGUMENT);
    assertThat(failure(at, "GET", Map.of(), "", "1").code()).isEqualTo(Code.BAD_ARGUMENT);
    assertThat(asked).isEmpty();
  }

  @Test
  void whatCannotBeReachedIsSaidWithHostAndPort() throws IOException {
    try (Socket taken = new Socket()) { // a port that nobody listens at, and nobody else gets
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      String where = "localhost:" + taken.getLocalPort();
      Failure refused = failure("http://" + where + "/");
      assertThat(refused.code()).isEqualTo(Code.UNAVAILABLE);
      assertThat(refused.message()).contains("`" + where + "` takes no connections");
    }
    Failure unknown = failure("http://no-such-host.invalid/");
    assertThat(unknown.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(unknown.message()).isEqualTo("there is no host `no-such-host.invalid`.");
    try (ServerSocket plain = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      byHand(plain, "HTTP/1.1 400 Bad Request\r\n\r\n", new CountDownLatch(0));
      Failure noTls = failure("https://localhost:" + plain.getLocalPort() + "/");
      assertThat(noTls.code()).isEqualTo(Code.UNAVAILABLE);
      assertThat(noTls.message()).contains("cannot speak TLS with `localhost:");
    }
  }

  @Test
  void tlsIsSpokenAndTheCertificateMustFit() throws Exception {
    HttpsServer secure =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    secure.setHttpsConfigurator(new HttpsConfigurator(tls.context()));
    secure.setExecutor(threads);
    secure.createContext("/", this::answer);
    secure.start();
    try {
      int port = secure.getAddress().getPort();
      grant("net=localhost:" + port);
      assertThat(fetch(MODULE, "https://localhost:" + port + "/a").text()).isEqualTo("hello /a");
      Failure failure = failure("https://127.0.0.1:" + port + "/a");
      assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
      assertThat(failure.message()).contains("cannot speak TLS");
    } finally {
      secure.stop(0);
    }
  }

  @Test
  void aServerThatSaysNothingIsGivenUp() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      String url = "http://localhost:" + silent.getLocalPort() + "/";
      Failure failure = failure(url, "GET", Map.of(), "", 200);
      assertThat(failure.code()).isEqualTo(Code.DEADLINE_EXCEEDED);
      assertThat(failure.message())
          .isEqualTo("`localhost:%d` said nothing for 200 ms.".formatted(silent.getLocalPort()));
    }
  }

  /// Answers one request by hand.
  private void byHand(ServerSocket at, String answer, CountDownLatch closes) {
    threads.execute(() -> {
      try (Socket socket = at.accept()) {
        socket.getInputStream().read(new byte[1000]);
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
        closes.await();
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    });
  }

  @Test
  void aBodyThatStopsIsGivenUp() throws IOException {
    try (ServerSocket slow = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      CountDownLatch never = new CountDownLatch(1);
      byHand(slow, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegin", never);
      String url = "http://localhost:" + slow.getLocalPort() + "/";
      Failure failure = failure(url, "GET", Map.of(), "", 300);
      assertThat(failure.code()).isEqualTo(Code.DEADLINE_EXCEEDED);
      never.countDown();
    }
  }

  @Test
  void aBodyThatBreaksOffIsNoWholeBody() throws IOException {
    try (ServerSocket broken = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      byHand(broken, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegin", new CountDownLatch(0));
      Failure failure = failure("http://localhost:" + broken.getLocalPort() + "/");
      assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
      assertThat(failure.message()).contains("the connection to `localhost:");
    }
  }

  @Test
  void aServerThatSpeaksSomethingElseIsSaidSo() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      byHand(other, "SSH-2.0-OpenSSH\r\n", new CountDownLatch(0));
      Failure failure = failure("http://localhost:" + other.getLocalPort() + "/");
      assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
    }
  }

  @Test
  void noMoreComesThanTheCallerTakesAndACancelEndsTheExchange() {
    AtomicLong written = new AtomicLong();
    CountDownLatch ended = new CountDownLatch(1);
    server.createContext(
        "/endless",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream out = exchange.getResponseBody()) {
            while (true) {
              out.write(new byte[1 << 16]);
              written.addAndGet(1 << 16);
            }
          } catch (IOException e) {
            ended.countDown();
          }
        });
    Queue<Signal> said = new ConcurrentLinkedQueue<>();
    Invocation invocation =
        Invocation.of("stoa", "fetch", Payload.of(Arguments.of(at + "/endless")))
            .with(Invocation.Terms.DEFAULT.withCredit(4));
    Flow call = stoa.as(Identity.User.HOST).open(invocation, said::add);
    await().until(() -> said.size() == 4);
    await()
        .during(java.time.Duration.ofMillis(300))
        .until(() -> {
          long now = written.get();
          return now > 0 && now < 20 << 20;
        });
    assertThat(said).hasSize(4);
    call.send(new Signal.Cancel("enough"));
    await().until(() -> ended.getCount() == 0);
    await().until(() -> said.size() == 5);
    List<Signal> all = new ArrayList<>(said);
    assertThat(all.getLast())
        .isInstanceOfSatisfying(
            Signal.Failed.class,
            failed -> assertThat(failed.failure().code()).isEqualTo(Code.CANCELLED));
  }

  @Test
  void argumentsMayBeNamed() {
    Answer answer =
        fetch(
            Identity.User.HOST,
            new Arguments(
                List.of(),
                Map.of("url", new Value.Text(at + "/a"), "method", new Value.Text("HEAD"))));
    assertThat(answer.items()).isEqualTo(1);
    assertThat(asked).containsExactly("HEAD /a  -");
  }

  @Test
  void theEnvironmentsProxyIsNotAsked() {
    String before = System.getProperty("http.proxyHost");
    System.setProperty("http.proxyHost", "no-such-proxy.invalid");
    System.setProperty("http.nonProxyHosts", "");
    try {
      assertThat(user(at + "/a").text()).isEqualTo("hello /a");
    } finally {
      System.clearProperty("http.nonProxyHosts");
      if (before == null) {
        System.clearProperty("http.proxyHost");
      } else {
        System.setProperty("http.proxyHost", before);
      }
    }
  }
}
