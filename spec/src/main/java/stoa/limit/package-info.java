/// How much a module and its callers may use, and what is said when it is too much.
@NullMarked
package stoa.limit;

import org.jspecify.annotations.NullMarked;
