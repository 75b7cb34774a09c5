package stoa.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The kernel's Landlock alone: a process gives up what it does not need, for itself and all that
/// it starts. Perl makes the three system calls, whose numbers are the same on all machines.
///
/// That is less than [Level#LANDLOCK]: sockets of the user's are not files that are opened, so it
/// can talk to the host as if it were the user; and modes, owners and times of files are nothing
/// that Landlock knows.
record Landlock() implements Shape {
  /// Reads rules up to `--`, then runs the rest.
  ///
  /// Bits of `$own`: all access rights to files that the version knows (linux/landlock.h).
  private static final String PROGRAM =
      """
      my $version = syscall(444, 0, 0, 1);
      $version > 0 or die "stoa-init: no Landlock: $!\\n";
      my $files = $version >= 5 ? 0xffff : $version >= 3 ? 0x7fff : $version >= 2 ? 0x3fff : 0x1fff;
      my $offline = shift(@ARGV) eq 'offline';
      my $network = $version >= 4 && $offline ? 3 : 0;
      my $rules = syscall(444, pack('QQQ', $files, $network, $version >= 6 ? 3 : 0), 24, 0);
      $rules >= 0 or die "stoa-init: Landlock: $!\\n";
      my %rights = (r => 0xd, w => $files & ~0x840, d => $files & 0x800e);
      while ((my $use = shift @ARGV) ne '--') {
        my $path = shift @ARGV;
        sysopen(my $file, $path, 0x280000) or next;
        my $allowed = -d $file ? $rights{$use} : $rights{$use} & 0xc007;
        syscall(445, $rules, 1, pack('Ql', $allowed, fileno $file), 0) == 0
          or die "stoa-init: Landlock: $path: $!\\n";
      }
      syscall(446, $rules, 0) == 0 or die "stoa-init: Landlock: $!\\n";
      { no warnings; exec { $ARGV[0] } @ARGV }
      print STDERR "stoa-init: $ARGV[0]: $!\\n";
      exit 127;
      """;

  /// Which Landlock the kernel has: 0 if none.
  private static final Fact<Integer> VERSION = new Fact<>(Landlock::version);

  /// From this version on a file that may not be written cannot be cut either.
  private static final int KNOWS_TRUNCATE = 3;

  private static final int KNOWS_NETWORK = 4;

  private static final int KNOWS_SIGNALS = 6;

  @Override
  public Level level() {
    return Level.REDUCED;
  }

  @Override
  public String name() {
    return "reduced, with landlock";
  }

  @Override
  public Strength strength() {
    int version = VERSION.get();
    return new Strength(
        false,
        version >= KNOWS_SIGNALS,
        false,
        version >= KNOWS_TRUNCATE,
        version >= KNOWS_NETWORK);
  }

  @Override
  public String lacks() {
    return Programs.has("setpriv") ? lacksHere() : "there is no `setpriv`";
  }

  static String lacksHere() {
    if (!Programs.has("perl")) {
      return "there is no `perl`";
    }
    return VERSION.get() > 0 ? "" : "this kernel has no Landlock";
  }

  @Override
  public List<String> around(List<String> command, Confinement confinement) throws IOException {
    List<String> words = new ArrayList<>(Words.ownSession());
    words.addAll(Words.unprivileged());
    words.addAll(words(View.of(confinement), confinement, false));
    words.addAll(Words.limited(confinement.limits(), Guard.best().ownUsers()));
    words.addAll(command);
    return Guard.best().around(words);
  }

  /// @param ownRoot private folders are seen in their places
  static List<String> words(View view, Confinement confinement, boolean ownRoot) {
    List<String> words = new ArrayList<>(List.of(Programs.word("perl"), "-e", PROGRAM));
    words.add(confinement.network() ? "online" : "offline");
    for (View.Part part : view.parts()) {
      boolean elsewhere = !part.source().equals(part.target());
      if (ownRoot || !elsewhere) {
        rule(words, part.use(), part.target());
      }
    }
    view.links().forEach(link -> rule(words, View.Use.READ, link.path()));
    rule(words, View.Use.READ, View.PROCESSES);
    Stream.of("null", "zero", "full", "random", "urandom", "tty")
        .forEach(name -> rule(words, View.Use.DEVICE, View.DEVICES.resolve(name)));
    words.add("--");
    return words;
  }

  private static void rule(List<String> words, View.Use use, Path path) {
    words.add(
        switch (use) {
          case READ -> "r";
          case WRITE -> "w";
          case DEVICE -> "d";
        });
    words.add(path.toString());
  }

  private static int version() {
    Optional<String> said =
        Probe.output(List.of(Programs.word("perl"), "-e", "print 0 + syscall(444, 0, 0, 1)"));
    return said.filter(text -> text.matches("\\d+")).map(Integer::parseInt).orElse(0);
  }
}
