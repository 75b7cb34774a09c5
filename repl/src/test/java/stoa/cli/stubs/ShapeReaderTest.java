package stoa.cli.stubs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeReaderTest {
  private static String text(Shape shape) {
    return switch (shape) {
      case Shape.ListOf(Shape item) -> "[" + text(item) + "]";
      case Shape.MapOf(Shape entry) -> "{" + text(entry) + "}";
      case Shape.StreamOf(Shape item) -> "stream " + text(item);
      case Shape.OneOf(List<Shape> shapes) ->
          shapes.stream().map(ShapeReaderTest::text).collect(Collectors.joining("/"));
      case Shape.Plain plain -> plain.name().toLowerCase(java.util.Locale.ROOT);
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "string; text",
        "String; text",
        "str; text",
        "int; int",
        "number; number",
        "float; number",
        "boolean; bool",
        "void; nothing",
        "object; {anything}",
        "any; anything",
        "*; anything",
        "Uint8Array; bytes",
        "byte[]; bytes",
        "byte[][]; [bytes]",
        "datetime.datetime; instant",
        "string[]; [text]",
        "(string|number)[][]; [[text/number]]",
        "Array<string>; [text]",
        "Array.<string>; [text]",
        "list[str]; [text]",
        "List[Dict[str, int]]; [{int}]",
        "typing.Sequence[float]; [number]",
        "Record<string, number[]>; {[number]}",
        "Map<String, Long>; {int}",
        "dict; {anything}",
        "tuple[int, str]; [int/text]",
        "tuple[int, ...]; [int]",
        "[number, string]; [number/text]",
        "[]; [anything]",
        "str | None; text/nothing",
        "Optional[str]; text/nothing",
        "?string; text/nothing",
        "string?; text/nothing",
        "!string; text",
        "string=; text",
        "...string; text",
        "Union[int, float, str]; number/text",
        "int | int; int",
        "'a' | \"b\"; text",
        "Literal['a', 2, 2.5]; text/number",
        "-1 | 0 | 1; int",
        "{a: number, b?: {c: string}}; {anything}",
        "Promise<string>; text",
        "Awaitable[int]; int",
        "Coroutine[Any, Any, int]; int",
        "Iterator[int]; stream int",
        "AsyncGenerator<number, void, unknown>; stream number",
        "collections.abc.AsyncIterator[dict[str, int]]; stream {int}",
        "string | Whatever; anything",
        "Whatever; anything",
        "Callable[[int], str]; anything",
        "Callable[..., str]; anything",
        "(a: number) => string; anything",
        "function(string): void; anything",
        "keyof T; anything",
        "list[; anything",
        "list[str; anything",
        "{; anything",
        "a b; anything",
        "); anything",
        "|; anything",
      })
  void aTypeIsReadAsItsAuthorMeansIt(String type, String shape) {
    assertThat(text(ShapeReader.read(type, false))).isEqualTo(shape);
  }

  @Test
  void inPythonAnObjectIsAnything() {
    assertThat(text(ShapeReader.read("object", true))).isEqualTo("anything");
    assertThat(text(ShapeReader.read("list[object]", true))).isEqualTo("[anything]");
  }

  @Test
  void nothingAtAllIsAnything() {
    assertThat(text(ShapeReader.read("", false))).isEqualTo("anything");
    assertThat(text(ShapeReader.read(" ", false))).isEqualTo("anything");
  }

  @Test
  void aTypeThatIsAnAttackIsAnything() {
    assertThat(text(ShapeReader.read("[".repeat(400), false))).isEqualTo("anything");
    assertThat(text(ShapeReader.read("(".repeat(1_000_000), false))).isEqualTo("anything");
    assertThat(text(ShapeReader.read("list[".repeat(70) + "]".repeat(50), false)))
        .isEqualTo("anything");
  }
}
