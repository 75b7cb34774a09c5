package stoa.module;

import java.util.Locale;

/// A language whose plain source files are modules.
public enum Language {
  JAVASCRIPT,
  PYTHON;

  /// `javascript`, `python`: as traces, manifests and [ModuleInfo] spell it.
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
