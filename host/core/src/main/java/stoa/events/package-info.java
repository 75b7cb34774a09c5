/// Publish and subscribe inside one host: [Topics] is who is subscribed to what, [Subscription] one
/// of them.
@NullMarked
package stoa.events;

import org.jspecify.annotations.NullMarked;
