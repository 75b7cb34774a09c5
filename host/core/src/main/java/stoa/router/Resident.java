package stoa.router;

import stoa.module.ModuleInfo;

/// A module that is not loaded from the folder.
sealed interface Resident permits Router.Registered, Router.Visiting {
  ModuleInfo info();

  /// What a person is told who wants its name.
  String whose();
}
