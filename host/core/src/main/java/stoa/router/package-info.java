/// From a module's name to the instance that serves the call: [Router] is the entry, [ModuleSlot]
/// one name, [Call] one call.
@NullMarked
package stoa.router;

import org.jspecify.annotations.NullMarked;
