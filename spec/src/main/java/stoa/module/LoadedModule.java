package stoa.module;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import stoa.call.Failure;
import stoa.call.Invoker;
import stoa.value.Value;

/// One running copy of a module. As an [Invoker] it serves calls of its own methods, and calls on
/// the objects that it handed out.
public interface LoadedModule extends Invoker {
  ModuleInfo info();

  /// Nobody holds one of its objects any more, as far as it was handed out this many times
  /// (PROTOCOL.md, "References"). Any thread; never blocks.
  void release(Value.Reference own, long count);

  /// Completes when the copy can serve no more: with the failure that its open calls got. After
  /// [#close] it completes too.
  CompletionStage<Failure> ended();

  /// Whether it takes calls. It may stop to before [#ended] can say why. Asked for each call, so it
  /// must leave nothing behind, as a stage made from [#ended] would.
  boolean serves();

  /// Whether it was given up because its code could not be stopped, and may keep a core busy for
  /// ever; known when [#ended] completes. A host counts these by module: one that did it twice is
  /// better run where it can be killed.
  default boolean abandoned() {
    return false;
  }

  /// How many calls it serves at a time, as it said itself; the host keeps the others back. 0: any
  /// number. Known when it is loaded.
  default int maxOpenCalls() {
    return 0;
  }

  /// Ends the copy: waits up to `grace` for calls under way, then cancels them. Returns at once;
  /// safe to call again.
  void close(Duration grace);
}
