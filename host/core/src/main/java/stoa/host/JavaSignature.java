package stoa.host;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Invocation;
import stoa.call.Suggestion;
import stoa.module.MethodInfo;
import stoa.module.MethodInfo.Kind;
import stoa.module.MethodInfo.Parameter;
import stoa.value.Arguments;
import stoa.value.Value;

/// A Java method that says which parameters it has: arguments are fitted to them by the rules of
/// PROTOCOL.md, "Methods".
final class JavaSignature implements JavaMethod {
  private static final Pattern SIGNATURE = Pattern.compile("(\\w+)\\(([^()]*)\\)");
  private static final Pattern PARAMETER = Pattern.compile("(\\*?)(\\w+)(\\??)");

  private final MethodInfo info;
  private final JavaMethod code;

  /// @param signature `count(text, least?, *more)`
  JavaSignature(String signature, JavaMethod code) {
    Matcher whole = SIGNATURE.matcher(signature);
    if (!whole.matches()) {
      throw new IllegalArgumentException(
          "`" + signature + "` is no signature: write it as `count(text, least?, *more)`");
    }
    List<Parameter> parameters =
        Arrays.stream(whole.group(2).split(",", -1))
            .map(String::strip)
            .filter(word -> !word.isEmpty())
            .map(word -> parameter(word, signature))
            .toList();
    this.info = new MethodInfo(whole.group(1), "", parameters, "", false, false);
    this.code = code;
  }

  private static Parameter parameter(String word, String signature) {
    Matcher one = PARAMETER.matcher(word);
    if (!one.matches()) {
      throw new IllegalArgumentException(
          "`"
              + word
              + "` in `"
              + signature
              + "` is no parameter: write `name`, `name?` or `*name`");
    }
    boolean rest = !one.group(1).isEmpty();
    boolean optional = rest || !one.group(3).isEmpty();
    return new Parameter(one.group(2), "", "", optional, "", rest ? Kind.REST : Kind.EITHER);
  }

  @Override
  public @Nullable Object handle(Call call) throws Exception {
    return code.handle(call);
  }

  @Override
  public MethodInfo described(String name) {
    return new MethodInfo(name, "", info.parameters(), "", false, false);
  }

  @Override
  public Arguments bound(Invocation invocation) {
    Arguments given = invocation.argument().arguments();
    boolean streams = invocation.terms().shape().streams();
    List<Parameter> places = info.parameters().stream().filter(p -> !p.kind().variadic()).toList();
    boolean rest = places.size() < info.parameters().size();
    int count = given.positional().size() + (streams ? 1 : 0);
    if (count > places.size() && !rest) {
      throw refused("takes " + places.size() + " arguments, got " + count, "");
    }
    Set<String> filled = new HashSet<>();
    places.stream().limit(count).map(Parameter::name).forEach(filled::add);
    List<Value> positional = new ArrayList<>(given.positional());
    given
        .named()
        .forEach((name, value) -> {
          place(name, value, places, positional);
          if (!filled.add(name)) {
            throw refused("got `" + name + "` twice", "");
          }
        });
    for (Parameter parameter : places) {
      if (!parameter.optional() && !filled.contains(parameter.name())) {
        throw refused("needs `" + parameter.name() + "`", "");
      }
    }
    return new Arguments(positional, Map.of());
  }

  private void place(String name, Value value, List<Parameter> places, List<Value> positional) {
    List<String> names = places.stream().map(Parameter::name).toList();
    int place = names.indexOf(name);
    if (place < 0) {
      throw refused(
          "has no parameter `" + name + "`",
          Suggestion.of(name, names).map(close -> close + " ").orElse(""));
    }
    while (positional.size() <= place) {
      positional.add(Value.NULL);
    }
    if (positional.get(place).isNull()) {
      positional.set(place, value);
    }
  }

  private FailureException refused(String why, String advice) {
    return new FailureException(
        Failure.of(
            Code.BAD_ARGUMENT,
            "`" + info.name() + "` " + why + ".",
            advice + "It is called as `" + info.signature() + "`."));
  }
}
