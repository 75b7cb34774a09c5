/// How values, failures and modules look to people. No I/O, and no terminal library.
@NullMarked
package stoa.repl.view;

import org.jspecify.annotations.NullMarked;
