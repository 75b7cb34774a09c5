/// What modules may do, as people say it: the words of a grant, and the questions before one.
@NullMarked
package stoa.repl.grant;

import org.jspecify.annotations.NullMarked;
