package stoa.repl.files;

import java.nio.file.Path;
import java.util.Set;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Target;

/// The way of a script of the user to all modules, where calls for files are answered on the spot:
/// by the process of the script, with the rights of its user. All other calls go on unchanged.
///
/// @param folder what relative paths begin at
public record FileCalls(Invoker modules, Path folder) implements Invoker {
  private static final Target STOA = new Target.Module("stoa");
  private static final Set<String> METHODS = Set.of("lines", "csv", "json", "write");

  @Override
  public Flow open(Invocation invocation, Flow caller) {
    if (!invocation.target().equals(STOA) || !METHODS.contains(invocation.method())) {
      return modules.open(invocation, caller);
    }
    FileCall call = new FileCall(invocation, caller, folder);
    call.start();
    return call;
  }
}
