package stoa.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import stoa.architecture.SourceTree.Source;

/// Habits that a compiler does not hold. Each failure names file and line.
class HygieneTest {
  private static final int MOST_LINES = 400;
  private static final Set<String> MAY_EXIT = Set.of("stoa/cli/Main.java");

  private static final Pattern EMPTY_NAME =
      Pattern.compile("Abstract\\p{Lu}\\w*|\\w*(?:Util|Utils|Helper|Manager|Impl|Base|Common)");
  private static final Pattern EXIT = Pattern.compile("\\bSystem\\s*\\.\\s*exit\\b");
  private static final Pattern SLEEP = Pattern.compile("\\bThread\\s*\\.\\s*sleep\\b");
  // A reason is what stands after a colon or in brackets, and it has more than one word.
  private static final Pattern PROMISE_WITHOUT_REASON =
      Pattern.compile("\\b(?:TO" + "DO|FIX" + "ME)\\b(?!\\s*[:(]\\s*\\S+\\s+\\S+)");

  private static SourceTree tree;

  @BeforeAll
  static void readTheSources() throws IOException {
    tree = SourceTree.ofThisBuild();
  }

  @Test
  void eachPackageSaysThatNullIsNotExpected() {
    Set<Object> marked =
        tree.filesThat(file -> file.isMainJava() && file.endsWith("/package-info.java")).stream()
            .filter(file -> file.code().contains("@NullMarked"))
            .map(Source::folder)
            .collect(Collectors.toSet());
    assertThat(
            tree.filesThat(Source::isMainJava).stream()
                .map(Source::folder)
                .filter(folder -> !marked.contains(folder))
                .distinct())
        .as("packages without a package-info.java that has @NullMarked")
        .isEmpty();
  }

  @Test
  void noFileIsLongerThanAReaderKeepsInMind() {
    assertThat(
            tree.filesThat(file -> file.isUnder("src/main") || file.isUnder("sdk")).stream()
                .filter(file -> file.text().lines().count() > MOST_LINES)
                .map(file -> file.path() + ": " + file.text().lines().count() + " lines"))
        .as("main files of more than %d lines: find the second idea in them", MOST_LINES)
        .isEmpty();
  }

  @Test
  void eachTypeIsNamedAfterAConcept() {
    assertThat(
            tree.filesThat(Source::isJava).stream()
                .flatMap(file ->
                    JavaText.TYPE
                        .matcher(file.code())
                        .results()
                        .map(match -> match.group(1))
                        .filter(name -> EMPTY_NAME.matcher(name).matches())
                        .map(name -> file.path() + ": " + name)))
        .as("type names that say nothing: name the concept or the difference")
        .isEmpty();
  }

  @Test
  void onlyTheCommandLineEndsTheProcess() {
    List<Source> files =
        tree.filesThat(file -> file.isMainJava() && MAY_EXIT.stream().noneMatch(file::endsWith));
    assertThat(found(files, Source::code, EXIT))
        .as("System.exit outside %s: throw, and let the main class decide", MAY_EXIT)
        .isEmpty();
  }

  @Test
  void noTestWaitsBySleeping() {
    assertThat(found(tree.filesThat(Source::isTestJava), Source::code, SLEEP))
        .as("sleeping tests: wait for the event (a latch, a future, Awaitility)")
        .isEmpty();
  }

  @Test
  void eachPromiseSaysWhatItWaitsFor() {
    assertThat(found(tree.files(), Source::text, PROMISE_WITHOUT_REASON))
        .as("promises without a reason: write what has to happen first, after a colon")
        .isEmpty();
  }

  private static Stream<String> found(
      List<Source> files, Function<Source, String> part, Pattern pattern) {
    return files.stream()
        .flatMap(file -> {
          String text = part.apply(file);
          return pattern
              .matcher(text)
              .results()
              .map(match -> file.path() + ":" + line(text, match.start()));
        });
  }

  private static long line(String text, int position) {
    return text.substring(0, position).chars().filter(c -> c == '\n').count() + 1;
  }
}
