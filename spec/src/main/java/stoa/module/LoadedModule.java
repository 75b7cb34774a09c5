package stoa.module;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import stoa.call.Failure;
import stoa.call.Invoker;

/// One running copy of a module. As an [Invoker] it looks at the method, argument and terms of an
/// invocation only.
public interface LoadedModule extends Invoker {
  ModuleInfo info();

  /// Completes when the copy can serve no more: with the failure that its open calls got. After
  /// [#close] it completes too.
  CompletionStage<Failure> ended();

  /// Whether it takes calls. It may stop to before [#ended] can say why. Asked for each call, so it
  /// must leave nothing behind, as a stage made from [#ended] would.
  boolean serves();

  /// Ends the copy: waits up to `grace` for calls under way, then cancels them. Returns at once;
  /// safe to call again.
  void close(Duration grace);
}
