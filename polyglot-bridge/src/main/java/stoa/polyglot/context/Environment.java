package stoa.polyglot.context;

import java.util.stream.Collectors;
import stoa.module.Access;
import stoa.module.Grant;
import stoa.module.Surroundings;

/// The environment variables that a module may see. Told as texts, which any guest reads alike.
record Environment(String module, Surroundings surroundings) {
  /// Looks a variable up.
  ///
  /// @return `=` and its value; empty if it is not set; `!` and why it is not shown, in two lines
  String look(String name) {
    Access access = surroundings.access();
    Grant grant = new Grant(Grant.Kind.ENV, name);
    boolean seen = access.sees(name);
    surroundings.noted(new Access.Use(grant, seen));
    if (!seen) {
      var missing = grant.missingFor(module);
      return "!" + missing.message() + "\n" + missing.help();
    }
    String value = access.environment().get(name);
    return value == null ? "" : "=" + value;
  }

  /// All that are set: `NAME=value`, with a NUL between them.
  String all() {
    var all = surroundings.access().environment();
    all.keySet()
        .forEach(name -> surroundings.noted(new Access.Use(new Grant(Grant.Kind.ENV, name), true)));
    return all.entrySet().stream()
        .map(variable -> variable.getKey() + "=" + variable.getValue())
        .collect(Collectors.joining("\0"));
  }
}
