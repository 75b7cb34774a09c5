/// What the operating system does to keep a process within what was granted: five levels, of which
/// the best that works here is found out by trying.
@NullMarked
package stoa.sandbox;

import org.jspecify.annotations.NullMarked;
