package stoa.repl.files;

import java.nio.file.Path;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Target;
import stoa.outside.FileWork;
import stoa.outside.Handling;
import stoa.outside.UsersFiles;

/// The way of a script of the user to all modules, where calls for files are answered on the spot:
/// by the process of the script, with the rights of its user. All other calls go on unchanged.
///
/// @param folder what relative paths begin at
public record FileCalls(Invoker modules, Path folder) implements Invoker {
  private static final Target STOA = new Target.Module("stoa");

  @Override
  public Flow open(Invocation invocation, Flow caller) {
    return invocation.target().equals(STOA) && FileWork.METHODS.contains(invocation.method())
        ? Handling.start(invocation, caller, new FileWork(UsersFiles.in(folder)))
        : modules.open(invocation, caller);
  }
}
