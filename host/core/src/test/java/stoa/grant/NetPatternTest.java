package stoa.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetPatternTest {
  @ParameterizedTest
  @CsvSource({
    "example.org:443, example.org:443",
    "Example.ORG:443, example.org:443",
    "example.org.:443, example.org:443",
    "example.org:443, EXAMPLE.org.:443",
    "example.org:*, example.org:8080",
    "*.example.org:443, a.example.org:443",
    "*.example.org:443, a.b.example.org:443",
    "*:443, example.org:443",
    "*:443, 10.0.0.1:443",
    "*, example.org:1",
    "*:*, example.org:1",
    "127.0.0.1:80, 127.0.0.1:80",
    "127.0.0.1:80, [::ffff:127.0.0.1]:80",
    "[::1]:80, [0:0:0:0:0:0:0:1]:80",
    "[2001:DB8:0:0:1::]:80, [2001:db8::1:0:0:0]:80",
    "my_host:80, my_host:80"
  })
  void itCoversWhatItNames(String grant, String wanted) {
    assertThat(NetPattern.of(grant).covers(wanted)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "example.org:443, example.org:80",
    "example.org:443, example.org.evil.com:443",
    "example.org:443, evilexample.org:443",
    "example.org:443, sub.example.org:443",
    "*.example.org:443, example.org:443",
    "*.example.org:443, evilexample.org:443",
    "*.example.org:443, .example.org:443",
    "*.example.org:443, *.example.org:443",
    "*.org:443, *:443",
    "*:443, *:443",
    "*, *",
    "*, example.org",
    "*, example.org:0",
    "*, example.org:*",
    "127.0.0.1:80, 127.1:80",
    "127.0.0.1:80, 2130706433:80",
    "127.0.0.1:80, 0x7f.0.0.1:80",
    "127.0.0.1:80, 0177.0.0.1:80",
    "*:80, 0x7f000001:80",
    "*:80, 127.1:80",
    "*:80, user@example.org:80",
    "*:80, 'exam ple.org:80'"
  })
  void itCoversNothingElse(String grant, String wanted) {
    assertThat(NetPattern.of(grant).covers(wanted)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":80",
        "example.org",
        "example.org:",
        "example.org:0",
        "example.org:65536",
        "example.org:http",
        "example.org:-1",
        "https://example.org",
        "https://example.org:443",
        "example.org/path:443",
        "::1:80",
        "[::1]",
        "[::1%eth0]:80",
        "[1.2.3.4]:80",
        "[::g]:80",
        "a*.example.org:443",
        "*.*:443",
        "*.0.0.1:80",
        "*.[::1]:80",
        "*.:80",
        "..:80",
        "-a.org:80",
        "127.1:80",
        "0x7f.1:80",
        "2130706433:80",
        "256.0.0.1:80",
        "1.2.3.4.5:80",
        "user@example.org:80",
        "example.org\r\n:80",
        "１２７.0.0.1:80",
        "exämple.org:80"
      })
  void whatIsNoneIsRefusedWithASentence(String text) {
    assertThatThrownBy(() -> NetPattern.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("`");
  }

  @Test
  void aForeignNameIsTakenInItsPlainForm() {
    assertThatThrownBy(() -> NetPattern.of("bücher.de:443"))
        .hasMessageContaining("write it as `xn--bcher-kva.de`");
    assertThat(NetPattern.of("xn--bcher-kva.de:443").covers("xn--bcher-kva.de:443")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "[0:0:0:0:0:0:0:0], [::]",
    "[1:0:0:0:0:0:0:0], [1::]",
    "[0:0:0:0:0:0:0:1], [::1]",
    "[1:0:0:2:0:0:0:3], [1:0:0:2::3]",
    "[1:0:2:3:4:5:6:7], [1:0:2:3:4:5:6:7]",
    "[1:2:3:4:5:6:7:8], [1:2:3:4:5:6:7:8]",
    "[10:0:0:10::], [10:0:0:10::]",
    "Example.ORG., example.org"
  })
  void aHostHasOneForm(String text, String form) {
    assertThat(NetPattern.host(text)).isEqualTo(form);
    assertThat(NetPattern.host(form)).isEqualTo(form);
  }

  @ParameterizedTest
  @CsvSource({
    "Example.org:443, example.org:443",
    "[0::1]:80, [::1]:80",
    "*.Example.org:*, *.example.org:*",
    "*, *",
    "*:*, *"
  })
  void itIsWrittenInOneWay(String text, String form) {
    assertThat(NetPattern.of(text).text()).isEqualTo(form);
  }

  @Test
  void onlyAWildcardNamesMany() {
    assertThat(NetPattern.of("example.org:*").namesOne()).isTrue();
    assertThat(NetPattern.of("[::1]:80").namesOne()).isTrue();
    assertThat(NetPattern.of("*.example.org:80").namesOne()).isFalse();
    assertThat(NetPattern.of("*:80").namesOne()).isFalse();
    assertThat(NetPattern.of("*").namesOne()).isFalse();
  }
}
