package stoa.polyglot.context;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;

/// A text in memory, read once from the beginning.
final class TextChannel implements SeekableByteChannel {
  private final byte[] content;
  private final ReadableByteChannel channel;
  private long position;

  TextChannel(String text) {
    content = text.getBytes(StandardCharsets.UTF_8);
    channel = Channels.newChannel(new ByteArrayInputStream(content));
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int count = channel.read(target);
    position += Math.max(0, count);
    return count;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long wanted) {
    throw new UnsupportedOperationException("a virtual file is read once");
  }

  @Override
  public long size() {
    return content.length;
  }

  @Override
  public int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
