/// The CBOR mapping of values: PROTOCOL.md, "CBOR". [Cbor] is the entry for one value, [CborItems]
/// for a sequence.
///
/// It is here and not beside the JSON mapping in `stoa.value`, because only the command line needs
/// it: programs that embed the host do without its library.
@NullMarked
package stoa.cli.cbor;

import org.jspecify.annotations.NullMarked;
