package stoa.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import stoa.daemon.Processes;
import stoa.files.HostsFolder;

/// Scripts that try to get out of each shape of the sandbox that works here. What a shape does not
/// promise is not tried.
@ParameterizedClass(name = "{0}")
@MethodSource("shapes")
class SandboxTest {
  private final Shape shape;

  @TempDir Path folder;
  private Cell cell;

  SandboxTest(Shape shape) {
    this.shape = shape;
  }

  static List<Shape> shapes() {
    return Sandbox.shapes().stream().filter(shape -> Sandbox.problem(shape).isEmpty()).toList();
  }

  @BeforeEach
  void build() throws IOException {
    cell = new Cell(shape, folder.toRealPath());
  }

  private String says(String script) throws IOException, InterruptedException {
    Cell.Outcome outcome = cell.run(script);
    assertThat(outcome.ok()).as(outcome.text()).isTrue();
    return outcome.text();
  }

  private void isRefused(String script) throws IOException, InterruptedException {
    Cell.Outcome outcome = cell.run(script);
    assertThat(outcome.ok()).as("`%s` said: %s", script, outcome.text()).isFalse();
    assertThat(outcome.text()).doesNotContain("a secret", "root:x:");
  }

  // ---- what works everywhere ----

  @Test
  void itsOwnFilesCanBeReadAndItsDataWritten() throws Exception {
    String said =
        says(
            """
            cat $OWN/mine && echo one > $DATA/file && mv $DATA/file $DATA/other && cat $DATA/other &&
            mkdir $DATA/folder && mv $DATA/other $DATA/folder/ && rm -r $DATA/folder && pwd &&
            echo two > $TMPDIR/x && cat $TMPDIR/x && echo nothing > /dev/null && head -c 4 /dev/urandom | wc -c
            """);
    assertThat(said.lines()).containsExactly("my ownone", cell.data().toString(), "two", "4");
  }

  @Test
  void programsMayStartOthersThere() throws Exception {
    assertThat(says("for i in 1 2 3; do (perl -e 'print \"x\\n\"' | cat) & done; wait").lines())
        .hasSize(3);
  }

  @Test
  void itsEndIsThatOfTheProgram() throws Exception {
    assertThat(cell.run("exit 7").exit()).isEqualTo(7);
    assertThat(cell.run("kill -9 $$").exit()).isEqualTo(137);
    assertThat(cell.run("kill -TERM $$").exit()).isEqualTo(143);
  }

  @Test
  void whatIsWrittenToItArrives() throws Exception {
    try (Nest nest = Nest.make()) {
      Process process = cell.start("read line; echo got $line", nest);
      process.outputWriter().append("hello\n").close();
      assertThat(process.inputReader().readAllAsString()).isEqualTo("got hello\n");
      process.waitFor();
    }
  }

  @Test
  void pathsWithBlanksAreNoTrouble() throws Exception {
    Path odd = Files.createDirectories(folder.toRealPath().resolve("a b\tc\\d 'e\""));
    Files.writeString(odd.resolve("x y"), "odd");
    cell.writable(odd).with("ODD", odd);
    assertThat(says("cat \"$ODD/x y\"; echo more > \"$ODD/z\"")).isEqualTo("odd");
    assertThat(odd.resolve("z")).exists();
  }

  @Test
  void ofTheEnvironmentIsThereWhatProgramsNeedAndWhatWasGranted() throws Exception {
    Set<String> names =
        says("env -0 | tr '\\0\\n' '\\n ' | grep -o '^[A-Za-z_]*='")
            .lines()
            .filter(line -> !line.startsWith("LC_"))
            .collect(Collectors.toSet());
    names.removeAll(Set.of("LANG=", "TZ=", "STOA_TEST_RUN=", "PWD=", "SHLVL=", "_=", "OLDPWD="));
    assertThat(names).containsOnly("PATH=", "HOME=", "TMPDIR=", "OWN=", "DATA=", "SECRET=", "OUT=");
    assertThat(says("echo $HOME")).isEqualTo(cell.data().toString());
  }

