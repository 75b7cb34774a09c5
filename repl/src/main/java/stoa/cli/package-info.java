/// The command line: [Main] is the entry, [Verb] lists what can be asked, one class answers each
/// verb.
@NullMarked
package stoa.cli;

import org.jspecify.annotations.NullMarked;
