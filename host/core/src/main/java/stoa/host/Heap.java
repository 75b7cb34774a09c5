package stoa.host;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;

/// The heap of this process.
final class Heap {
  /// Beyond this share of what it may take, collections come one after the other.
  private static final double TIGHT = 0.75;

  private Heap() {}

  /// Whether little is left: by what the last collections could not free, not by what waits to be
  /// collected.
  static boolean isTight() {
    long kept = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage afterCollection = pool.getCollectionUsage();
      if (pool.getType() == MemoryType.HEAP && afterCollection != null) {
        kept += afterCollection.getUsed();
      }
    }
    return kept > TIGHT * Runtime.getRuntime().maxMemory();
  }
}
