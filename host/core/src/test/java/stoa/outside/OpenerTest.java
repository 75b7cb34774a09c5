package stoa.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class OpenerTest {
  @TempDir Path folder;

  @Test
  void whatBlocksHoldsUpItsOwnCallerOnly() throws Exception {
    Path file = Files.writeString(folder.resolve("a"), "x");
    Opener hostile = new Opener();
    CountDownLatch blocked = new CountDownLatch(4);
    CountDownLatch writer = new CountDownLatch(1);
    AtomicReference<SeekableByteChannel> late = new AtomicReference<>();
    List<Thread> waiting =
        IntStream.range(0, 9)
            .mapToObj(_ ->
                Thread.ofVirtual()
                    .start(() -> {
                      try {
                        hostile.open(() -> {
                          blocked.countDown();
                          awaitUninterruptibly(writer);
                          late.set(FileChannel.open(file));
                          return late.get();
                        });
                      } catch (IOException | InterruptedException e) {
                        // as it should
                      }
                    }))
            .toList();
    blocked.await();
    new Opener().open(() -> FileChannel.open(file)).close();
    waiting.forEach(Thread::interrupt);
    for (Thread thread : waiting) {
      thread.join();
    }
    writer.countDown();
    Awaitility.await().until(() -> late.get() != null && !late.get().isOpen());
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean done = false;
    while (!done) {
      try {
        latch.await();
        done = true;
      } catch (InterruptedException e) {
        // an open() of the system goes on
      }
    }
  }

  @Test
  void whatCannotBeOpenedSaysWhy() {
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> new Opener().open(() -> FileChannel.open(none)))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(none).doesNotExist();
  }
}
