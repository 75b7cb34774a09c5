package stoa.repl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stoa.call.Invoker;

class HintsTest {
  private final AtomicInteger news = new AtomicInteger();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "wo                       |`rds.`",
        "w                        |``",
        "words.co                 |`unt text: string  least?: number = 1`",
        "words.count              |` text: string  least?: number = 1`",
        "words.count \"a b\"      |` least?: number = 1`",
        "words.count least=2      |` text: string`",
        "words.count \"a          |``",
        "words.count(             |``",
        "words.count a 1          |` `",
        "words.area               |` side  /  height  *  unit? = 'm'`",
        "words.area 1             |` height  *  unit? = 'm'`",
        "words.area 1 2           |` *  unit? = 'm'`",
        "words.area 1 2 unit=3    |` `",
        "nothing.x                |``",
        "time wo                  |`rds.`",
      })
  void theRestIsShownAsFarAsItIsCertain(String line, String hint) {
    Hints hints =
        new Hints(new Names(CompletableFuture.completedFuture(new Described())), () -> {});
    var _ = hints.after("words.count");
    assertThat(hints.after(line)).isEqualTo(hint);
  }

  @Test
  void whatIsNotKnownYetIsAskedForAndToldLater() {
    CompletableFuture<Invoker> router = new CompletableFuture<>();
    Hints hints = new Hints(new Names(router), news::incrementAndGet);
    assertThat(hints.after("wo")).isEmpty();
    assertThat(news).hasValue(0);
    router.complete(new Described());
    assertThat(news).hasPositiveValue();
    assertThat(hints.after("wo")).isEqualTo("rds.");
  }
}
