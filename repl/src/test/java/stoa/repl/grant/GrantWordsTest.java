package stoa.repl.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrantWordsTest {
  private final GrantWords.Reader reader =
      new GrantWords.Reader("stoa grant", Path.of("/desk/here"), Path.of("/home/ann"));

  private static List<String> words(String line) {
    return List.of(line.split(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "read=texts,           read=/desk/here/texts",
    "read=../texts/.,      read=/desk/texts",
    "read=.,               read=/desk/here",
    "write=~/out,          write=/home/ann/out",
    "write=~,              write=/home/ann",
    "read=/data,           read=/data",
    "read=*,               read=*",
    "run=git,              run=git",
    "run=./tool,           run=/desk/here/tool",
    "net=example.org:443,  net=example.org:443",
    "net=[::1]:80,         net=[::1]:80",
    "net=*,                net=*",
    "list,                 list",
    "connect,              connect",
    "connect=chat,         connect=chat",
    "call=stats.mean,      call=stats.mean",
    "stoa=stoa.status,     stoa=status",
    "env=A=B,              env=A=B",
    "host=memory:1g,       host=memory:1g",
  })
  void aGrantIsTakenAsItIsMeantHere(String typed, String meant) {
    GrantWords words = reader.grants(List.of("words", typed));
    assertThat(words.module()).isEqualTo("words");
    assertThat(words.grants()).containsExactly(meant);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "words net=example.org             | names no port: write `net=example.org:443`",
        "words net=https://example.org/a   | write `net=example.org:443`",
        "words net=http://example.org:81/a | write `net=example.org:81`",
        "words net=http://example.org      | write `net=example.org:80`",
        "read=/x words                     | the module comes first: write `stoa grant words read=/x`",
        "read=/x                           | write `stoa grant NAME read=/x`",
        "words nett=a:1                    | Did you mean `net=a:1`?",
        "words reed=/x                     | Did you mean `read=/x`?",
        "words moon=/x                     | There are read, write, net, env, run,",
        "words list=                       | write `list=*`",
        "words read                        | write `read=DIR`",
        "words read=                       | write `read=DIR`",
        "words net                         | write `net=HOST:PORT`",
        "words example.org:443             | write `net=example.org:443`",
        "words /data                       | write `read=/data`",
        "words ~/data                      | write `read=~/data`",
        "Words read=/x                     | `Words` is no name of a module",
      })
  void aSlipIsAnsweredWithWhatWasMeant(String line, String help) {
    assertThatThrownBy(() -> reader.grants(words(line)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(help);
  }

  @Test
  void aKindAloneMeansAllOfItWhereSomethingIsTakenAway() {
    assertThat(reader.revoked(words("words net read=x call")).grants())
        .containsExactly("net", "read=/desk/here/x", "call");
  }
}
