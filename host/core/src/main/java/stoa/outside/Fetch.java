package stoa.outside;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.value.Value;

/// Asks for something on the web and gives the answer as a stream: first what was answered, then
/// the body in pieces, as fast as the caller takes them.
///
/// Redirects are followed here, and each is checked like the first address. The name of a host is
/// looked up and checked, then the client looks it up again when it connects. Both see the same
/// answer as long as Java remembers it, 30 seconds unless `networkaddress.cache.ttl` says
/// otherwise; with 0 a name server that changes its answer in between could lead a module that has
/// a grant with `*` to an address that was not checked. Modules with such grants have connections
/// of their own, so that they get none that was made for a name granted as such.
///
/// @param gate what the caller may reach
record Fetch(Gate gate, WebClients clients) implements Handling.Work {
  private static final int MOST_REDIRECTS = 10;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  /// Bytes of an item.
  private static final int LARGEST = 64 << 10;

  @Override
  public Value run(Handling handling) throws InterruptedException {
    WebRequest request = WebRequest.of(handling);
    for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      try {
        HttpResponse<WebBody> response = send(request);
        try (WebBody body = response.body()) {
          Optional<WebRequest> next = redirect(request, response);
          if (next.isEmpty()) {
            answer(handling, request, response, body);
            return Value.NULL;
          }
          request = next.get();
        }
      } catch (HttpTimeoutException e) {
        throw new NetFailures(request.address().where()).timeout(request.timeout(), e);
      } catch (IOException e) {
        throw new NetFailures(request.address().where()).of(e);
      }
    }
    throw unavailable(
        "`%s` was redirected more than %d times"
            .formatted(request.address().where(), MOST_REDIRECTS));
  }

  private HttpResponse<WebBody> send(WebRequest request) throws IOException, InterruptedException {
    WebAddress to = request.address();
    var _ = gate.addresses(to.host(), to.port());
    return clients
        .of(gate.publicOnly(to.host(), to.port()))
        .send(request.http(), _ -> new WebBody());
  }

  private static Optional<WebRequest> redirect(WebRequest request, HttpResponse<WebBody> response) {
    Optional<String> location = response.headers().firstValue("location");
    if (location.isEmpty() || !REDIRECTS.contains(response.statusCode())) {
      return Optional.empty();
    }
    try {
      WebAddress to = request.address().to(location.get());
      return Optional.of(request.redirected(response.statusCode(), to));
    } catch (IllegalArgumentException e) {
      throw unavailable(
          "`%s` redirects to where nobody can follow: %s"
              .formatted(request.address().where(), e.getMessage()));
    }
  }

  private static FailureException unavailable(String message) {
    return new FailureException(Failure.of(Code.UNAVAILABLE, message + ".", ""));
  }

  private static void answer(
      Handling handling, WebRequest request, HttpResponse<WebBody> response, WebBody body)
      throws IOException, InterruptedException {
    handling.item(head(request.address(), response));
    for (Optional<List<ByteBuffer>> piece = body.next(request.timeout());
        piece.isPresent();
        piece = body.next(request.timeout())) {
      for (ByteString bytes : cut(piece.get())) {
        handling.item(new Value.Bytes(bytes));
      }
      body.more();
    }
    handling.end();
  }

  private static Value head(WebAddress address, HttpResponse<WebBody> response) {
    Map<String, Value> headers = new LinkedHashMap<>();
    response
        .headers()
        .map()
        .forEach((name, values) ->
            headers.put(name.toLowerCase(Locale.ROOT), new Value.Text(String.join(", ", values))));
    Map<String, Value> head = new LinkedHashMap<>();
    head.put("status", new Value.Int(response.statusCode()));
    head.put("url", new Value.Text(address.uri().toString()));
    head.put("headers", new Value.Dictionary(headers));
    return new Value.Dictionary(head);
  }

  /// As few items as may be.
  private static List<ByteString> cut(List<ByteBuffer> buffers) {
    ByteString all = ByteString.EMPTY;
    for (ByteBuffer buffer : buffers) {
      all = all.concat(ByteString.copyFrom(buffer));
    }
    List<ByteString> items = new ArrayList<>();
    for (int from = 0; from < all.size(); from += LARGEST) {
      items.add(all.substring(from, Math.min(all.size(), from + LARGEST)));
    }
    return items;
  }
}
