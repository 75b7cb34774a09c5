package stoa.repl;

import java.io.PrintWriter;
import java.util.function.IntSupplier;
import stoa.call.Failure;
import stoa.repl.view.FailureText;
import stoa.repl.view.ModuleText;
import stoa.repl.view.Paint;
import stoa.repl.view.ValueText;

/// Where the shell writes.
///
/// @param results for values
/// @param remarks for everything else; on a terminal the same
/// @param columns the width of the terminal now
/// @param interactive a person reads it: results are cut, nothing is said twice
public record Screen(
    PrintWriter results,
    PrintWriter remarks,
    Paint paint,
    IntSupplier columns,
    boolean interactive) {

  void result(String text) {
    results.println(text);
    results.flush();
  }

  void remark(String text) {
    remarks.println(text);
    remarks.flush();
  }

  void failure(Failure failure) {
    remark(new FailureText(paint).of(failure));
  }

  /// What was typed makes no sense.
  void mistake(String message) {
    String end = message.endsWith("?") || message.endsWith(".") ? "" : ".";
    remark(paint.error("error:") + " " + message + end);
  }

  ValueText values() {
    return new ValueText(paint, columns.getAsInt());
  }

  ModuleText modules() {
    return new ModuleText(paint, columns.getAsInt());
  }
}
