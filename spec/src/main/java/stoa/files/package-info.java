/// Files for those who may reach only some of them. No link that somebody changes meanwhile leads
/// out. Knows nothing of Stoa.
@NullMarked
package stoa.files;

import org.jspecify.annotations.NullMarked;
