/// Modules that are processes of their own: how they are started, how they say hello, how they end.
@NullMarked
package stoa.process;

import org.jspecify.annotations.NullMarked;
