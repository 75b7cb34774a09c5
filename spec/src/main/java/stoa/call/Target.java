package stoa.call;

import stoa.value.Value;

/// What a call is made on.
public sealed interface Target {
  /// As people write it before the dot and the method.
  String text();

  /// A module, by its name.
  record Module(String name) implements Target {
    @Override
    public String text() {
      return name;
    }
  }

  /// An object that was handed over, where its owner keeps it.
  record Handed(Value.Reference reference) implements Target {
    @Override
    public String text() {
      return reference.owner() + "/" + reference.number();
    }
  }
}
