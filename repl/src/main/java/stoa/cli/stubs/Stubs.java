package stoa.cli.stubs;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import stoa.module.ModuleInfo;

/// A language that typed client code can be written in.
public enum Stubs {
  TS {
    @Override
    public String of(ModuleInfo module) {
      return new TypeScriptStubs(module).text();
    }
  },
  PY {
    @Override
    public String of(ModuleInfo module) {
      return new PythonStubs(module).text();
    }
  },
  JAVA {
    @Override
    public String of(ModuleInfo module) {
      return new JavaStubs(module).text();
    }
  };

  /// A source file with the methods of a module. Whatever the module says, it compiles.
  public abstract String of(ModuleInfo module);

  /// `ts`
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Stubs> named(String id) {
    return Arrays.stream(values()).filter(language -> language.id().equals(id)).findFirst();
  }
}
