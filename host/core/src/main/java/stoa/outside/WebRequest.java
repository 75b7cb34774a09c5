package stoa.outside;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import stoa.value.Value;

/// What is asked for at an address of the web. Immutable.
///
/// @param timeout how long nothing may happen
record WebRequest(
    WebAddress address, String method, List<Header> headers, byte[] body, Duration timeout) {
  static final int MILLIS = 30_000;

  /// RFC 9110, "Tokens".
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  /// RFC 9110, "Field Values": nothing that ends the line.
  private static final Pattern FIELD_VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]*");

  /// They say how a message travels: who could set them could smuggle a second one.
  private static final Set<String> THE_HOSTS =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /// Whom they were meant for is not whom a redirect leads to.
  private static final Set<String> SECRET = Set.of("authorization", "cookie");

  private static final Set<String> OF_BODY =
      Set.of("content-type", "content-encoding", "content-language", "content-location");

  /// @param name in lower case
  record Header(String name, String value) {}

  /// What the caller asks for.
  ///
  /// @throws IllegalArgumentException with what follows the name of the method
  static WebRequest of(Handling handling) {
    return new WebRequest(
        WebAddress.of(handling.text(0, "url")),
        method(handling.argument(1, "method")),
        headers(handling.argument(2, "headers")),
        body(handling.argument(3, "body")),
        timeout(handling.argument(4, "timeout_ms"), MILLIS));
  }

  private static String method(Value given) {
    if (given.isNull()) {
      return "GET";
    }
    if (!(given instanceof Value.Text(String text)) || !TOKEN.matcher(text).matches()) {
      throw new IllegalArgumentException("the method must be a word, was " + Shown.of(given));
    }
    String method = text.toUpperCase(Locale.ROOT);
    if (method.equals("CONNECT") || method.equals("TRACE")) {
      throw new IllegalArgumentException("the method " + method + " is not taken");
    }
    return method;
  }

  private static List<Header> headers(Value given) {
    List<Header> headers = new ArrayList<>();
    switch (given) {
      case Value.Dictionary(Map<String, Value> entries) ->
          entries.forEach((name, value) -> add(headers, name, value));
      case Value.Null _ -> {}
      default ->
          throw new IllegalArgumentException(
              "the headers must be a map of name to text, were " + Shown.of(given));
    }
    return List.copyOf(headers);
  }

  private static void add(List<Header> headers, String given, Value value) {
    String name = given.toLowerCase(Locale.ROOT);
    if (!TOKEN.matcher(name).matches()) {
      throw new IllegalArgumentException(
          Shown.of(new Value.Text(given)) + " is no name of a header");
    }
    if (THE_HOSTS.contains(name)) {
      throw new IllegalArgumentException(
          "the header `" + name + "` is set by the host itself: leave it out");
    }
    switch (value) {
      case Value.Text(String text) when FIELD_VALUE.matcher(text).matches() ->
          headers.add(new Header(name, text));
      case Value.Sequence(List<Value> several) -> several.forEach(one -> add(headers, name, one));
      default ->
          throw new IllegalArgumentException(
              "the header `%s` must be a line of text, was %s".formatted(name, Shown.of(value)));
    }
  }

  private static byte[] body(Value given) {
    return switch (given) {
      case Value.Null _ -> new byte[0];
      case Value.Text(String text) -> text.getBytes(StandardCharsets.UTF_8);
      case Value.Bytes bytes -> bytes.value().toByteArray();
      default ->
          throw new IllegalArgumentException(
              "the body must be text or bytes, was " + Shown.of(given));
    };
  }

  /// @param standard milliseconds, if none are given
  static Duration timeout(Value given, int standard) {
    if (given.isNull()) {
      return Duration.ofMillis(standard);
    }
    if (given instanceof Value.Int(long millis) && millis > 0 && millis <= Integer.MAX_VALUE) {
      return Duration.ofMillis(millis);
    }
    throw new IllegalArgumentException(
        "timeout_ms must be a number of milliseconds, was " + Shown.of(given));
  }

  /// What is asked for when the answer was a redirect (RFC 9110, "Redirection 3xx").
  WebRequest redirected(int status, WebAddress to) {
    boolean posted = method.equals("POST") && (status == 301 || status == 302);
    boolean asGet = posted || (status == 303 && !method.equals("HEAD"));
    List<Header> kept =
        headers.stream()
            .filter(header -> address.sameOrigin(to) || !SECRET.contains(header.name()))
            .filter(header -> !asGet || !OF_BODY.contains(header.name()))
            .toList();
    return new WebRequest(to, asGet ? "GET" : method, kept, asGet ? new byte[0] : body, timeout);
  }

  HttpRequest http() {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(address.uri())
            .timeout(timeout)
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    if (address.scheme().equals("http")) {
      builder.version(HttpClient.Version.HTTP_1_1); // no attempt to change to another one
    }
    if (headers.stream().noneMatch(header -> header.name().equals("user-agent"))) {
      builder.header("user-agent", "stoa");
    }
    headers.forEach(header -> builder.header(header.name(), header.value()));
    return builder.build();
  }
}
