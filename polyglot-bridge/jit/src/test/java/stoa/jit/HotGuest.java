package stoa.jit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.Value;

/// A program that calls a function of a guest until it must have been compiled, and prints what the
/// engine says of itself and of its compilations.
final class HotGuest {
  private static final int CALLS = 200;

  private HotGuest() {}

  public static void main(String[] arguments) {
    String name;
    try (Engine engine = Engine.create("js")) {
      name = engine.getImplementationName();
    }
    System.out.println(name);
    if (!name.contains("Interpreted")) { // else there is nothing to trace
      compile();
    }
  }

  private static void compile() {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    try (Engine engine =
            Engine.newBuilder("js")
                .allowExperimentalOptions(true)
                .option("engine.TraceCompilation", "true")
                .option("engine.BackgroundCompilation", "false")
                .option("engine.CompilationFailureAction", "Print")
                .logHandler(log)
                .build();
        Context context = Context.newBuilder("js").engine(engine).build()) {
      Value sum =
          context.eval(
              "js",
              "(n) => { let s = 0; for (let i = 0; i < n; i++) s += Math.sqrt(i % 7 + `${i}`.length); return s; }");
      for (int i = 0; i < CALLS; i++) {
        sum.executeVoid(1_000);
      }
    }
    System.out.println(log.toString(StandardCharsets.UTF_8));
  }
}
