package stoa.cli.dev;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Tells which modules have files that changed, those in the folders of modules included. For one
/// thread.
public final class ModuleWatch implements AutoCloseable {
  /// Editors and compilers write a file in several steps.
  private static final Duration QUIET = Duration.ofMillis(150);

  /// What tools put there, and nobody edits.
  private static final Set<String> FOREIGN =
      Set.of("node_modules", "site-packages", "__pycache__", "target");

  private static final Pattern MODULE =
      Pattern.compile("([a-z][a-z0-9_-]{0,62})(?:\\.(?:m?js|py))?");

  private final Path modules;
  private final WatchService service;
  private final Map<WatchKey, Path> folders = new HashMap<>();

  private ModuleWatch(Path modules, WatchService service) {
    this.modules = modules;
    this.service = service;
  }

  /// @throws IOException if the folder cannot be watched
  public static ModuleWatch of(Path modules) throws IOException {
    ModuleWatch watch = new ModuleWatch(modules, modules.getFileSystem().newWatchService());
    watch.register(modules);
    watch.further(modules);
    return watch;
  }

  private void register(Path folder) throws IOException {
    folders.put(folder.register(service, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY), folder);
  }

  /// Folders in a folder, because the system watches one at a time.
  private void further(Path folder) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS) && module(entry).isPresent()) {
          register(entry);
          further(entry);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      // It came and went.
    }
  }

  /// Waits until files have changed, and then until none has for a moment.
  ///
  /// @return the names of their modules; none, if the files belong to no module
  public SortedSet<String> next() throws InterruptedException, IOException {
    SortedSet<String> changed = new TreeSet<>();
    WatchKey key = service.take();
    while (key != null) {
      take(key, changed);
      key = service.poll(QUIET.toMillis(), TimeUnit.MILLISECONDS);
    }
    return changed;
  }

  private void take(WatchKey key, Set<String> changed) throws IOException {
    Path folder = folders.getOrDefault(key, modules);
    for (WatchEvent<?> event : key.pollEvents()) {
      if (event.context() instanceof Path name) {
        Path entry = folder.resolve(name);
        Optional<String> module = module(entry);
        module.ifPresent(changed::add);
        boolean isNew = module.isPresent() && event.kind().equals(ENTRY_CREATE);
        if (isNew && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          register(entry);
          further(entry);
        }
      } else {
        everything(changed); // too much at once to be told one by one
      }
    }
    if (!key.reset()) {
      folders.remove(key);
    }
  }

  private void everything(Set<String> changed) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(modules)) {
      entries.forEach(entry -> module(entry).ifPresent(changed::add));
    }
    further(modules);
  }

  /// The module that a file or folder belongs to.
  private Optional<String> module(Path entry) {
    Path inside = modules.relativize(entry);
    for (Path part : inside) {
      String name = part.toString();
      if (name.startsWith(".") || name.endsWith("~") || FOREIGN.contains(name)) {
        return Optional.empty();
      }
    }
    Matcher first = MODULE.matcher(inside.getName(0).toString());
    return first.matches() ? Optional.of(first.group(1)) : Optional.empty();
  }

  @Override
  public void close() throws IOException {
    service.close();
  }
}
