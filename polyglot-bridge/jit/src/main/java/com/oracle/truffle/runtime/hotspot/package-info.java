/// What has to be in Truffle's own package to take GraalVM's compiler from the class path.
@NullMarked
package com.oracle.truffle.runtime.hotspot;

import org.jspecify.annotations.NullMarked;
