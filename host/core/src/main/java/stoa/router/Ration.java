package stoa.router;

import stoa.limit.Limits;
import stoa.module.OutputGate;

/// What one instance may use, and what it has printed of it.
public record Ration(Limits limits, OutputGate output) {
  static Ration of(Limits limits) {
    return new Ration(limits, new OutputGate(limits.outputBytes(), System::nanoTime));
  }
}
