package stoa.value;

import java.util.List;

/// A value or arguments as bytes, with the table that the references in them are indexes into.
///
/// @param bytes not copied: nobody changes them
/// @param references each once, in no particular order
public record Encoded(byte[] bytes, List<Value.Reference> references) {
  public Encoded {
    references = List.copyOf(references);
  }
}
