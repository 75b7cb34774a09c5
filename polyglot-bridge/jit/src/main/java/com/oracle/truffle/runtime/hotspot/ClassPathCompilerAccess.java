package com.oracle.truffle.runtime.hotspot;

import com.oracle.truffle.api.TruffleRuntime;
import com.oracle.truffle.api.TruffleRuntimeAccess;
import com.oracle.truffle.api.impl.DefaultTruffleRuntime;
import com.oracle.truffle.compiler.TruffleCompilationSupport;
import com.oracle.truffle.runtime.ModulesSupport;
import jdk.vm.ci.services.Services;

/// Takes GraalVM's compiler from the class path. Truffle's own access looks for the module
/// `jdk.graal.compiler`, which a stock JDK has only if it is started with `--upgrade-module-path`,
/// and then it refuses an ahead-of-time cache. This one comes first by its priority, and lives in
/// Truffle's package because what it needs is visible there only. Made for one version:
/// [stoa.jit.CompilerPatch].
public final class ClassPathCompilerAccess implements TruffleRuntimeAccess {
  private static final String SUPPORT =
      "jdk.graal.compiler.truffle.hotspot.HotSpotTruffleCompilationSupport";

  /// Truffle's own have 0.
  private static final int PRIORITY = 10;

  @Override
  public int getPriority() {
    return PRIORITY;
  }

  /// Without the compiler, or in a JVM that lets nobody compile: guests are interpreted.
  @Override
  public TruffleRuntime getRuntime() {
    Class<?> support;
    try {
      support = Class.forName(SUPPORT, true, ClassPathCompilerAccess.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      return HotSpotTruffleRuntimeAccess.createRuntime();
    }
    String refusal = ModulesSupport.exportJVMCI(ClassPathCompilerAccess.class);
    if (refusal != null) {
      return new DefaultTruffleRuntime(refusal);
    }
    try {
      Services.initializeJVMCI();
    } catch (Error e) {
      if (e.getClass() != Error.class) { // JVMCI says with a bare one that it is switched off
        throw e;
      }
      return new DefaultTruffleRuntime(String.valueOf(e.getMessage()));
    }
    Module unnamed = ClassPathCompilerAccess.class.getModule();
    ModulesSupport.addExports(Object.class.getModule(), "jdk.internal.misc", unnamed);
    try {
      return runtime(support);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the compiler on the class path has another shape", e);
    }
  }

  /// As Truffle's own access goes on when it has found the class.
  private static TruffleRuntime runtime(Class<?> supportClass) throws ReflectiveOperationException {
    TruffleCompilationSupport support =
        (TruffleCompilationSupport) supportClass.getConstructor().newInstance();
    Object mismatch = supportClass.getMethod("verifyJVMCIVersion").invoke(null);
    if (mismatch != null) {
      return new DefaultTruffleRuntime(mismatch.toString());
    }
    HotSpotThreadLocalHandshake.initializePendingOffset();
    HotSpotFastThreadLocal.ensureLoaded();
    HotSpotTruffleRuntime runtime = new HotSpotTruffleRuntime(support);
    ModulesSupport.getJavaLangSupport()
        .registerVirtualThreadMountHooks(
            _ -> {
              HotSpotFastThreadLocal.mount();
              HotSpotThreadLocalHandshake.setPendingFlagForVirtualThread();
            },
            _ -> HotSpotFastThreadLocal.unmount());
    support.registerRuntime(runtime);
    return runtime;
  }
}
