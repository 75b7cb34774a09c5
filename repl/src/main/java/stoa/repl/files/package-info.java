/// What scripts and consoles of the user may do with files: `stoa.lines`, `stoa.csv`, `stoa.json`,
/// `stoa.read`, `stoa.write`.
@NullMarked
package stoa.repl.files;

import org.jspecify.annotations.NullMarked;
