package stoa.outside;

import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The connections to the web, made when they are first needed. Any thread.
final class WebClients implements AutoCloseable {
  private final Supplier<SSLContext> trust;
  private @Nullable HttpClient anywhere; // guarded by this
  private @Nullable HttpClient publicOnly; // guarded by this
  private boolean closed; // guarded by this

  /// @param trust whose certificates count
  WebClients(Supplier<SSLContext> trust) {
    this.trust = trust;
  }

  /// @param restricted whether only addresses of the public network were checked
  synchronized HttpClient of(boolean restricted) {
    if (closed) {
      throw new IllegalStateException("the host has ended");
    }
    HttpClient known = restricted ? publicOnly : anywhere;
    HttpClient client = known == null ? made() : known;
    if (restricted) {
      publicOnly = client;
    } else {
      anywhere = client;
    }
    return client;
  }

  /// Nothing of the environment counts: no proxy, no password, no cookie.
  private HttpClient made() {
    return HttpClient.newBuilder()
        .followRedirects(HttpClient.Redirect.NEVER)
        .proxy(HttpClient.Builder.NO_PROXY)
        .sslContext(trust.get())
        .executor(
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("stoa-web-", 0).factory()))
        .build();
  }

  @Override
  public void close() {
    List<HttpClient> clients = new ArrayList<>();
    synchronized (this) {
      closed = true;
      if (anywhere != null) {
        clients.add(anywhere);
      }
      if (publicOnly != null) {
        clients.add(publicOnly);
      }
    }
    clients.forEach(HttpClient::shutdownNow);
  }
}
