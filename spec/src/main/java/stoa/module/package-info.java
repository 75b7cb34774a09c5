/// What a module is: what it says of itself, where its source stands, and the SPI by which an
/// engine loads it.
@NullMarked
package stoa.module;

import org.jspecify.annotations.NullMarked;
