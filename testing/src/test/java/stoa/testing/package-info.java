@NullMarked
package stoa.testing;

import org.jspecify.annotations.NullMarked;