  @Test
  void noProcessOfItsSeesTheEnvironmentOfTheHost() throws Exception {
    String marked = System.getenv("HOME");
    assumeThat(marked).as("the host has a HOME").isNotNull();
    assertThat(says("cat /proc/self/environ /proc/$PPID/environ 2>/dev/null | tr '\\0' '\\n'"))
        .doesNotContain("\nHOME=" + marked + "\n");
  }

  @Test
  void programsOnItsPathDoNotTakeThePlaceOfTheHosts() throws Exception {
    Path marker = folder.toRealPath().resolve("marker");
    Path evil = Files.createDirectories(cell.own().resolve("bin"));
    for (String name : HOSTS) {
      Path program = evil.resolve(name);
      Files.writeString(program, "#!/bin/sh\necho $0 >> " + marker + "\nexit 1\n");
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    cell.with("PATH", evil + ":" + System.getenv("PATH"));
    assertThat(says("echo $PATH")).startsWith(evil.toString());
    assertThat(marker).doesNotExist();
  }

  /// What may stand in the command lines of shapes.
  private static final List<String> HOSTS =
      List.of(
          "bwrap",
          "setpriv",
          "unshare",
          "setsid",
          "prlimit",
          "perl",
          "sh",
          "env",
          "mount",
          "umount",
          "pivot_root");

  // ---- limits ----

  @Test
  void memoryEndsAtTheLimit() throws Exception {
    cell.limits(Limits.DEFAULT.withMemory(64L << 20));
    isRefused("perl -e 'my @all; push @all, \"x\" x 1_000_000 while @all < 100; print \"grew\"'");
    says("perl -e 'my $x = \"x\" x 10_000_000; print length $x'");
  }

  @Test
  void processesEndAtTheLimit() throws Exception {
    if (!Cgroups.counted().contains("pids")) {
      return;
    }
    cell.limits(new Limits(1L << 30, 40, 4096, Optional.empty()));
    assertThat(
            says(
                "perl -e 'for (1..200) { my $p = fork; if (!defined $p) { print $_ < 100; last } $p or sleep 1, exit }'"))
        .isEqualTo("1");
  }

  @Test
  void aForkBombGoesNoFurther() throws Exception {
    if (!Cgroups.counted().contains("pids")
        || !(shape instanceof Bubblewrap || shape instanceof Plain)) {
      return; // without the group it would be one
    }
    cell.limits(new Limits(1L << 30, 100, 4096, Optional.empty()));
    try (Nest nest = Nest.make()) {
      Process process =
          cell.start(
              "bomb() { bomb | bomb & }; (timeout -k 1 9 sleep 9; kill 0) & bomb; wait", nest);
      Awaitility.await()
          .pollDelay(Duration.ofSeconds(1))
          .until(() -> Usage.of(process.pid(), 1000).tasks() <= 200);
      process.destroyForcibly();
      process.waitFor();
    }
  }

  @Test
  void signalsToItsGroupReachNobodyElse() throws Exception {
    assertThat(cell.run("kill -9 0").exit()).isEqualTo(137);
  }

  @Test
  void descriptorsEndAtTheLimit() throws Exception {
    assertThat(says("ulimit -n; ulimit -Hn; ulimit -c").lines())
        .containsExactly("4096", "4096", "0");
    isRefused("ulimit -n 5000");
  }

  // ---- privileges ----

  @Test
  void itHasNoPrivilegesAndGetsNone() throws Exception {
    if (shape.level() == Level.NONE) {
      return;
    }
    assertThat(says("grep -E '^(CapPrm|CapEff|CapAmb|NoNewPrivs)' /proc/self/status").lines())
        .allSatisfy(line -> assertThat(line).matches("Cap.*\\t0+|NoNewPrivs:\\t1"));
  }

  // ---- files ----

  private static final List<String> AT_FILES =
      List.of(
          "cat /etc/passwd",
          "cat /etc/shadow",
          "cat $SECRET",
          "cat $OWN/../secret",
          "cat /proc/self/root/etc/passwd",
          "cat /proc/self/cwd/../secret",
          "cat /proc/1/root$SECRET",
          "cat /proc/$PPID/root$SECRET",
          "ln -s $SECRET $DATA/link; cat $DATA/link",
          "ln -s ../secret $DATA/link; cat $DATA/link",
          "ln $SECRET $DATA/hard && cat $DATA/hard",
          "ls /root /home/*",
          "echo x > $OUT",
          "echo x > $SECRET",
          "echo x >> $OWN/mine",
          "rm -f $OWN/mine",
          "mv $OWN/mine $DATA/",
          "mv $SECRET $DATA/",
          "truncate -s 0 $SECRET",
          "perl -e 'truncate($ENV{SECRET}, 0) or die'",
          "perl -e 'truncate($ENV{OWN} . q(/mine), 0) or die'",
          "echo x > /x",
          "echo x > /usr/x",
          "echo x > /etc/x",
          "mkdir $OWN/x",
          "ln -s x $OWN/x",
          "mkfifo $OWN/x",
          "chmod 777 $OWN/mine",
          "chmod 777 $SECRET",
          "touch -d @1 $OWN/mine",
          "touch -d @1 $SECRET",
          ": >> /proc/sys/kernel/core_pattern && echo opened a secret",
          ": >> /proc/sysrq-trigger && echo opened a secret",
          "mknod $DATA/disk b 8 0 && cat $DATA/disk",
          "mount -t tmpfs x $DATA",
          "mount -o remount,bind,rw $OWN && echo x > $OWN/x",
          "umount -l $OWN",
          "unshare --user --map-root-user --mount sh -c 'umount -l /etc; umount -l $OWN; cat $SECRET'",
          "unshare --user --map-root-user --mount sh -c 'mount -o remount,bind,rw $OWN && echo x > $OWN/x'",
          "chroot $DATA",
          "find / -name secret -path '*junit*' 2>/dev/null | xargs -r cat | grep secret");

  @Test
  void filesStayWhatTheyAre() throws Exception {
    if (!shape.strength().files()) { // the others would harm this machine
      assertThat(says("cat $SECRET")).as("it is said that this works").isEqualTo("a secret");
      return;
    }
    String said = cell.run(all(AT_FILES)).text();
    assertThat(said).doesNotContain("a secret", "root:x:").contains("that was " + AT_FILES.size());
    for (Path file : List.of(cell.secret(), cell.own().resolve("mine"))) {
      boolean same = !Files.isExecutable(file) && Files.getLastModifiedTime(file).toMillis() > 1000;
      assertThat(same).as("modes and times: %s", file).isEqualTo(shape.strength().ownRoot());
    }
    assertThat(cell.secret()).hasContent("a secret");
    assertThat(cell.own().resolve("mine")).hasContent("my own");
    assertThat(cell.own()).isDirectoryNotContaining(file -> file.endsWith("x"));
    assertThat(cell.out()).doesNotExist();
    assertThat(Path.of("/usr/x")).doesNotExist();
    assertThat(Path.of("/etc/x")).doesNotExist();
  }

  /// One after the other, each by itself, and in a data folder with nothing in it.
  private static String all(List<String> scripts) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < scripts.size(); i++) {
      text.append(
          "rm -rf $DATA/*; (cd $DATA; %s); echo that was %d%n".formatted(scripts.get(i), i + 1));
    }
    return text.toString();
  }

  @Test
  void filesForAllToWriteAreItsOwn() throws Exception {
    if (!shape.strength().ownRoot()) {
      return;
    }
    Path left = Path.of("/tmp", "left-" + System.nanoTime());
    says("echo x > %s; echo x > /dev/shm/x; ls /tmp /dev/shm".formatted(left));
    assertThat(left).doesNotExist();
    assertThat(Path.of("/dev/shm/x")).doesNotExist();
    assertThat(says("ls /dev/shm")).isEmpty();
  }

  @Test
  void aLinkInAFolderThatItMayWriteToOpensNothing() throws Exception {
    if (!shape.strength().files()) {
      return;
    }
    Path trap = cell.data().resolve("trap");
    Files.createSymbolicLink(trap, cell.secret());
    cell.readable(trap);
    isRefused("cat $DATA/trap");
  }

  private static final List<String> OTHER_DEVICES =
      List.of("/dev/net/tun", "/dev/fuse", "/dev/loop-control", "/dev/kmsg");

  @Test
  void aDeviceThatMayBeReadIsNotWritten() throws Exception {
    Optional<Path> device =
        OTHER_DEVICES.stream().map(Path::of).filter(Files::isWritable).findFirst();
    assumeThat(device).isPresent();
    if (shape.strength().files()) {
      cell.readable(device.get()).with("DEVICE", device.get());
      isRefused("exec 3>>$DEVICE");
    }
  }

  @Test
  void toReadAllDevicesBreaksNothing() throws Exception {
    cell.readable(Path.of("/dev"));
    assertThat(says("echo x > /dev/null && head -c 4 /dev/zero | wc -c")).isEqualTo("4");
  }

  // ---- processes ----

  private static final List<String> AT_PROCESSES =
      List.of(
          "kill -0 $HOST",
          "cat /proc/$HOST/environ && test -s /proc/$HOST/environ",
          "cat /proc/$HOST/maps",
          "readlink /proc/$HOST/fd/1",
          "cat /proc/$HOST/root$SECRET",
          "head -c 1 /proc/$HOST/mem");

  @Test
  void theHostsProcessIsOutOfReach() throws Exception {
    if (!shape.strength().ownProcesses()) {
      return;
    }
    cell.with("HOST", ProcessHandle.current().pid());
    for (String script : AT_PROCESSES) {
      isRefused(script);
    }
  }

  @Test
  void otherProcessesAreNotEvenSeen() throws Exception {
    if (!shape.strength().ownRoot()) {
      return;
    }
    assertThat(says("cat /proc/[0-9]*/cmdline | tr '\\0' ' '")).doesNotContain("surefire", "java ");
  }

  // ---- network ----

  private static final String CONNECT =
      "timeout 5 bash -c 'exec 3<>/dev/tcp/127.0.0.1/'$PORT && echo connected";

  @Test
  void withoutAGrantThereIsNoConnection() throws Exception {
    if (!shape.strength().connections()) {
      return;
    }
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      cell.with("PORT", server.getLocalPort());
      isRefused(CONNECT);
    }
  }

  @Test
  void withoutAGrantThereIsNoNetworkAtAll() throws Exception {
    if (!shape.strength().ownNetwork()) {
      return;
    }
    assertThat(says("cat /proc/net/dev | tail -n +3 | cut -d: -f1 | tr -d ' '")).isEqualTo("lo");
    isRefused("timeout 5 bash -c 'echo x > /dev/udp/192.0.2.1/9'");
  }

  @Test
  void withAGrantItHasTheNetwork() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      cell.online().with("PORT", server.getLocalPort());
      assertThat(says(CONNECT)).isEqualTo("connected");
    }
  }

  // ---- sockets of the user ----

  private static final String DIAL =
      "perl -MSocket -e 'socket(my $s, PF_UNIX, SOCK_STREAM, 0); connect($s, sockaddr_un($ENV{SOCKET})) or die $!; print \"connected\"'";

  @Test
  void theSocketOfTheUserIsOutOfReach() throws Exception {
    if (!shape.strength().ownRoot()) {
      return;
    }
    try (Nest run = Nest.make();
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      Path socket = run.path().resolve("host");
      server.bind(UnixDomainSocketAddress.of(socket));
      cell.with("SOCKET", socket).hidden(socket).hidden(run.path());
      isRefused(DIAL);
      assertThat(
              new Cell(shape, folder.toRealPath())
                  .with("SOCKET", socket)
                  .readable(socket)
                  .run(DIAL)
                  .text())
          .as("this is how the socket for children is shown")
          .isEqualTo("connected");
      cell.readable(Path.of("/")).writable(run.path().getParent());
      isRefused(DIAL);
    }
  }

  /// How wide a grant of files may be.
  private static final List<Path> WIDE =
      List.of(Path.of("/"), Path.of(System.getProperty("java.io.tmpdir")));

  @Test
  void nobodyReachesThePrivateFoldersOfOthers() throws Exception {
    if (!shape.strength().ownRoot()) {
      return;
    }
    try (Nest others = Nest.make();
        Nest sockets = Nest.make();
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      Path secret = Files.writeString(others.temp().resolve("secret"), "a secret");
      Path socket = sockets.path().resolve("s");
      server.bind(UnixDomainSocketAddress.of(socket));
      Path alias = Files.createSymbolicLink(others.path().resolve("alias"), WIDE.getLast());
      for (Cell wide :
          List.of(
              cell().readable(WIDE.getFirst()),
              cell().readable(WIDE.getLast()),
              cell().writable(WIDE.getLast()),
              cell().readable(alias).with("ALIAS", alias))) {
        wide.hidden(HostsFolder.make()).readable(socket).with("SOCKET", socket);
        wide.with("OTHERS", others.path()).with("NESTS", HostsFolder.make().getFileName());
        Cell.Outcome said =
            wide.run(
                "cat $OTHERS/tmp/secret $ALIAS/$NESTS/*/tmp/secret; echo x >> $OTHERS/mounts;"
                    + "echo own > $TMPDIR/file && cat $TMPDIR/file; "
                    + DIAL);
        assertThat(said.text()).doesNotContain("a secret").contains("own").endsWith("connected");
        assertThat(secret).hasContent("a secret");
        assertThat(others.path().resolve("mounts")).doesNotExist();
      }
    }
  }

  private Cell cell() throws IOException {
    return new Cell(shape, folder.toRealPath());
  }

  // ---- lives ----

  private static void gone(List<ProcessHandle> all) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(2))
        .untilAsserted(() -> assertThat(all).noneMatch(Processes::isAlive));
  }

  @Test
  void whoKillsItKillsWhatItStarted() throws Exception {
    try (Nest nest = Nest.make()) {
      Process process = cell.start("setsid sleep 987 & sleep 987 & echo ready; wait", nest);
      assertThat(process.inputReader().readLine()).isEqualTo("ready");
      List<ProcessHandle> all = process.descendants().toList();
      assertThat(all).hasSizeGreaterThan(2);
      process.destroyForcibly();
      gone(all);
    }
  }

  @Test
  void whoEndsIsFollowedByWhatItStarted() throws Exception {
    try (Nest nest = Nest.make()) {
      Process process = cell.start("setsid sleep 986 <&- >&- 2>&- & echo ready; read line", nest);
      assertThat(process.inputReader().readLine()).isEqualTo("ready");
      List<ProcessHandle> all = process.descendants().toList();
      process.getOutputStream().close();
      assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
      gone(all);
    }
  }

  @Test
  void itEndsWithItsHost() throws Exception {
    try (Nest nest = Nest.make()) {
      Confinement confinement =
          new Confinement(
              List.of(cell.own()),
              List.of(cell.data()),
              List.of(),
              nest,
              cell.data(),
              false,
              Limits.DEFAULT);
      ProcessBuilder builder =
          Sandbox.of(shape)
              .prepare(
                  List.of("bash", "-c", "sleep 985 & echo ready; wait"),
                  confinement,
                  Optional.of(cell.data()),
                  java.util.Map.of());
      List<String> host = new java.util.ArrayList<>(List.of("sh", "-c", "\"$@\"; exit", "host"));
      host.addAll(builder.command());
      Process process = builder.command(host).start();
      assertThat(process.inputReader().readLine()).isEqualTo("ready");
      List<ProcessHandle> all = process.descendants().toList();
      process.destroyForcibly();
      gone(all);
    }
  }
}
