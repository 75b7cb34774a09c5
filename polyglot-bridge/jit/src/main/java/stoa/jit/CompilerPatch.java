package stoa.jit;

import static java.lang.constant.ConstantDescs.CD_Class;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/// A step of the build: writes the three classes of GraalVM's compiler that count on being in a
/// named module, each with one call replaced, so that they work from the class path.
///
///     java stoa.jit.CompilerPatch compiler.jar FOLDER
///
/// Stops the build if the compiler has another shape than this was made for.
public final class CompilerPatch {
  private static final ClassDesc HELPER =
      ClassDesc.of("com.oracle.truffle.runtime.hotspot.ClassPathServices");

  /// @param in the class
  /// @param call the one call in it, as [#text] writes it
  /// @param instead writes what takes its place
  private record Change(String in, String call, Consumer<CodeBuilder> instead) {
    private static String text(InvokeInstruction call) {
      return call.owner().asInternalName()
          + "."
          + call.name().stringValue()
          + call.typeSymbol().displayDescriptor();
    }

    byte[] applied(byte[] original) throws IOException {
      AtomicInteger found = new AtomicInteger();
      CodeTransform replacing =
          (code, element) -> {
            if (element instanceof InvokeInstruction invoke && text(invoke).equals(call)) {
              found.incrementAndGet();
              instead.accept(code);
            } else {
              code.with(element);
            }
          };
      ClassFile classes = ClassFile.of();
      byte[] changed =
          classes.transformClass(
              classes.parse(original), ClassTransform.transformingMethodBodies(replacing));
      if (found.get() != 1) {
        throw new IOException(
            "%s has %d calls of %s, and 1 is expected: is the compiler of another version?"
                .formatted(in, found.get(), call));
      }
      return changed;
    }
  }

  private static final List<Change> CHANGES =
      List.of(
          new Change(
              "jdk/graal/compiler/serviceprovider/GraalServices",
              "java/util/ServiceLoader.load(ModuleLayer,Class)ServiceLoader",
              code -> code.invokestatic(HELPER, "load", load())),
          // In the unnamed module means to it: while libgraal is being built.
          new Change(
              "jdk/graal/compiler/core/common/LibGraalSupport$Init",
              "java/lang/Module.isNamed()boolean",
              code -> code.pop().iconst_1()),
          new Change(
              "jdk/graal/compiler/hotspot/meta/HotSpotInvocationPlugins",
              "jdk/vm/ci/hotspot/HotSpotJVMCIRuntime.getIntrinsificationTrustPredicate(Class[])Predicate",
              code -> code.invokestatic(HELPER, "trust", trust())));

  private CompilerPatch() {}

  private static MethodTypeDesc load() {
    return MethodTypeDesc.of(
        ClassDesc.of("java.util.ServiceLoader"), ClassDesc.of("java.lang.ModuleLayer"), CD_Class);
  }

  private static MethodTypeDesc trust() {
    return MethodTypeDesc.of(
        ClassDesc.of("java.util.function.Predicate"),
        ClassDesc.of("jdk.vm.ci.hotspot.HotSpotJVMCIRuntime"),
        CD_Class.arrayType());
  }

  public static void main(String[] arguments) throws IOException {
    Path out = Path.of(arguments[1]);
    try (JarFile compiler = new JarFile(arguments[0])) {
      for (Change change : CHANGES) {
        String name = change.in() + ".class";
        ZipEntry entry = compiler.getEntry(name);
        if (entry == null) {
          throw new IOException(arguments[0] + " has no " + name);
        }
        Path target = out.resolve(name);
        Files.createDirectories(target.resolveSibling(""));
        try (InputStream in = compiler.getInputStream(entry)) {
          Files.write(target, change.applied(in.readAllBytes()));
        }
      }
    }
  }
}
