package stoa.polyglot.context;

import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Value;

/// Compiles for the console of a language whose guests cannot compile by themselves: the [Dialect]
/// of such a language is one. Runs on the thread that owns the context.
public interface ConsoleCompiler {
  /// Evaluates what a person typed, in the guest's global scope.
  Value evaluate(Context context, String text);

  /// Whether a text is the beginning of a longer one.
  boolean incomplete(Context context, String text);
}
