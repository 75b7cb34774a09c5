package stoa.wire;

import stoa.module.MethodInfo;
import stoa.module.MethodInfo.Kind;
import stoa.module.ModuleInfo;

/// What a module says of itself, from and to `stoa.v1.ModuleInfo`.
final class ModuleInfoCodec {
  private ModuleInfoCodec() {}

  static stoa.v1.ModuleInfo encode(ModuleInfo info) {
    stoa.v1.ModuleInfo.Builder out =
        stoa.v1.ModuleInfo.newBuilder()
            .setName(info.name())
            .setVersion(info.version())
            .setDoc(info.doc())
            .putAllNeeds(info.needs())
            .setLanguage(info.language());
    info.methods().forEach(method -> out.addMethods(encode(method)));
    return out.build();
  }

  private static stoa.v1.MethodInfo encode(MethodInfo method) {
    stoa.v1.MethodInfo.Builder out =
        stoa.v1.MethodInfo.newBuilder()
            .setName(method.name())
            .setDoc(method.doc())
            .setReturns(method.returns())
            .setStreams(method.streams())
            .setIdempotent(method.idempotent())
            .setCached(method.cached());
    for (MethodInfo.Parameter p : method.parameters()) {
      out.addParameters(
          stoa.v1.Parameter.newBuilder()
              .setName(p.name())
              .setType(p.type())
              .setDoc(p.doc())
              .setOptional(p.optional())
              .setDefault(p.fallback())
              .setVariadic(p.kind().variadic())
              .setByName(p.kind() == Kind.NAMED_REST)
              .setKeywordOnly(p.kind() == Kind.NAMED)
              .setPositionalOnly(p.kind() == Kind.POSITIONAL));
    }
    return out.build();
  }

  static ModuleInfo decode(stoa.v1.ModuleInfo info) {
    return new ModuleInfo(
        info.getName(),
        info.getVersion(),
        info.getDoc(),
        info.getMethodsList().stream().map(ModuleInfoCodec::decode).toList(),
        info.getNeedsMap(),
        info.getLanguage());
  }

  private static MethodInfo decode(stoa.v1.MethodInfo method) {
    return new MethodInfo(
        method.getName(),
        method.getDoc(),
        method.getParametersList().stream().map(ModuleInfoCodec::decode).toList(),
        method.getReturns(),
        method.getStreams(),
        method.getIdempotent(),
        method.getCached());
  }

  private static MethodInfo.Parameter decode(stoa.v1.Parameter p) {
    return new MethodInfo.Parameter(
        p.getName(), p.getType(), p.getDoc(), p.getOptional(), p.getDefault(), kind(p));
  }

  private static Kind kind(stoa.v1.Parameter p) {
    if (p.getVariadic()) {
      return p.getByName() ? Kind.NAMED_REST : Kind.REST;
    }
    if (p.getKeywordOnly()) {
      return Kind.NAMED;
    }
    return p.getPositionalOnly() ? Kind.POSITIONAL : Kind.EITHER;
  }
}
