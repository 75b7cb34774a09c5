/// Typed client code from what a module says of itself: [stoa.cli.stubs.Stubs] is the entry. No
/// I/O.
///
/// A [Shape] is what a type text means; a [Signature] is a method in the words of one language;
/// each language writes its file from these.
@NullMarked
package stoa.cli.stubs;

import org.jspecify.annotations.NullMarked;
