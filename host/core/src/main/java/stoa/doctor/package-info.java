/// Looks at an installation and its modules, and says what is wrong and how to mend it.
@NullMarked
package stoa.doctor;

import org.jspecify.annotations.NullMarked;
