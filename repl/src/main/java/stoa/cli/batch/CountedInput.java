package stoa.cli.batch;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// An input that knows how much of it was read. Any thread may ask.
public final class CountedInput extends FilterInputStream {
  private volatile long count;

  public CountedInput(InputStream in) {
    super(in);
  }

  public long count() {
    return count;
  }

  @Override
  public int read() throws IOException {
    int b = super.read();
    add(b < 0 ? 0 : 1);
    return b;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int n = super.read(bytes, offset, length);
    add(Math.max(0, n));
    return n;
  }

  // One thread reads, so nothing is lost between the two accesses.
  private void add(int bytes) {
    long sum = count + bytes;
    count = sum;
  }
}
