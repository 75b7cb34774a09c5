package stoa.router;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import stoa.limit.Limits;
import stoa.limit.Quota;

/// A limit of a module, and how much of it is used: of its copies the one that uses most.
///
/// @param used empty: that is known only for each call while it runs
public record Usage(Quota quota, OptionalLong used, long max) {
  /// @param copies at least one
  static List<Usage> of(List<Instance> copies, Limits limits, References references) {
    List<Usage> all = new ArrayList<>();
    all.add(new Usage(Quota.CPU, OptionalLong.empty(), limits.cpu().toMillis()));
    limits
        .wall()
        .ifPresent(wall -> all.add(new Usage(Quota.WALL, OptionalLong.empty(), wall.toMillis())));
    all.add(most(Quota.CALLS, copies.stream().mapToLong(Instance::open).max(), limits.calls()));
    all.add(new Usage(Quota.QUEUE, OptionalLong.empty(), limits.queue()));
    all.add(new Usage(Quota.QUEUED, OptionalLong.empty(), limits.queuedBytes()));
    all.add(
        most(
            Quota.REFERENCES,
            copies.stream().mapToLong(copy -> references.owned(copy.holder())).max(),
            limits.references()));
    all.add(
        most(
            Quota.OUTPUT,
            copies.stream().mapToLong(copy -> copy.ration().output().used()).max(),
            limits.outputBytes()));
    return all;
  }

  private static Usage most(Quota quota, OptionalLong used, long max) {
    return new Usage(quota, OptionalLong.of(used.orElse(0)), max);
  }

  /// As `stoa.describe` gives it.
  public Map<String, Object> row() {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("what", quota.id());
    row.put("used", used.isPresent() ? used.getAsLong() : null);
    row.put("max", max);
    row.put("unit", quota.unit());
    return row;
  }
}
