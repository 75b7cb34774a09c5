package stoa.host;

import stoa.events.Topics;

/// What can be listened to.
///
/// @param events what modules and the host publish for all
/// @param log what modules write, by the name of the module: for the user only
/// @param echoes what modules write, by whom they were called first: for that one only
record Feeds(Topics events, Topics log, Topics echoes) implements AutoCloseable {
  @Override
  public void close() {
    events.close();
    log.close();
    echoes.close();
  }
}
