package stoa.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import stoa.call.FailureException;
import stoa.doctor.Finding.Grade;
import stoa.module.Placement;
import stoa.process.ChildCommand;
import stoa.process.Sdk;
import stoa.router.Found;
import stoa.router.Manifest;
import stoa.router.ModulesFolder;

/// What can be told of a module without running it.
record ModuleFiles(ModulesFolder folder, Sdk sdk) {
  List<Finding> examine(Found found) {
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.fine(found.name(), "file", found.main().toString()));
    found
        .folder()
        .filter(_ -> !found.manifest().equals(Manifest.NONE))
        .ifPresent(own -> findings.add(manifest(found, own)));
    if (found.placement() == Placement.NATIVE) {
      findings.add(interpreter(found));
    }
    new TreeMap<>(found.manifest().start().needs())
        .forEach((need, range) -> findings.add(need(found, need, range)));
    return findings;
  }

  private static Finding manifest(Found found, Path own) {
    String version = found.manifest().version();
    return Finding.fine(
        found.name(),
        "manifest",
        own.resolve("module.toml") + (version.isEmpty() ? "" : ", version " + version));
  }

  private Finding interpreter(Found found) {
    try {
      return Finding.fine(
          found.name(), "interpreter", ChildCommand.of(found, sdk).words().getFirst());
    } catch (FailureException e) {
      return Finding.wrong(found.name(), "interpreter", e.failure());
    }
  }

  /// That it is there; whether its version fits is known when it is loaded.
  private Finding need(Found found, String need, String range) {
    return isThere(need)
        ? Finding.fine(
            found.name(), "needs", "`%s` is there; it has to fit %s".formatted(need, range))
        : new Finding(
            found.name(),
            "needs",
            Grade.WRONG,
            "it needs `%s`, and there is no such module in %s".formatted(need, folder.folder()),
            "Put `%s` there, or take it out of the `[needs]` of `%s`."
                .formatted(need, found.name()));
  }

  private boolean isThere(String need) {
    try {
      return folder.find(need).isPresent();
    } catch (FailureException e) {
      return true; // broken: that is a finding of its own
    }
  }
}
