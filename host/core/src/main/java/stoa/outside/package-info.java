/// What the host does outside of itself for those who call: files, network, programs. Modules only
/// what was granted to them (ADR 14).
@NullMarked
package stoa.outside;

import org.jspecify.annotations.NullMarked;
