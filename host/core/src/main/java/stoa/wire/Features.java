package stoa.wire;

import java.util.ArrayList;
import java.util.List;

/// What both sides of a connection can do beyond the bare protocol (PROTOCOL.md, "Features").
///
/// @param streamsIn callers may send streams
/// @param references objects pass by reference
/// @param pipelining calls on results that are still to come
record Features(boolean streamsIn, boolean references, boolean pipelining) {
  /// Before the handshake.
  static final Features NONE = new Features(false, false, false);

  private static final List<String> OURS = List.of("log", "streams-in", "references", "pipelining");

  static List<String> offered() {
    return OURS;
  }

  /// Those of the other side's features that this side has too.
  static List<String> common(List<String> theirs) {
    List<String> common = new ArrayList<>(OURS);
    common.retainAll(theirs);
    return common;
  }

  static Features of(List<String> theirs) {
    return new Features(
        theirs.contains("streams-in"),
        theirs.contains("references"),
        theirs.contains("pipelining"));
  }
}
