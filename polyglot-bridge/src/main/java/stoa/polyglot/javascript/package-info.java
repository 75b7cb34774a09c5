/// What is particular to JavaScript: how a context is made, and what a module's source says about
/// its methods.
@NullMarked
package stoa.polyglot.javascript;

import org.jspecify.annotations.NullMarked;
