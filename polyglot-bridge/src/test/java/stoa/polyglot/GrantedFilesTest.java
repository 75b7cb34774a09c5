package stoa.polyglot;

import static org.assertj.core.api.Assertions.assertThat;
import static stoa.polyglot.Lab.call;
import static stoa.polyglot.Lab.failure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stoa.module.Access;
import stoa.module.Grant;
import stoa.module.Language;
import stoa.module.LoadedModule;
import stoa.module.ModuleSource;
import stoa.value.Value;

/// A module in a context uses its own files, its data folder and what was granted, and is told what
/// is missing for everything else.
class GrantedFilesTest extends InLab {
  private static final String PYTHON =
      """
      import os, io, pathlib, shutil
      kept = []
      def opens(path, count):
          try:
              for _ in range(count): kept.append(open(path))
          except OSError as e: return e.errno
      def closes():
          for f in kept: f.close()
          return len(kept)
      def read(path): return open(path).read()
      def write(path, text):
          with open(path, "w") as f: f.write(text)
      def does(code, path):
          try: return eval(code, globals(), {"path": path})
          except OSError as e: return [type(e).__name__, e.errno, e.filename, str(e)]
      def runs(code):
          exec(code, {"__name__": "code"})
          return True
      """;

  private LoadedModule words() {
    return lab.python("words", PYTHON);
  }

  private void grant(Optional<Path> data, List<Path> reads, List<Path> writes) {
    lab.access = new Access(data, reads, writes, Map.of());
  }

  private Path data() {
    return folder.resolve("data/words");
  }

  private static Access.Use use(Grant.Kind kind, Path path, boolean allowed) {
    return new Access.Use(new Grant(kind, path.toString()), allowed);
  }

  /// Code that wants a file, and the use that is refused.
  private static final List<String> USES =
      List.of(
          "open(path)|read",
          "io.open(path)|read",
          "os.open(path, os.O_RDONLY)|read",
          "os.listdir(path)|read",
          "list(os.scandir(path))|read",
          "os.stat(path)|read",
          "os.lstat(path)|read",
          "os.chdir(path)|read",
          "pathlib.Path(path).read_text()|read",
          "list(pathlib.Path(path).iterdir())|read",
          "shutil.copy(path, 'x')|read",
          "open(path, 'w')|write",
          "open(path, 'a')|write",
          "open(path, 'r+')|write",
          "os.open(path, os.O_WRONLY + os.O_CREAT)|write",
          "os.mkdir(path)|write",
          "os.makedirs(path + '/a/b')|write",
          "os.remove(path)|write",
          "os.rmdir(path)|write",
          "os.rename(path, path + '2')|write",
          "os.replace(path, path + '2')|write",
          "os.truncate(path, 0)|write",
          "os.utime(path)|write",
          "pathlib.Path(path).write_text('x')|write",
          "pathlib.Path(path).touch()|write",
          "pathlib.Path(path).unlink()|write",
          "shutil.rmtree(path)|read");

  @Test
  void aRefusalIsAPermissionErrorThatNamesTheMissingGrant() {
    grant(Optional.of(data()), List.of(), List.of());
    LoadedModule words = words();
    assertThat(USES)
        .allSatisfy(row -> {
          String kind = row.substring(row.lastIndexOf('|') + 1);
          String code = row.substring(0, row.lastIndexOf('|'));
          List<Value> told = call(words, "does", code, "/etc/passwd").asList();
          assertThat(told).hasSize(4);
          assertThat(told.get(0)).isEqualTo(Value.of("PermissionError"));
          assertThat(told.get(1)).isEqualTo(new Value.Int(13));
          assertThat(told.get(2).asText()).startsWith("/etc/passwd");
          assertThat(told.get(3).asText())
              .contains("`words` may not " + kind + " `/etc/passwd")
              .contains("To allow it: stoa grant words " + kind + "=/etc/passwd");
        });
  }

  @Test
  void noModuleHasMoreFilesOpenThanItsShare() throws IOException {
    grant(Optional.of(data()), List.of(), List.of());
    LoadedModule words = words();
    call(words, "write", "mine.txt", "text");
    assertThat(call(words, "opens", "mine.txt", 1_001).asLong()).as("EMFILE").isEqualTo(24);
    assertThat(call(words, "closes").asLong()).isEqualTo(1_000);
    assertThat(call(words, "read", "mine.txt")).isEqualTo(Value.of("text"));
  }

