/// The composition root: [Host] wires router, engines and processes together. Start reading here.
@NullMarked
package stoa.host;

import org.jspecify.annotations.NullMarked;
