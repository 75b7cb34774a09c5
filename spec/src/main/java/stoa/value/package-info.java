/// The data that crosses a call: [stoa.value.Value], its encoding and its JSON mapping. No I/O.
@NullMarked
package stoa.value;

import org.jspecify.annotations.NullMarked;
