package bench;

import java.util.concurrent.CountDownLatch;

/// Does nothing: what the JVM takes by itself.
public final class BareJvm {
  private BareJvm() {}

  public static void main(String[] args) throws InterruptedException {
    System.out.println("ready");
    new CountDownLatch(1).await();
  }
}
