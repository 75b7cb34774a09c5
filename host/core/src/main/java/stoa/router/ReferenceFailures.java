package stoa.router;

import java.util.Map;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Failure.Description;
import stoa.limit.Quota;
import stoa.value.Value;

/// Why a reference cannot be used.
final class ReferenceFailures {
  private ReferenceFailures() {}

  static Failure ownerGone(Value.Reference reference, String reason) {
    return Failure.of(
        Code.LOST,
        Description.of(
                "object %d of `%s` is gone with its owner: %s"
                    .formatted(reference.number(), reference.owner(), reason),
                "Ask the module for a new one.")
            .with(Map.of("owner", reference.owner())));
  }

  static Failure released(Value.Reference reference) {
    return Failure.of(
        Code.LOST,
        Description.of(
                "the reference to object %d of `%s` was given back."
                    .formatted(reference.number(), reference.owner()),
                "Keep a reference for as long as it is called, or ask its module for a new one.")
            .with(Map.of("owner", reference.owner())));
  }

  static Failure neverGiven(Value.Reference reference, String peer) {
    return Failure.of(
        Code.DENIED,
        "`%s` was never given object %d of `%s`."
            .formatted(peer, reference.number(), reference.owner()),
        "References cannot be made up; somebody who holds one hands it over in a call.");
  }

  static Failure ownsNothing(String peer) {
    return Failure.of(
        Code.DENIED, "`" + peer + "` owns no objects here, and sent one of its own.", "");
  }

  /// @param verb `holds`
  /// @param more how many come
  static Failure tooMany(String peer, String verb, int used, int more, int max) {
    return Quota.REFERENCES.exceeded(
        Description.of(
                "`%s` %s %,d references, and %,d more would be more than the %,d that are allowed."
                    .formatted(peer, verb, used, more, max),
                "Release those that are not needed: by hand, or let them be collected.")
            .asRetryable()
            .with(Map.of("who", peer)),
        used,
        max);
  }
}
