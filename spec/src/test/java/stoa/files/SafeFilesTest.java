package stoa.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessMode;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// Files below roots, where folders are held and where they are checked before and after.
@ParameterizedClass
@ValueSource(booleans = {true, false})
record SafeFilesTest(boolean holds) {
  @TempDir private static Path shared;

  private static Path base;
  private static Path inside;
  private static Path outside;

  @BeforeEach
  void makeFiles() throws IOException {
    base = Files.createTempDirectory(shared.toRealPath(), "case");
    inside = Files.createDirectories(base.resolve("inside"));
    outside = Files.createDirectories(base.resolve("outside"));
    Files.writeString(inside.resolve("a.txt"), "inside");
    Files.writeString(outside.resolve("a.txt"), "secret");
    Files.createDirectories(inside.resolve("sub/deep"));
    Files.writeString(inside.resolve("sub/deep/b.txt"), "deep");
  }

  private SafeFiles files(Root... roots) {
    return new SafeFiles(List.of(roots), holds);
  }

  private SafeFiles reader() {
    return files(Root.toRead(inside));
  }

  private SafeFiles writer() {
    return files(Root.toWrite(inside));
  }

  private static String read(SafeFiles files, Path path) throws IOException {
    try (SeekableByteChannel channel =
        files.newByteChannel(path, Set.of(StandardOpenOption.READ))) {
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void write(SafeFiles files, Path path, String text) throws IOException {
    try (SeekableByteChannel channel =
        files.newByteChannel(
            path,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING))) {
      channel.write(StandardCharsets.UTF_8.encode(text));
    }
  }

  private static List<String> list(SafeFiles files, Path path) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = files.newDirectoryStream(path, _ -> true)) {
      entries.forEach(entry -> names.add(path.relativize(entry).toString()));
    }
    names.sort(null);
    return names;
  }

  @Test
  void whatHostsKeepIsOutsideOfEveryRoot() throws IOException {
    Path kept = Files.createTempDirectory(HostsFolder.make(), "test");
    try {
      Path file = Files.writeString(kept.resolve("file"), "secret");
      Files.createSymbolicLink(inside.resolve("link"), kept);
      Path temporary = HostsFolder.make().getParent();
      SafeFiles files = files(Root.toWrite(temporary), Root.toRead(Path.of("/")));
      for (Path path : List.of(file, inside.resolve("link/file"), kept, HostsFolder.make())) {
        assertThatThrownBy(() -> files.readAttributes(path)).isInstanceOf(OutsideException.class);
      }
      assertThatThrownBy(() -> files.move(HostsFolder.make(), temporary.resolve("moved")))
          .isInstanceOf(OutsideException.class);
    } finally {
      Files.delete(kept.resolve("file"));
      Files.delete(kept);
    }
  }

  @Test
  void whatIsInARootCanBeRead() throws IOException {
    assertThat(read(reader(), inside.resolve("a.txt"))).isEqualTo("inside");
    assertThat(read(reader(), inside.resolve("sub/deep/b.txt"))).isEqualTo("deep");
    assertThat(list(reader(), inside)).containsExactly("a.txt", "sub");
    assertThat(list(reader(), inside.resolve("sub"))).containsExactly("deep");
    assertThat(reader().readAttributes(inside.resolve("a.txt")).size()).isEqualTo(6);
    assertThat(reader().readAttributes(inside.resolve("sub")).isDirectory()).isTrue();
    assertThat(reader().toRealPath(inside.resolve("sub/../a.txt")))
        .isEqualTo(inside.resolve("a.txt"));
  }

  @Test
  void aFileThatIsARootIsAllThereIs() throws IOException {
    SafeFiles files = files(Root.toRead(inside.resolve("a.txt")));
    assertThat(read(files, inside.resolve("a.txt"))).isEqualTo("inside");
    assertThatThrownBy(() -> list(files, inside)).isInstanceOf(OutsideException.class);
    assertThatThrownBy(() -> read(files, inside.resolve("sub/deep/b.txt")))
        .isInstanceOf(OutsideException.class);
    assertThatThrownBy(() -> read(files, inside.resolve("a.txt/b")))
        .isInstanceOf(FileSystemException.class);
  }

  @Test
  void aPathOutsideIsRefusedAlikeWhetherItExistsOrNot() {
    for (Path path : List.of(outside.resolve("a.txt"), outside.resolve("none"), Path.of("/"))) {
      assertThatThrownBy(() -> read(writer(), path))
          .isInstanceOfSatisfying(
              OutsideException.class,
              e -> {
                assertThat(e.getFile()).isEqualTo(path.toString());
                assertThat(e.write()).isFalse();
                assertThat(e.target()).isEmpty();
              });
      assertThatThrownBy(() -> reader().readAttributes(path)).isInstanceOf(OutsideException.class);
      assertThatThrownBy(() -> writer().delete(path)).isInstanceOf(OutsideException.class);
    }
  }

  @Test
  void dotsLeadNowhere() {
    Path up = inside.resolve("sub/../../outside/a.txt");
    assertThatThrownBy(() -> read(reader(), up)).isInstanceOf(OutsideException.class);
    Path brother = Path.of(inside + "/../inside2");
    assertThatThrownBy(() -> read(reader(), brother)).isInstanceOf(OutsideException.class);
  }

  @Test
  void aNameThatOnlyBeginsLikeARootIsOutside() throws IOException {
    Path similar = Files.writeString(base.resolve("inside.txt"), "secret");
    assertThatThrownBy(() -> read(reader(), similar)).isInstanceOf(OutsideException.class);
  }

  @Test
  void aLinkThatLeadsOutIsNotFollowed() throws IOException {
    Files.createSymbolicLink(inside.resolve("file"), outside.resolve("a.txt"));
    Files.createSymbolicLink(inside.resolve("folder"), outside);
    Files.createSymbolicLink(inside.resolve("relative"), Path.of("../outside/a.txt"));
    Files.createSymbolicLink(inside.resolve("dangling"), outside.resolve("none"));
    for (String name : List.of("file", "folder", "folder/a.txt", "relative", "dangling")) {
      Path path = inside.resolve(name);
      assertThatThrownBy(() -> read(writer(), path))
          .isInstanceOfSatisfying(
              OutsideException.class,
              e -> {
                assertThat(e.getFile()).isEqualTo(path.toString());
                assertThat(e.target().orElseThrow()).startsWithRaw(outside);
              });
      assertThatThrownBy(() -> write(writer(), path, "x")).isInstanceOf(OutsideException.class);
    }
    assertThat(outside.resolve("none")).doesNotExist();
    assertThat(outside.resolve("a.txt")).hasContent("secret");
  }

  @Test
  void aChainOfLinksIsFollowedAsLongAsItStaysInside() throws IOException {
    Files.createSymbolicLink(inside.resolve("one"), Path.of("two"));
    Files.createSymbolicLink(inside.resolve("two"), inside.resolve("three"));
    Files.createSymbolicLink(inside.resolve("three"), Path.of("sub/deep"));
    assertThat(read(reader(), inside.resolve("one/b.txt"))).isEqualTo("deep");
    assertThat(reader().toRealPath(inside.resolve("one/b.txt")))
        .isEqualTo(inside.resolve("sub/deep/b.txt"));
    assertThat(list(reader(), inside.resolve("one"))).containsExactly("b.txt");
    Files.delete(inside.resolve("three"));
    Files.createSymbolicLink(inside.resolve("three"), outside);
    assertThatThrownBy(() -> read(reader(), inside.resolve("one/a.txt")))
        .isInstanceOf(OutsideException.class);
  }

  @Test
  void aLinkIntoAnotherRootIsFollowed() throws IOException {
    Files.createSymbolicLink(inside.resolve("other"), outside);
    SafeFiles both = files(Root.toWrite(inside), Root.toRead(outside));
    assertThat(read(both, inside.resolve("other/a.txt"))).isEqualTo("secret");
    assertThatThrownBy(() -> write(both, inside.resolve("other/a.txt"), "x"))
        .isInstanceOfSatisfying(OutsideException.class, e -> assertThat(e.write()).isTrue());
  }

  @Test
  void linksInACircleEnd() throws IOException {
    Files.createSymbolicLink(inside.resolve("one"), Path.of("two"));
    Files.createSymbolicLink(inside.resolve("two"), Path.of("one"));
    assertThatThrownBy(() -> read(reader(), inside.resolve("one")))
        .isInstanceOf(FileSystemException.class);
  }

  @Test
  void aRootThatIsReachedByALinkIsWhatItPointsTo() throws IOException {
    Path link = Files.createSymbolicLink(base.resolve("link"), inside);
    SafeFiles files = files(Root.toWrite(link));
    assertThat(read(files, link.resolve("sub/deep/b.txt"))).isEqualTo("deep");
    assertThat(read(files, inside.resolve("a.txt"))).isEqualTo("inside");
    write(files, link.resolve("new.txt"), "new");
    assertThat(inside.resolve("new.txt")).hasContent("new");
    Files.createSymbolicLink(inside.resolve("up"), Path.of("../outside"));
    assertThatThrownBy(() -> read(files, link.resolve("up/a.txt")))
        .isInstanceOf(OutsideException.class);
  }

  @Test
  void aRootInAFolderThatCanBeWrittenIsNotLedAstray() throws IOException {
    Path inner = inside.resolve("granted");
    Files.createSymbolicLink(inner, outside);
    SafeFiles nested = files(Root.toWrite(inside), Root.toRead(inner));
    assertThatThrownBy(() -> read(nested, inner.resolve("a.txt")))
        .isInstanceOf(OutsideException.class);
    // The same, where the outer one goes by another name.
    Path alias = Files.createSymbolicLink(base.resolve("alias"), inside);
    SafeFiles aliased = files(Root.toWrite(alias), Root.toRead(inner));
    assertThatThrownBy(() -> read(aliased, inner.resolve("a.txt")))
        .isInstanceOf(OutsideException.class);
    Path byOther = Files.createSymbolicLink(base.resolve("other"), inner);
    SafeFiles other = files(Root.toWrite(inside), Root.toRead(byOther));
    assertThatThrownBy(() -> read(other, byOther.resolve("a.txt")))
        .isInstanceOf(OutsideException.class);
  }

  @Test
  void whatMayOnlyBeReadIsNotChanged() {
    assertThatThrownBy(() -> write(reader(), inside.resolve("a.txt"), "x"))
        .isInstanceOfSatisfying(OutsideException.class, e -> assertThat(e.write()).isTrue());
    for (StandardOpenOption option :
        List.of(
            StandardOpenOption.APPEND,
            StandardOpenOption.DELETE_ON_CLOSE,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      assertThatThrownBy(
              () -> reader().newByteChannel(inside.resolve("a.txt"), Set.of(option)).close())
          .isInstanceOf(OutsideException.class);
    }
    assertThatThrownBy(() -> reader().createDirectory(inside.resolve("new")))
        .isInstanceOf(OutsideException.class);
    assertThatThrownBy(() -> reader().delete(inside.resolve("a.txt")))
        .isInstanceOf(OutsideException.class);
    assertThatThrownBy(() -> reader().move(inside.resolve("a.txt"), inside.resolve("c.txt")))
        .isInstanceOf(OutsideException.class);
    assertThatThrownBy(
            () -> reader().checkAccess(inside.resolve("a.txt"), Set.of(AccessMode.WRITE)))
        .isInstanceOf(OutsideException.class);
    assertThat(inside.resolve("a.txt")).hasContent("inside");
  }

  @Test
  void foldersAreMadeAndDeleted() throws IOException {
    Path made = inside.resolve("sub/deep/new");
    writer().createDirectory(made);
    assertThat(made).isDirectory();
    write(writer(), made.resolve("x.txt"), "x");
    assertThatThrownBy(() -> writer().createDirectory(made))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> writer().createDirectory(made.resolve("x.txt")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> writer().createDirectory(inside.resolve("none/new")))
        .isInstanceOfSatisfying(
            NoSuchFileException.class,
            e -> assertThat(e.getFile()).isEqualTo(inside.resolve("none/new").toString()));
    assertThatThrownBy(() -> writer().delete(made)).isInstanceOf(DirectoryNotEmptyException.class);
    writer().delete(made.resolve("x.txt"));
    writer().delete(made);
    assertThat(made).doesNotExist();
    assertThat(list(writer(), inside)).containsExactly("a.txt", "sub");
  }

  @Test
  void aLinkIsDeletedAndMovedAsALink() throws IOException {
    Path link = Files.createSymbolicLink(inside.resolve("link"), outside.resolve("a.txt"));
    writer().move(link, inside.resolve("sub/link"));
    assertThat(Files.isSymbolicLink(inside.resolve("sub/link"))).isTrue();
    writer().delete(inside.resolve("sub/link"));
    assertThat(inside.resolve("sub/link")).doesNotExist();
    assertThat(outside.resolve("a.txt")).hasContent("secret");
  }

  @Test
  void nothingIsMovedOverABorder() {
    assertThatThrownBy(() -> writer().move(inside.resolve("a.txt"), outside.resolve("b.txt")))
        .isInstanceOfSatisfying(
            OutsideException.class,
            e -> assertThat(e.getFile()).isEqualTo(outside.resolve("b.txt").toString()));
    assertThatThrownBy(() -> writer().move(outside.resolve("a.txt"), inside.resolve("b.txt")))
        .isInstanceOf(OutsideException.class);
    assertThatThrownBy(() -> writer().move(inside.resolve("a.txt"), inside.resolve("sub")))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void aMoveReplacesIfItIsToldTo() throws IOException {
    Path target = inside.resolve("sub/deep/b.txt");
    writer().move(inside.resolve("a.txt"), target, StandardCopyOption.REPLACE_EXISTING);
    assertThat(target).hasContent("inside");
    assertThatThrownBy(() -> writer().move(inside.resolve("a.txt"), target))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aRootItselfStays() {
    assertThatThrownBy(() -> writer().delete(inside)).hasMessageContaining("only what is in it");
    assertThatThrownBy(() -> writer().move(inside, inside.resolve("sub/x")))
        .hasMessageContaining("only what is in it");
  }

  @Test
  void aFolderThatIsMadeIsMadeWhenItIsNeeded() throws IOException {
    Path data = base.resolve("data/words");
    SafeFiles files = files(Root.made(data));
    assertThatThrownBy(() -> read(files, data.resolve("x")))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(data).doesNotExist();
    assertThat(list(files, data)).isEmpty();
    write(files, data.resolve("x"), "y");
    assertThat(Files.getPosixFilePermissions(data)).hasSize(3);
    assertThat(read(files, data.resolve("x"))).isEqualTo("y");
  }

  @Test
  void aFolderThatIsMadeIsNoLinkThatWasThere() throws IOException {
    Files.createSymbolicLink(base.resolve("words"), outside);
    SafeFiles files = files(Root.made(base.resolve("words")));
    assertThatThrownBy(() -> read(files, base.resolve("words/a.txt")))
        .isInstanceOf(OutsideException.class);
    Files.createDirectories(outside.resolve("numbers"));
    Files.createSymbolicLink(base.resolve("data"), outside);
    SafeFiles deeper = files(Root.made(base.resolve("data/numbers")));
    assertThatThrownBy(() -> write(deeper, base.resolve("data/numbers/x"), "x"))
        .isInstanceOf(OutsideException.class);
    assertThatThrownBy(() -> list(deeper, base.resolve("data/numbers")))
        .isInstanceOf(OutsideException.class);
    assertThat(outside.resolve("numbers")).isEmptyDirectory();
  }

  @Test
  void timesAndPermissionsAreSetOnTheFileThatWasFound() throws IOException {
    Path file = inside.resolve("sub/deep/b.txt");
    FileTime time = FileTime.fromMillis(1_000_000);
    writer().setAttribute(file, "lastModifiedTime", time);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(time);
    writer().setAttribute(file, "unix:mode", 0640);
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
    writer().setAttribute(file, "posix:permissions", PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    Path link = Files.createSymbolicLink(inside.resolve("link"), outside.resolve("a.txt"));
    assertThatThrownBy(() -> writer().setAttribute(link, "lastModifiedTime", time))
        .isInstanceOf(OutsideException.class);
    assertThatThrownBy(() -> reader().setAttribute(file, "lastModifiedTime", time))
        .isInstanceOf(OutsideException.class);
    assertThatThrownBy(() -> writer().setAttribute(file, "unix:uid", 0))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aFileThatMayBeWrittenNeedNotExist() throws IOException {
    Path file = base.resolve("report.txt");
    write(files(Root.toWrite(file)), file, "done");
    assertThat(file).hasContent("done");
  }

  @Test
  void attributesAreThoseOfTheFile() throws IOException {
    Path file = inside.resolve("sub/deep/b.txt");
    Map<String, Object> some = reader().readAttributes(file, "unix:mode,ino,size");
    assertThat(some).isEqualTo(Files.readAttributes(file, "unix:mode,ino,size"));
    assertThat(reader().readAttributes(file, "*")).isEqualTo(Files.readAttributes(file, "*"));
    assertThat(reader().readAttributes(file, "size")).isEqualTo(Files.readAttributes(file, "size"));
    Path link = Files.createSymbolicLink(inside.resolve("link"), file);
    assertThat(reader().readAttributes(link).isSymbolicLink()).isFalse();
    assertThat(reader().readAttributes(link, LinkOption.NOFOLLOW_LINKS).isSymbolicLink()).isTrue();
    assertThat(reader().readAttributes(link, "isSymbolicLink", LinkOption.NOFOLLOW_LINKS))
        .isEqualTo(Map.of("isSymbolicLink", true));
  }

  @Test
  @Timeout(20)
  void aPipeAndADeviceAreNotOpened() throws Exception {
    Path pipe = inside.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> read(reader(), pipe)).hasMessageContaining("a pipe, a device");
    assertThatThrownBy(() -> write(writer(), pipe, "x")).hasMessageContaining("a pipe, a device");
    assertThatThrownBy(() -> read(reader(), pipe.resolve("x")))
        .isInstanceOf(FileSystemException.class);
    SafeFiles devices = files(Root.toRead(Path.of("/dev")));
    assertThatThrownBy(() -> read(devices, Path.of("/dev/zero"))).hasMessageContaining("a device");
  }

  @Test
  void aMagicLinkOfTheSystemLeadsNowhere() {
    SafeFiles files = files(Root.toRead(Path.of("/proc/self")));
    assertThatThrownBy(() -> read(files, Path.of("/proc/self/root/etc/passwd")))
        .isInstanceOf(OutsideException.class);
    assertThatThrownBy(() -> list(files, Path.of("/proc/self/cwd")))
        .isInstanceOf(OutsideException.class);
  }

  /// What can be known is documented: such a file is one of the folder.
  @Test
  void aHardLinkIsAFileOfItsFolder() throws IOException {
    Files.createLink(inside.resolve("hard"), outside.resolve("a.txt"));
    assertThat(read(reader(), inside.resolve("hard"))).isEqualTo("secret");
  }

  @Test
  void aFileThatIsSwappedForALinkIsNeverReadThroughIt() throws Exception {
    Path name = inside.resolve("sub/swapped");
    Files.writeString(name, "mine");
    Path link = Files.createSymbolicLink(inside.resolve("sub/link"), outside.resolve("a.txt"));
    duringSwap(name, link, () -> assertThat(read(writer(), name)).isEqualTo("mine"));
  }

  @Test
  void aFolderThatIsSwappedForALinkIsNeverEnteredThroughIt() throws Exception {
    if (!holds) {
      return; // a change back and forth between two checks is not seen
    }
    Path folder = Files.createDirectories(inside.resolve("sub/swapped"));
    Files.writeString(folder.resolve("a.txt"), "mine");
    Path link = Files.createSymbolicLink(inside.resolve("sub/link"), outside);
    long size = Files.size(outside.resolve("a.txt"));
    duringSwap(
        folder,
        link,
        () -> assertThat(read(writer(), folder.resolve("a.txt"))).isEqualTo("mine"),
        () ->
            assertThat(writer().readAttributes(folder.resolve("a.txt"), "size"))
                .doesNotContainValue(size),
        () -> assertThat(list(writer(), folder)).doesNotContain("only-outside"),
        () -> write(writer(), folder.resolve("new"), "x"),
        () -> writer().createDirectory(folder.resolve("made")),
        () -> writer().delete(folder.resolve("made")),
        () -> writer().move(inside.resolve("a.txt"), folder.resolve("moved")),
        () -> writer().move(folder.resolve("moved"), inside.resolve("a.txt")));
    assertThat(outside.resolve("new")).doesNotExist();
    assertThat(outside.resolve("made")).doesNotExist();
    assertThat(outside.resolve("moved")).doesNotExist();
  }

  private interface Attempt {
    void run() throws IOException;
  }

  /// Swaps two names all the time, as somebody would who may write there, while another goes on
  /// trying.
  private static void duringSwap(Path name, Path link, Attempt... attempts) throws Exception {
    Files.writeString(outside.resolve("only-outside"), "");
    Path spare = name.resolveSibling("spare");
    long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
    Thread swapper =
        Thread.ofPlatform()
            .start(() -> {
              try {
                while (System.nanoTime() < end) {
                  Files.move(name, spare, StandardCopyOption.ATOMIC_MOVE);
                  Files.move(link, name, StandardCopyOption.ATOMIC_MOVE);
                  Files.move(name, link, StandardCopyOption.ATOMIC_MOVE);
                  Files.move(spare, name, StandardCopyOption.ATOMIC_MOVE);
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    Set<Attempt> succeeded = new HashSet<>();
    while (swapper.isAlive()) {
      for (Attempt attempt : attempts) {
        try {
          attempt.run();
          succeeded.add(attempt);
        } catch (FileSystemException e) {
          // it was just away, or the link
        }
      }
    }
    assertThat(succeeded).containsExactlyInAnyOrder(attempts);
  }
}
