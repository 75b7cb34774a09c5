package stoa.router;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import stoa.call.Payload;

/// Results of pure methods of one generation of a module, for as long as they may be used again.
/// Bounded in bytes and in number: what was used longest ago goes first. Any thread.
final class ResultCache {
  /// Small results cost more than their bytes.
  private static final int MAX_ENTRIES = 10_000;

  private static final long OVERHEAD_BYTES = 200;

  private final long maxBytes;
  private final LongSupplier nanoTime;
  private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true); // guarded by this
  private long bytes; // guarded by this

  /// @param caller results are never shared between identities
  /// @param argument the bytes of the arguments
  record Key(String caller, String method, ByteBuffer argument) {
    private long bytes() {
      return OVERHEAD_BYTES + argument.remaining();
    }
  }

  private record Entry(Payload result, long size, long until) {}

  /// @param nanoTime a monotonic clock
  ResultCache(long maxBytes, LongSupplier nanoTime) {
    this.maxBytes = maxBytes;
    this.nanoTime = nanoTime;
  }

  synchronized @Nullable Payload get(Key key) {
    Entry entry = entries.get(key);
    if (entry != null && entry.until - nanoTime.getAsLong() <= 0) {
      forget(key);
      return null;
    }
    return entry == null ? null : entry.result;
  }

  /// @param nanos how long it may be used
  void put(Key key, Payload result, long nanos) {
    Payload.Bytes kept = new Payload.Bytes(result.encoded());
    long size = key.bytes() + kept.encoded().bytes().length;
    synchronized (this) {
      forget(key);
      if (size > maxBytes) {
        return;
      }
      entries.put(key, new Entry(kept, size, nanoTime.getAsLong() + nanos));
      bytes += size;
      while (bytes > maxBytes || entries.size() > MAX_ENTRIES) {
        forget(entries.keySet().iterator().next());
      }
    }
  }

  private void forget(Key key) {
    Entry old = entries.remove(key);
    bytes -= old == null ? 0 : old.size;
  }
}
