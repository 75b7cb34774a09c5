package stoa.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MeetingsTest {
  @Test
  void aPlaceGoesWithItsHolder() throws Exception {
    try (Meetings meetings = new Meetings()) {
      Path one = meetings.of("words#1");
      Path other = meetings.of("words#2");
      Files.createFile(one.resolve("left"));
      meetings.left("words#1");
      assertThat(one).doesNotExist();
      assertThat(other).isEqualTo(meetings.of("words#2")).isDirectory();
      assertThat(meetings.of("words#1")).isNotEqualTo(one);
    }
  }
}
