package stoa.repl.view;

import java.util.List;
import java.util.Optional;
import stoa.value.Value;

/// What keeps a module from doing more than it may, as the host reports it.
public final class ProtectionText {
  private ProtectionText() {}

  /// A line for each thing that is protected.
  ///
  /// @param report maps with `what`, `level` and `how`
  /// @return empty if the host reports nothing
  public static Optional<String> of(Value report, Paint paint, int width) {
    return report instanceof Value.Sequence(List<Value> rows) && !rows.isEmpty()
        ? Table.of(List.of("what", "level", "how"), rows)
            .render(paint, Math.max(width - 2, 60), true)
        : Optional.empty();
  }
}
