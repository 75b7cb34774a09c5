/// One context and everything around it that is the same for every language: its thread, its calls
/// in and out, values, the jail and the cancel ladder.
@NullMarked
package stoa.polyglot.context;

import org.jspecify.annotations.NullMarked;
