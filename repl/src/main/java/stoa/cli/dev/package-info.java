/// What `stoa dev` needs to see that files have changed.
@NullMarked
package stoa.cli.dev;

import org.jspecify.annotations.NullMarked;
