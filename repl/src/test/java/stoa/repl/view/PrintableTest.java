package stoa.repl.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void controlCharactersAreShownAndMoveNothing() {
    assertThat(Printable.of("a\u001b[2Jb\tc\n")).isEqualTo("a␛[2Jb\tc\n");
  }

  @Test
  void aLineOfAModuleCannotLookLikeOneOfAnother() {
    assertThat(Printable.behindName("one\n[other] two")).isEqualTo("one\n    [other] two");
  }
}
