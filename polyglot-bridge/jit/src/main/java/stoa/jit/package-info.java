/// Makes GraalVM's compiler fit for the class path, when Stoa is built.
@NullMarked
package stoa.jit;

import org.jspecify.annotations.NullMarked;
