/// JavaScript and Python modules in GraalVM contexts: the provider that the host finds, and the
/// engine behind it.
@NullMarked
package stoa.polyglot;

import org.jspecify.annotations.NullMarked;
