/// The conformance kit: calls a module in every way that spec/conformance describes, and says which
/// answers were wrong. Start with [Kit].
@NullMarked
package stoa.conform;

import org.jspecify.annotations.NullMarked;