  @Test
  void whatWasOpenedOrRefusedIsToldToTheHostAndWhatWasLookedAtIsNot() throws IOException {
    Path granted = Files.writeString(folder.resolve("granted.txt"), "granted");
    grant(Optional.of(data()), List.of(granted), List.of());
    LoadedModule words = words();
    call(words, "read", granted.toString());
    call(words, "write", "mine.txt", "text");
    call(words, "read", "mine.txt");
    failure(words, "read", "/etc/passwd");
    failure(words, "write", "/etc/passwd", "x");
    call(words, "does", "os.remove(path)", "/etc/hosts");
    assertThat(call(words, "does", "os.path.exists(path)", "/etc/shadow").plain()).isEqualTo(false);
    assertThat(lab.uses)
        .containsExactly(
            use(Grant.Kind.READ, granted, true),
            use(Grant.Kind.READ, Path.of("/etc/passwd"), false),
            use(Grant.Kind.WRITE, Path.of("/etc/passwd"), false),
            use(Grant.Kind.WRITE, Path.of("/etc/hosts"), false));
  }

  @Test
  void aGrantHoldsAtOnceAndEndsAtOnce() throws IOException {
    Path file = Files.writeString(folder.resolve("late.txt"), "late");
    LoadedModule words = words();
    assertThat(failure(words, "read", file.toString()).message()).contains("may not read");
    grant(Optional.empty(), List.of(folder), List.of());
    assertThat(call(words, "read", file.toString())).isEqualTo(Value.of("late"));
    assertThat(failure(words, "write", file.toString(), "x").message())
        .contains("may not write", "write=" + file);
    grant(Optional.empty(), List.of(), List.of(folder));
    call(words, "write", file.toString(), "new");
    assertThat(file).hasContent("new");
    grant(Optional.empty(), List.of(), List.of());
    assertThat(failure(words, "read", file.toString()).message()).contains("may not read");
  }

  @Test
  void theDataFolderIsMadeWhenItIsFirstWrittenAndEverythingMayBeDoneThere() throws IOException {
    grant(Optional.of(data()), List.of(), List.of());
    LoadedModule words = words();
    assertThat(data()).doesNotExist();
    call(words, "write", "a.txt", "a");
    assertThat(data().resolve("a.txt")).hasContent("a");
    call(
        words,
        "runs",
        """
        import os, pathlib, shutil, tempfile, json
        os.makedirs("one/two")
        pathlib.Path("one/two/f.json").write_text(json.dumps({"a": 1}))
        os.rename("one/two/f.json", "one/g.json")
        assert sorted(os.listdir("one")) == ["g.json", "two"], os.listdir("one")
        assert [str(p) for p in pathlib.Path(".").glob("*/*.json")] == ["one/g.json"]
        shutil.copytree("one", "copied")
        shutil.copy2("one/g.json", "h.json")
        os.remove("one/g.json")
        shutil.rmtree("one")
        assert sorted(os.listdir()) == ["a.txt", "copied", "h.json"], os.listdir()
        with open("a.txt", "a") as f: f.write("b")
        with open("a.txt", "r+") as f:
            f.seek(1)
            assert f.read() == "b"
            f.truncate(1)
        assert os.stat("a.txt").st_size == 1
        assert os.path.abspath("a.txt") == os.path.join(os.getcwd(), "a.txt")
        os.chdir("copied")
        assert os.listdir() == ["g.json", "two"] or os.listdir() == ["two", "g.json"]
        os.chdir("..")
        with tempfile.TemporaryFile() as f: f.write(b"x")
        with tempfile.NamedTemporaryFile("w") as f: f.write("x")
        with tempfile.TemporaryDirectory() as d: pathlib.Path(d, "x").write_text("x")
        """);
    assertThat(data().resolve("a.txt")).hasContent("a");
    assertThat(data().resolve("copied/g.json")).hasContent("{\"a\": 1}");
  }

  @Test
  void aRelativePathNamesAFileInTheDataFolderAndElseOneOfItsOwn() throws IOException {
    Path main = lab.write("pack/main.py", PYTHON);
    lab.write("pack/list.txt", "own");
    Path data = folder.resolve("data/pack");
    grant(Optional.of(data), List.of(), List.of());
    LoadedModule pack =
        lab.load(
            new ModuleSource(
                "pack",
                main,
                Language.PYTHON,
                Optional.of(main.getParent()),
                ModuleSource.Kind.MODULE));
    assertThat(call(pack, "read", "list.txt")).isEqualTo(Value.of("own"));
    call(pack, "write", "list.txt", "changed");
    assertThat(call(pack, "read", "list.txt")).isEqualTo(Value.of("changed"));
    assertThat(folder.resolve("pack/list.txt")).hasContent("own");
    assertThat(data.resolve("list.txt")).hasContent("changed");
    assertThat(call(pack, "does", "os.getcwd()", "")).isEqualTo(Value.of(data.toString()));
    Path own = folder.resolve("pack/list.txt");
    assertThat(failure(pack, "write", own.toString(), "x").message())
        .contains("`pack` may not write `" + own + "`");
    assertThat(lab.uses).containsExactly(use(Grant.Kind.WRITE, own, false));
  }

