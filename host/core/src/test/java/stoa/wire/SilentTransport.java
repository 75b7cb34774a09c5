package stoa.wire;

/// Swallows what is written.
final class SilentTransport implements Transport {
  @Override
  public void start(Receiver receiver) {}

  @Override
  public void write(Output output) {
    output.appendTo(new Outbox());
  }

  @Override
  public long queued() {
    return 0;
  }

  @Override
  public void close() {}

  @Override
  public void abort(String reason) {}
}
