package stoa.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stoa.call.FailureException;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.value.Arguments;
import stoa.value.Value;

class JavaSignatureTest {
  private static final JavaMethod METHOD = JavaMethod.of("f(a, b?, *more)", Object::toString);

  private static List<Value> bound(List<Value> positional, Map<String, Value> named) {
    Payload argument = Payload.of(new Arguments(positional, named));
    return METHOD.bound(Invocation.of("m", "f", argument)).positional();
  }

  @Test
  void namedArgumentsAreMovedToTheirPlace() {
    Value one = Value.of(1);
    Value two = Value.of(2);
    assertThat(bound(List.of(), Map.of("b", two, "a", one))).containsExactly(one, two);
    assertThat(bound(List.of(one), Map.of("b", two))).containsExactly(one, two);
    assertThat(bound(List.of(one, two, one), Map.of())).containsExactly(one, two, one);
  }

  @Test
  void whatDoesNotFitIsRefusedWithTheSignature() {
    assertThatThrownBy(() -> bound(List.of(), Map.of("b", Value.of(2))))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.failure().help()).contains("`f(a, b?, *more)`"))
        .hasMessageContaining("`f` needs `a`");
    assertThatThrownBy(() -> bound(List.of(Value.NULL), Map.of("a", Value.NULL)))
        .hasMessageContaining("got `a` twice");
    assertThatThrownBy(() -> bound(List.of(Value.NULL), Map.of("more", Value.NULL)))
        .hasMessageContaining("no parameter `more`");
  }

  @ParameterizedTest
  @ValueSource(strings = {"f", "f(a", "f(a b)", "f(a**)", "f(?a)"})
  void whatIsNoSignatureIsRefusedWhenItIsWritten(String signature) {
    assertThatThrownBy(() -> JavaMethod.of(signature, Object::toString))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("write");
  }
}
