package com.oracle.truffle.runtime.hotspot;

import java.util.ServiceLoader;
import java.util.function.Predicate;
import jdk.vm.ci.hotspot.HotSpotJVMCIRuntime;
import jdk.vm.ci.meta.ResolvedJavaType;

/// What the compiler's classes call after [stoa.jit.CompilerPatch], instead of what works in a
/// named module only.
public final class ClassPathServices {
  private ClassPathServices() {}

  /// The unnamed module has no layer: services are looked for by class loader.
  public static <S> ServiceLoader<S> load(ModuleLayer layer, Class<S> service) {
    return layer == null
        ? ServiceLoader.load(service, ClassPathServices.class.getClassLoader())
        : ServiceLoader.load(layer, service);
  }

  /// The JVM trusts what the boot and the platform loader load to replace its own code; the
  /// compiler is on neither.
  public static Predicate<ResolvedJavaType> trust(HotSpotJVMCIRuntime runtime, Class<?>[] leaves) {
    Predicate<ResolvedJavaType> trusted = runtime.getIntrinsificationTrustPredicate(leaves);
    return type -> type.getName().startsWith("Ljdk/graal/compiler/") || trusted.test(type);
  }
}
