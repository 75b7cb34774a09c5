/// What watches over the tests of all modules.
@NullMarked
package stoa.testing;

import org.jspecify.annotations.NullMarked;
