package stoa.repl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CompletionTest {
  private final Described router = new Described();
  private final Completion completion =
      new Completion(new Names(CompletableFuture.completedFuture(router)));

  private List<String> values(String text) {
    return completion.at(text).stream()
        .map(Offer::value)
        .filter(value -> value.startsWith(Completion.word(text)))
        .toList();
  }

  @Test
  void theFirstWordIsAModuleOrACommand() {
    assertThat(values("w")).containsExactly("words.", "wren.");
    assertThat(values("des")).containsExactly("describe");
    assertThat(values("")).contains("words.", "help", "exit");
  }

  @Test
  void behindADotAreTheMethodsWithTheirFirstParagraph() {
    assertThat(values("words.c")).containsExactly("words.count");
    assertThat(completion.at("words.")).extracting(Offer::description).contains("Counts words.");
  }

  @Test
  void behindAMethodAreTheNamesOfItsArgumentsThatAreNotGivenYet() {
    assertThat(values("words.count ")).containsExactly("text=", "least=");
    assertThat(values("words.count \"a b\" l")).containsExactly("least=");
    assertThat(values("words.count(text=\"a\", ")).containsExactly("least=");
    assertThat(values("time words.count te")).containsExactly("text=");
  }

  @Test
  void commandsOfferWhatTheyTake() {
    assertThat(values("reload w")).containsExactly("words", "wren");
    assertThat(values("describe words.l")).containsExactly("words.lines");
    assertThat(values("help des")).containsExactly("describe");
    assertThat(values("time w")).containsExactly("words.", "wren.");
    assertThat(values("ls ")).isEmpty();
  }

  @Test
  void aModuleThatDoesNotExistIsNotAskedFor() {
    assertThat(values("nothing.")).isEmpty();
    assertThat(router.asked).doesNotContain("stoa.describe");
  }

  @Test
  void whileTheHostStartsThereAreCommandsAndNoWait() {
    Completion early = new Completion(new Names(new CompletableFuture<>()));
    assertThat(early.at("hel")).extracting(Offer::value).contains("help");
  }
}
