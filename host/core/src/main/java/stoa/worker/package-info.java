/// Placement `worker`: a JVM of its own for one instance. [WorkerCommand] starts it in the host,
/// [Worker] is what runs there: the engine that a host uses for contexts, behind a [Connection].
@NullMarked
package stoa.worker;

import org.jspecify.annotations.NullMarked;
