package stoa.polyglot.context;

import java.util.List;
import java.util.Map;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyObject;
import stoa.module.Language;

/// What is particular to a language. Everything else about a context is the same for all of them,
/// because each boot script offers the same functions: `load`, `start`, `resume`, `cancel`,
/// `settle`.
public interface Dialect {
  Language language();

  /// Texts that a module can import by a bare name.
  default Map<String, String> virtualFiles() {
    return Map.of();
  }

  /// Creates a locked-down context. Runs on the thread that will own it.
  Context create(Setting setting);

  /// Evaluates the boot script.
  ///
  /// @param host the functions that the guest's half may call; the script keeps them in closures
  /// @return an object with the functions above
  Value boot(Context context, ProxyObject host);

  /// Makes methods of what the guest's half told about a module's functions.
  ///
  /// @param told one map for each function, in the shape of the boot script
  /// @param source the text of the module
  List<Method> methods(List<stoa.value.Value> told, String source);

  /// Evaluates a further part of the boot script, when it is needed.
  Value part(Context context, String name);

  /// What the source says about itself as a whole, or an empty text.
  String doc(String source, stoa.value.Value told);

  /// Whether the guest's integers hold this one exactly.
  boolean holds(long number);

  /// A number that the guest [#holds], as the class that the language computes with: arithmetic on
  /// any other is many times slower when it is compiled.
  Object number(long number);

  /// Bytes in a form from which the guest's half makes its own.
  Object bytes(byte[] content);

  /// Whether arguments given by name are put into their positions, because the language has no
  /// names in calls.
  boolean namesBecomePositions();

  /// What a context reaches. Nothing of a module is in it: a context may be made before its module
  /// is known.
  ///
  /// @param out takes what the guest prints past its own `print` or `console`
  record Setting(Jail jail, LineStream out, LineStream err) {}
}
