/// The one shape of every call: an [stoa.call.Invoker] opens it, two [stoa.call.Flow]s carry its
/// signals, exactly one end closes it. No I/O here; PROTOCOL.md is the same contract in bytes.
@NullMarked
package stoa.call;

import org.jspecify.annotations.NullMarked;
