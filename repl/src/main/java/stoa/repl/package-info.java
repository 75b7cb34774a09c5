/// The shell: [Interpreter] runs lines, [Shell] reads them from a terminal, [PipedShell] from
/// anything else.
@NullMarked
package stoa.repl;

import org.jspecify.annotations.NullMarked;
