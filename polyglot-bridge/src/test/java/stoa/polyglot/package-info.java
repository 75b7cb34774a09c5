@NullMarked
package stoa.polyglot;

import org.jspecify.annotations.NullMarked;
