package stoa.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;

class PipeTransportTest extends TransportContract {
  @Override
  Ends connect() throws IOException {
    Pipe there = Pipe.open();
    Pipe back = Pipe.open();
    return new Ends(
        transport(back, there, "test-dialler"), transport(there, back, "test-acceptor"));
  }

  private static Transport transport(Pipe in, Pipe out, String name) {
    InputStream input = Channels.newInputStream(in.source());
    OutputStream output = Channels.newOutputStream(out.sink());
    return new PipeTransport(input, output, name);
  }

  @Override
  void release() {}
}
