/// One host per home: [stoa.daemon.RunFolder] is where it is met, [stoa.daemon.HostLock] makes it
/// the only one, [stoa.daemon.HostFinder] finds or starts it. [stoa.daemon.LogFile] keeps what its
/// modules write.
@NullMarked
package stoa.daemon;

import org.jspecify.annotations.NullMarked;
