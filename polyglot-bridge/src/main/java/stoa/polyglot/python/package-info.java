/// What is particular to Python: how a context is made, its home on disk, and what a module says
/// about its methods.
@NullMarked
package stoa.polyglot.python;

import org.jspecify.annotations.NullMarked;
