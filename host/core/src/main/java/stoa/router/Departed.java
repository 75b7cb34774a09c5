package stoa.router;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import stoa.value.Value;

/// Why references are gone: peers that left, references that were given back. Remembers the latest
/// only. Guarded by its owner.
final class Departed {
  private static final int REMEMBERED = 4_096;

  private final Map<String, String> reasons = bounded();
  private final Map<Release, Boolean> released = bounded();

  private record Release(String holder, Value.Reference reference) {}

  private static <K, V> Map<K, V> bounded() {
    return new LinkedHashMap<>() {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > REMEMBERED;
      }
    };
  }

  void peer(String name, String reason) {
    reasons.put(name, reason);
  }

  void released(String holder, Value.Reference reference) {
    released.put(new Release(holder, reference), true);
  }

  Optional<String> reasonFor(String peer) {
    return Optional.ofNullable(reasons.get(peer));
  }

  boolean wasReleased(String holder, Value.Reference reference) {
    return released.containsKey(new Release(holder, reference));
  }
}
