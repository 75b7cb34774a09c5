/// Processes that come by themselves: [Reception] is the socket that they find, [Session] one of
/// them, a client or a module that registered itself.
@NullMarked
package stoa.session;

import org.jspecify.annotations.NullMarked;
