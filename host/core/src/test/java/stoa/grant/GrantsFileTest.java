package stoa.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stoa.grant.GrantsFile.Entry;
import stoa.module.Grant;
import stoa.module.Grant.Kind;

class GrantsFileTest {
  private static final Grant NET = new Grant(Kind.NET, "example.org:443");
  private static final Grant READ = new Grant(Kind.READ, "/data/a \"quoted\" \\ name");

  @TempDir Path folder;
  private Path path;
  private GrantsFile file;

  @BeforeEach
  void open() {
    path = folder.resolve("home/grants.toml");
    file = new GrantsFile(path);
  }

  private void write(String text) throws IOException {
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  @Test
  void whatIsGrantedIsReadAgain() throws IOException {
    file.change("words", entry -> entry.with(List.of(NET, READ)));
    file.change("stats", entry -> entry.with(List.of(new Grant(Kind.LIST, "*"))));
    file.change("words", entry -> entry.pinned(Optional.of("abc")));
    assertThat(file.read()).containsOnlyKeys("words", "stats");
    assertThat(file.read().get("words").grants().all()).containsExactly(READ, NET);
    assertThat(file.read().get("words").digest()).contains("abc");
    try (Stream<Path> files = Files.list(path.getParent())) {
      assertThat(files).containsExactly(path);
    }
  }

  @Test
  void aChangeLeavesTheLinesOfOthersAlone() throws IOException {
    write(
        """
        # mine
        [other]
        net = [
          "a.example:1",   # why
        ]

        [words] # the counter
        # it needs this
        read = ["/x"]
        [last]
        env = [ "A" ]
        """);
    file.change("words", entry -> entry.with(List.of(NET)));
    assertThat(Files.readString(path))
        .startsWith(
            """
            # mine
            [other]
            net = [
              "a.example:1",   # why
            ]
            """)
        .contains("# it needs this\nread = [\"/x\"]\nnet = [\"example.org:443\"]\n")
        .endsWith("[last]\nenv = [ \"A\" ]\n");
    assertThat(file.read()).containsOnlyKeys("other", "words", "last");
  }

  @Test
  void whatStandsAboveASectionStaysThere() throws IOException {
    write("[words]\nread = [\"/x\"]\n\n# the last one\n[last]\nenv = [\"A\"]\n# end\n");
    file.change("words", entry -> entry.with(List.of(NET)));
    file.change("last", entry -> entry.with(List.of(NET)));
    assertThat(Files.readString(path))
        .isEqualTo(
            """
            [words]
            read = ["/x"]
            net = ["example.org:443"]

            # the last one
            [last]
            net = ["example.org:443"]
            env = ["A"]

            # end
            """);
  }

  @Test
  void manyWhoChangeItAtTheSameTimeLoseNothing() throws Exception {
    try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Entry>> changes = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        String name = "m" + i;
        changes.add(
            all.submit(() -> new GrantsFile(path).change(name, entry -> entry.with(List.of(NET)))));
      }
      for (Future<Entry> change : changes) {
        change.get();
      }
    }
    assertThat(file.read()).hasSize(40);
  }

  @Test
  void aFileThatIsALinkStaysOne() throws IOException {
    Path real = Files.createFile(folder.resolve("elsewhere.toml"));
    Files.createDirectories(path.getParent());
    Files.createSymbolicLink(path, real);
    file.change("words", entry -> entry.with(List.of(NET)));
    assertThat(path).isSymbolicLink();
    assertThat(Files.readString(real)).contains("[words]");
  }

  @Test
  void aModuleOfWhichNothingIsSaidHasNoSection() throws IOException {
    file.change("words", entry -> entry.with(List.of(NET)));
    file.change("words", entry -> entry.without(Set.of(NET), false));
    assertThat(Files.readString(path)).doesNotContain("[words]");
    assertThat(file.read()).isEmpty();
  }

  @Test
  void sectionsAreFoundHoweverTheirNamesAreWritten() throws IOException {
    Files.createDirectories(path.getParent());
    Files.writeString(path, "['words'] # mine\nlist = ['*']\n\n  [ other ]\nlist = ['*']\n");
    file.change("words", entry -> entry.with(List.of(NET)));
    assertThat(file.read().get("words").grants().all()).contains(NET);
    assertThat(file.read().get("other").grants().all()).hasSize(1);
    file.change("other", entry -> entry.with(List.of(NET)));
    assertThat(file.read().get("other").grants().all()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"words = { list = ['*'] }\n", "words.list = ['*']\n"})
  void whatIsNoSectionIsLeftAlone(String text) throws IOException {
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
    assertThat(file.read().get("words").grants().all()).hasSize(1);
    assertThatThrownBy(() -> file.change("words", entry -> entry.with(List.of(NET))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("put `[words]` in a line");
    assertThat(path).hasContent(text);
  }

  @Test
  void whoMayCallNobodyIsRemembered() throws IOException {
    file.change("words", entry -> entry.without(Set.of(), true));
    assertThat(file.read().get("words").grants().of(Kind.CALL)).contains(List.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[words]\nnett = [\"a:1\"]",
        "[words]\nnet = \"a:1\"",
        "[words]\nnet = [1]",
        "[words]\nnet = [\"a\"]",
        "[words]\nread = [\"relative\"]",
        "[words]\nhost = [\"memory:all\"]",
        "net = [\"a:1\"]",
        "[words",
      })
  void aFileThatSaysSomethingElseIsRefusedAndLeftAlone(String text) throws IOException {
    write(text);
    assertThatThrownBy(file::read)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("grants.toml");
    assertThatThrownBy(() -> file.change("words", entry -> entry.with(List.of(NET))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Files.readString(path)).isEqualTo(text);
  }

  @Test
  void noFileSaysNothing() throws IOException {
    assertThat(file.read()).isEmpty();
    assertThat(Entry.NONE.grants().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "read=/data, /data/a/b, true",
    "read=/data, /database, false",
    "read=*, /etc/passwd, true",
    "env=AWS_*, AWS_KEY, true",
    "env=AWS_*, PATH, false",
    "env=PATH, PATHX, false",
    "call=words, words.count, true",
    "call=words.*, words.count, true",
    "call=words, wordsmith.count, false",
    "call=words.count, words.most, false",
    "call=words.count, words.count, true",
    "net=example.org:443, example.org:443, true",
    "net=example.org:443, example.org:80, false",
    "net=example.org:*, EXAMPLE.org:80, true",
    "net=*.example.org:443, a.example.org:443, true",
    "net=*.example.org:443, example.org:443, false",
    "net=*.example.org:443, evilexample.org:443, false",
    "run=git, git, true",
    "run=git, /usr/bin/git, false",
    "connect=chat, chat, true",
    "connect=*, chat, true",
    "stoa=status, stop, false",
  })
  void aGrantCoversWhatItSaysAndNoMore(String grant, String wanted, boolean covered) {
    Grant given = Requests.checked(Grant.of(grant));
    assertThat(Coverage.covers(given, wanted)).isEqualTo(covered);
  }

  @ParameterizedTest
  @CsvSource({
    "memory:512m, MEMORY, 536870912",
    "memory:2g, MEMORY, 2147483648",
    "time:500ms, TIME, 500",
    "time:1h, TIME, 3600000",
    "time:5m, TIME, 300000",
    "time:1h, TIME, 3600000",
  })
  void amountsHaveUnits(String text, Amount.Of of, long amount) {
    assertThat(Amount.of(text)).isEqualTo(new Amount(of, amount));
  }

  @ParameterizedTest
  @ValueSource(strings = {"net", "nett=a:1", "=a", "read=", "read= ", "env"})
  void aTextThatIsNoGrantIsExplained(String text) {
    assertThatThrownBy(() -> Grant.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(".*(there is no kind of grant|does not say what).*");
  }
}
