package stoa.wire;

import java.util.ArrayList;
import java.util.List;

/// What both sides of a connection can do beyond the bare protocol (PROTOCOL.md, "Features").
///
/// @param streamsIn callers may send streams
/// @param references objects pass by reference
/// @param pipelining calls on results that are still to come
/// @param largePayloads payloads in parts beyond the first window
/// @param channels channels, through the host
/// @param direct channels without the host
record Features(
    boolean streamsIn,
    boolean references,
    boolean pipelining,
    boolean largePayloads,
    boolean channels,
    boolean direct) {
  /// Before the handshake.
  static final Features NONE = new Features(false, false, false, false, false, false);

  /// What a client asks a host for that wants to see what is written for its calls.
  static final String ECHO = "echo";

  private static final List<String> OURS =
      List.of(
          "log",
          "streams-in",
          "references",
          "pipelining",
          "large-payloads",
          "channels",
          "direct-channels");

  static List<String> offered() {
    return OURS;
  }

  /// Those of the other side's features that this side has too.
  static List<String> common(List<String> theirs) {
    List<String> common = new ArrayList<>(OURS);
    common.add(ECHO);
    common.retainAll(theirs);
    return common;
  }

  static Features of(List<String> theirs) {
    return new Features(
        theirs.contains("streams-in"),
        theirs.contains("references"),
        theirs.contains("pipelining"),
        theirs.contains("large-payloads"),
        theirs.contains("channels"),
        theirs.contains("direct-channels"));
  }
}
