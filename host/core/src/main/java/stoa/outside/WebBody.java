package stoa.outside;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The body of an answer, taken piece by piece: the other side sends no more than one piece ahead.
final class WebBody implements HttpResponse.BodySubscriber<WebBody>, AutoCloseable {
  private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
  private volatile @Nullable Subscription subscription;
  private volatile boolean closed;

  private sealed interface Piece {
    record Bytes(List<ByteBuffer> buffers) implements Piece {}

    record End() implements Piece {}

    record Broken(Throwable why) implements Piece {}
  }

  @Override
  public CompletionStage<WebBody> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Subscription given) {
    subscription = given;
    if (closed) {
      given.cancel();
    } else {
      given.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    pieces.add(new Piece.Bytes(buffers));
  }

  @Override
  public void onError(Throwable why) {
    pieces.add(new Piece.Broken(why));
  }

  @Override
  public void onComplete() {
    pieces.add(new Piece.End());
  }

  /// The next piece; empty at the end. One thread.
  ///
  /// @throws HttpTimeoutException if none comes in time
  Optional<List<ByteBuffer>> next(Duration limit) throws IOException, InterruptedException {
    Piece piece = pieces.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
    return switch (piece) {
      case null -> throw new HttpTimeoutException("no more of the body");
      case Piece.Bytes(List<ByteBuffer> buffers) -> Optional.of(buffers);
      case Piece.End _ -> Optional.empty();
      case Piece.Broken(Throwable why) -> throw broken(why);
    };
  }

  private static IOException broken(Throwable why) {
    return why instanceof IOException known ? known : new IOException(why);
  }

  /// The piece is done with.
  void more() {
    Subscription known = subscription;
    if (known != null) {
      known.request(1);
    }
  }

  /// Nobody wants the rest.
  @Override
  public void close() {
    closed = true;
    Subscription known = subscription;
    if (known != null) {
      known.cancel();
    }
  }
}
