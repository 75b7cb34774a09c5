/// The blocking façade: calls as Java methods, streams as Java streams, failures as exceptions.
@NullMarked
package stoa.client;

import org.jspecify.annotations.NullMarked;
