package stoa.host;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Signal;
import stoa.call.Suggestion;
import stoa.call.Target;
import stoa.module.MethodInfo;
import stoa.module.ModuleInfo;
import stoa.router.Router;

/// Java code as a module.
record JavaModule(String name, Map<String, JavaMethod> methods) implements Invoker {
  JavaModule {
    methods = Map.copyOf(methods);
  }

  Router.Registered registered() {
    return registered("", method -> described(method));
  }

  Router.Registered registered(String doc, Function<String, MethodInfo> schema) {
    List<MethodInfo> infos = new TreeMap<>(methods).keySet().stream().map(schema).toList();
    ModuleInfo info = new ModuleInfo(name, "", doc, infos, Map.of(), "java");
    return new Router.Registered(info, _ -> this);
  }

  private MethodInfo described(String method) {
    JavaMethod code = methods.get(method);
    if (code == null) {
      throw new IllegalArgumentException("no method `" + method + "`");
    }
    return code.described(method);
  }

  @Override
  public Flow open(Invocation invocation, Flow caller) {
    if (invocation.target() instanceof Target.Channel) {
      caller.send(new Signal.Failed(Target.noChannels(name)));
      return _ -> {};
    }
    JavaMethod method = methods.get(invocation.method());
    if (method == null) {
      caller.send(new Signal.Failed(noSuchMethod(invocation)));
      return _ -> {};
    }
    JavaCall call = new JavaCall(invocation, caller);
    call.start(method);
    return call;
  }

  private Failure noSuchMethod(Invocation invocation) {
    String has = "It has " + String.join(", ", new TreeMap<>(methods).keySet()) + ".";
    return Failure.of(
        Code.NO_SUCH_METHOD,
        "module `" + name + "` has no method `" + invocation.method() + "`.",
        Suggestion.of(invocation.method(), methods.keySet()).map(s -> s + " " + has).orElse(has));
  }
}
