package stoa.wire;

class MemoryTransportTest extends TransportContract {
  @Override
  Ends connect() {
    MemoryTransport.Pair pair = MemoryTransport.pair("test");
    return new Ends(pair.left(), pair.right());
  }

  @Override
  void release() {}
}
