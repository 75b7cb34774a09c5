package stoa.host;

import stoa.events.Topics;

/// What can be listened to.
///
/// @param events what modules and the host publish for all
/// @param log what modules write, by the name of the module: for the user only
record Feeds(Topics events, Topics log) implements AutoCloseable {
  @Override
  public void close() {
    events.close();
    log.close();
  }
}
