package stoa.cli;

import java.util.List;

/// The entry of the process.
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    Interrupts interrupts = new Interrupts();
    interrupts.install();
    Dispatch dispatch = new Dispatch(Situation.ofProcess(), interrupts);
    int code = dispatch.run(List.of(arguments));
    interrupts.over(code);
    System.exit(code);
  }
}
