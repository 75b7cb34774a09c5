@NullMarked
package stoa.daemon;

import org.jspecify.annotations.NullMarked;
