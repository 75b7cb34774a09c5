package stoa.client;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A Java interface whose methods are the methods of a module, by name. A result of type [Stream]
/// takes a stream, a [CompletionStage] does not wait. The rest of a method of variable arity is
/// given one by one.
public final class Bound implements InvocationHandler {
  private static final @Nullable Object[] NONE = {};

  private final ModuleClient client;
  private final String name;

  private Bound(ModuleClient client, String name) {
    this.client = client;
    this.name = name;
  }

  public static <T> T to(ModuleClient client, Class<T> type) {
    if (!type.isInterface()) {
      throw new IllegalArgumentException("`" + type.getName() + "` is no interface");
    }
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(), new Class<?>[] {type}, new Bound(client, type.getSimpleName()));
    return type.cast(proxy);
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] given)
      throws Throwable {
    @Nullable Object[] arguments = given == null ? NONE : given;
    if (method.getDeclaringClass() == Object.class) {
      return ofObject(proxy, method, arguments);
    }
    if (method.isDefault()) {
      return ofInterface(proxy, method, arguments);
    }
    return call(method, method.isVarArgs() ? spread(arguments) : arguments);
  }

  private @Nullable Object call(Method method, @Nullable Object[] arguments) {
    Class<?> result = method.getReturnType();
    if (Stream.class.isAssignableFrom(result)) {
      Type item = parameter(method);
      return client.stream(method.getName(), arguments).map(v -> JavaTypes.convert(v, item));
    }
    if (result.isAssignableFrom(CompletableFuture.class) && result != Object.class) {
      Type value = parameter(method);
      return client
          .callAsync(method.getName(), arguments)
          .thenApply(v -> JavaTypes.convert(v, value));
    }
    return JavaTypes.convert(
        client.call(method.getName(), arguments), method.getGenericReturnType());
  }

  /// The last argument is an array of all further ones.
  private static @Nullable Object[] spread(@Nullable Object[] given) {
    int fixed = given.length - 1;
    @Nullable Object rest = given[fixed];
    if (rest == null) {
      return given;
    }
    int more = Array.getLength(rest);
    @Nullable Object[] all = Arrays.copyOf(given, fixed + more);
    for (int i = 0; i < more; i++) {
      all[fixed + i] = Array.get(rest, i);
    }
    return all;
  }

  /// The interface need not be public, so [InvocationHandler#invokeDefault] would not do.
  private static @Nullable Object ofInterface(
      Object proxy, Method method, @Nullable Object[] arguments) throws Throwable {
    Class<?> declaring = method.getDeclaringClass();
    return MethodHandles.privateLookupIn(declaring, MethodHandles.lookup())
        .unreflectSpecial(method, declaring)
        .bindTo(proxy)
        .invokeWithArguments(arguments);
  }

  private static Type parameter(Method method) {
    return method.getGenericReturnType() instanceof ParameterizedType generic
        ? generic.getActualTypeArguments()[0]
        : Object.class;
  }

  @SuppressWarnings("ReferenceEquality") // a proxy equals itself only
  private Object ofObject(Object proxy, Method method, @Nullable Object[] arguments) {
    return switch (method.getName()) {
      case "equals" -> proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      default -> name + " bound to a module";
    };
  }
}
