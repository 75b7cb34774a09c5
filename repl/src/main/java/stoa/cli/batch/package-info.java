/// One call for each item of a file: [Batch] is the entry.
@NullMarked
package stoa.cli.batch;

import org.jspecify.annotations.NullMarked;