  @Test
  void aLinkInTheDataFolderLeadsNowhereElse() throws IOException {
    grant(Optional.of(data()), List.of(), List.of());
    LoadedModule words = words();
    Files.createDirectories(data());
    Path secret = Files.writeString(folder.resolve("secret.txt"), "secret");
    Files.createSymbolicLink(data().resolve("link.txt"), secret);
    Files.createSymbolicLink(data().resolve("up"), folder);
    for (String path :
        List.of("link.txt", "up/secret.txt", "up/up/secret.txt", "../../secret.txt")) {
      assertThat(failure(words, "read", path).message()).as(path).contains("PermissionError");
      assertThat(failure(words, "write", path, "x").message()).as(path).contains("PermissionError");
    }
    assertThat(failure(words, "read", "link.txt").message())
        .contains(
            "read `%s`, to which `%s` leads over a link"
                .formatted(secret, data().resolve("link.txt")))
        .contains("stoa grant words read=" + secret);
    assertThat(secret).hasContent("secret");
  }

  @Test
  void filesOfTheSystemAreRefused() {
    grant(Optional.of(data()), List.of(), List.of());
    LoadedModule words = words();
    assertThat(
            List.of(
                "/proc/self/environ",
                "/proc/self/maps",
                "/proc/self/root/etc/passwd",
                "/proc/self/cwd",
                "/proc/1/cmdline",
                "/dev/mem",
                "/dev/tty",
                "/dev/stdin",
                "/root/.ssh/id_rsa",
                "/etc/../etc/passwd",
                "//etc/passwd",
                "/./etc/passwd"))
        .allSatisfy(path ->
            assertThat(failure(words, "read", path).message()).contains("`words` may not read `"));
  }

  @Test
  void mostOfTheLibraryCanBeImportedAndUsed() {
    grant(Optional.of(data()), List.of(), List.of());
    call(
        words(),
        "runs",
        """
        import json, re, datetime, asyncio, hashlib, ssl, csv, zipfile, tempfile, pathlib, logging, io
        import importlib.resources, importlib.metadata, collections, decimal, fractions, statistics
        import random, uuid, base64, itertools, functools, typing, dataclasses, enum, threading, queue
        import concurrent.futures, urllib.parse, urllib.request, http.client, socket, subprocess
        import xml.etree.ElementTree, html, unicodedata, secrets, hmac, inspect, contextvars
        import multiprocessing, select, signal, traceback, textwrap, zoneinfo, email.message, gzip
        import tomllib, pickle, heapq, locale, gettext, argparse, configparser, getpass, platform
        import glob, fnmatch, shutil, tarfile, lzma, zlib, sched, calendar, string, struct, array
        import mimetypes, netrc, webbrowser, pdb, doctest, unittest, timeit, cProfile, selectors, pprint
        assert json.loads(json.dumps({"a": 1})) == {"a": 1}
        assert re.match("(a+)b", "aab").group(1) == "aa"
        assert hashlib.sha256(b"x").hexdigest().startswith("2d711642")
        assert uuid.uuid4() != uuid.uuid4()
        datetime.datetime.now(datetime.timezone.utc).isoformat()
        with zipfile.ZipFile("z.zip", "w") as z: z.writestr("a.txt", "text")
        assert zipfile.ZipFile("z.zip").read("a.txt") == b"text"
        with gzip.open("g.gz", "wt") as f: f.write("text")
        assert gzip.open("g.gz", "rt").read() == "text"
        with tarfile.open("t.tar", "w") as t: t.add("z.zip")
        with open("t.csv", "w", newline="") as f: csv.writer(f).writerow([1, "a"])
        assert list(csv.reader(open("t.csv"))) == [["1", "a"]]
        logging.basicConfig(filename="log.txt", force=True)
        logging.warning("said")
        logging.shutdown()
        assert "said" in open("log.txt").read()
        ssl.create_default_context()
        mimetypes.guess_type("x.png")
        platform.system()
        getpass.getuser
        """);
    assertThat(lab.uses.stream().filter(use -> !use.allowed()).toList()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "file:///etc/passwd", "/etc/x.mjs", "../../../etc/passwd"})
  void javaScriptImportsNothingThatWasNotGranted(String path) {
    LoadedModule module = lab.javascript("words", "export const get = (path) => import(path);");
    assertThat(failure(module, "get", path).message()).contains("`words` may not read `/");
    assertThat(lab.uses).hasSize(1).allMatch(use -> !use.allowed());
  }

  @Test
  void javaScriptImportsWhatWasGranted() throws IOException {
    Path file = Files.writeString(folder.resolve("shared.mjs"), "export default 7;");
    grant(Optional.empty(), List.of(file), List.of());
    LoadedModule module =
        lab.javascript("words", "export const get = async (path) => (await import(path)).default;");
    assertThat(call(module, "get", file.toString())).isEqualTo(new Value.Int(7));
    assertThat(lab.uses).contains(use(Grant.Kind.READ, file, true));
  }
}
