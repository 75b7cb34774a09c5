package stoa.repl.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Thrown;
import stoa.call.Thrown.Frame;

class FailureTextTest {
  private final FailureText text = new FailureText(Paint.NONE);

  @Test
  void anErrorIsShownAcrossAllModulesItCameThrough() {
    Thrown inner =
        new Thrown(
            "KeyError",
            "'wren'",
            List.of(new Frame("python", "find", "birds.py", 12)),
            Optional.empty(),
            "birds");
    Thrown middle =
        new Thrown(
            "TypeError",
            "no such bird",
            List.of(
                new Frame("javascript", "song", "songs.js", 3),
                new Frame("javascript", "", "songs.js", 9)),
            Optional.of(inner),
            "songs");
    Thrown outer =
        new Thrown(
            "Error",
            "the report broke",
            List.of(new Frame("javascript", "main", "report.js", 7)),
            Optional.of(middle),
            "report");

    assertThat(text.of(Failure.threw(outer)))
        .isEqualTo(
            """
            error: Error: the report broke
              at main (report.js:7) [report, javascript]
            caused by TypeError: no such bird
              at song (songs.js:3) [songs, javascript]
              at top level (songs.js:9) [songs, javascript]
            caused by KeyError: 'wren'
              at find (birds.py:12) [birds, python]
              code: THREW\
            """);
  }

  @Test
  void otherFailuresSayWhatToDoNext() {
    assertThat(text.of(Failure.of(Code.NO_SUCH_MODULE, "there is no `x`.", "Did you mean `y`?")))
        .isEqualTo(
            """
            error: there is no `x`.
              help: Did you mean `y`?
              code: NO_SUCH_MODULE\
            """);
  }

  @Test
  void aLossShowsWhatTheModuleWroteLast() {
    Failure lost =
        Failure.of(
            Code.LOST,
            Failure.Description.of("`m` ended during the call.", "It is started again.")
                .with(Map.of("log", "one\ntwo \u0007")));
    assertThat(text.of(lost))
        .isEqualTo(
            """
            error: `m` ended during the call.
              it wrote last:
                one
                two ␇
              help: It is started again.
              code: LOST\
            """);
  }

  @Test
  void whatAModuleSaysCannotDriveTheTerminal() {
    assertThat(text.of(Failure.of(Code.DENIED, "red \u001b[31m bell \u0007", "")))
        .contains("red ␛[31m bell ␇");
  }
}
