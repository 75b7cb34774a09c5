package stoa.router;

import java.util.Locale;
import stoa.call.Failure;
import stoa.module.Language;
import stoa.module.ModuleInfo;

/// How a module stands.
///
/// @param placement as text, `host` for what is part of the host, `visitor` for a process that
///   registered itself
/// @param instances copies that run now
/// @param note what is wrong with it, or empty
public record ModuleStatus(
    String name, State state, String placement, String language, int instances, String note) {

  /// Whether a module is in use.
  public enum State {
    LOADED,
    NOT_LOADED,
    BROKEN;

    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /// @param visits whether it is a process that registered itself
  static ModuleStatus resident(ModuleInfo info, boolean visits) {
    String placement = visits ? "visitor" : "host";
    return new ModuleStatus(info.name(), State.LOADED, placement, info.language(), 1, "");
  }

  /// @param abandoned how many instances could not be stopped
  static ModuleStatus loaded(Found found, ModuleInfo info, int instances, int abandoned) {
    String note =
        abandoned == 0 ? "" : abandoned + " of its instances could not be stopped and run on";
    return new ModuleStatus(
        found.name(), State.LOADED, found.placement().id(), info.language(), instances, note);
  }

  /// @param note why it is not loaded any more, or empty
  static ModuleStatus notLoaded(Found found, String note) {
    String language = found.language().map(Language::id).orElse("executable");
    return new ModuleStatus(
        found.name(), State.NOT_LOADED, found.placement().id(), language, 0, note);
  }

  static ModuleStatus broken(String name, Failure failure) {
    return new ModuleStatus(name, State.BROKEN, "", "", 0, failure.message());
  }
}
