/// What people type: words, arguments and calls. No I/O.
@NullMarked
package stoa.repl.line;

import org.jspecify.annotations.NullMarked;
