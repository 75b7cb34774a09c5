/// What modules may do: the file in which the user says so, and the policy that everybody asks (ADR
/// 14).
@NullMarked
package stoa.grant;

import org.jspecify.annotations.NullMarked;
