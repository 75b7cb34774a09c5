package stoa.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stoa.call.FailureException;
import stoa.host.Host;
import stoa.host.HostBuilder;
import stoa.process.Sdk;
import stoa.router.Found;
import stoa.router.ModulesFolder;

/// Examines a machine and the modules of a folder. Modules are loaded by a host that lives for that
/// alone, so the answer is about the files as they are now, and nothing of it stays.
///
/// @param modules the folder
/// @param runtime where hosts and their clients meet
/// @param sdk with `javascript/` and `python/`
public record Doctor(Path modules, Path runtime, Optional<Path> sdk) {

  /// @param host how to start one; empty: no module is loaded
  public List<Finding> examine(Optional<HostBuilder> host) {
    List<Finding> findings = new ArrayList<>(new Machine(modules, runtime).examine());
    ModulesFolder folder = new ModulesFolder(modules);
    if (host.isEmpty()) {
      examine(folder, Optional.empty(), findings);
      return findings;
    }
    try (Host own = host.get().start()) {
      examine(folder, Optional.of(own), findings);
      findings.addAll(Compiler.examine(own.engines()));
    }
    return findings;
  }

  private void examine(ModulesFolder folder, Optional<Host> host, List<Finding> findings) {
    List<String> names = folder.names();
    if (names.isEmpty()) {
      findings.add(
          new Finding(
              "host",
              "modules",
              Finding.Grade.NOTE,
              "there are no modules in " + folder.folder(),
              "Put a file `greet.js` with `export const hello = (name) => ...` there."));
    }
    for (String name : names) {
      try {
        Found found = folder.find(name).orElseThrow();
        findings.addAll(new ModuleFiles(folder, new Sdk(sdk)).examine(found));
        host.map(own -> ModuleStart.examine(own, found)).ifPresent(findings::add);
      } catch (FailureException e) {
        findings.add(Finding.wrong(name, "file", e.failure()));
      }
    }
  }
}
