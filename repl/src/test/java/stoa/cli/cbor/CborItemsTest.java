package stoa.cli.cbor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import stoa.value.MalformedValueException;
import stoa.value.Value;

class CborItemsTest {
  private static CborItems items(String hex) {
    return new CborItems(new ByteArrayInputStream(HexFormat.of().parseHex(hex)));
  }

  @Test
  void anItemThatIsNoValueIsToldAndTheNextIsRead() throws IOException {
    CborItems items = items("01" + "f7" + "a10102" + "c06161" + "02");
    assertThat(items.next()).contains(new CborItems.Good(new Value.Int(1)));
    for (String why : new String[] {"byte 2: undefined", "byte 4: a key", "item at byte 5: `a`"}) {
      assertThat(items.next().orElseThrow())
          .isInstanceOfSatisfying(
              CborItems.Bad.class, bad -> assertThat(bad.why()).hasMessageContaining(why));
    }
    assertThat(items.next()).contains(new CborItems.Good(new Value.Int(2)));
    assertThat(items.next()).isEmpty();
  }

  @Test
  void whatIsNoCborEndsTheSequence() throws IOException {
    CborItems items = items("0118");
    assertThat(items.next()).isPresent();
    assertThatThrownBy(items::next)
        .isInstanceOf(MalformedValueException.class)
        .hasMessage("not CBOR at byte 2: it ends in the middle of an item");
  }

  @Test
  void anItemWithoutAnEndDoesNotFillTheMemory() {
    InputStream zeros =
        new InputStream() {
          @Override
          public int read() {
            return 0;
          }
        };
    InputStream endless =
        new SequenceInputStream(new ByteArrayInputStream(new byte[] {(byte) 0x9f}), zeros);
    assertThatThrownBy(() -> new CborItems(endless).next())
        .isInstanceOf(MalformedValueException.class)
        .hasMessageContaining("longer than 33554432 bytes");
  }
}
