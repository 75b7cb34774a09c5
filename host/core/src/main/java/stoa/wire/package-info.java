/// Connections: [Connection] turns calls into frames and frames into calls; a [Transport] moves the
/// bytes. PROTOCOL.md is the specification of everything here.
@NullMarked
package stoa.wire;

import org.jspecify.annotations.NullMarked;
