package stoa.outside;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import stoa.call.Budget;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.files.OutsideException;
import stoa.files.SafeFiles;
import stoa.grant.Policy;
import stoa.module.Access;
import stoa.module.Grant;
import stoa.module.Grant.Kind;
import stoa.router.Found;

/// The files that a module may use: its own, those in its data folder, and what was granted. A
/// relative path means one in the data folder; or, for who reads and if it is not there, one of its
/// own.
///
/// @param found the module, as it stands in its folder
record GrantedFiles(String module, Policy policy, Optional<Found> found) implements Reach {
  @Override
  public Path toRead(String path) {
    Optional<Path> data = policy.access(module).data().map(in -> UsersFiles.under(in, path));
    Optional<Path> own = home().map(in -> UsersFiles.under(in, path));
    return data.filter(file -> own.isEmpty() || has(file))
        .or(() -> own.filter(file -> data.isEmpty() || has(file)))
        .or(() -> data)
        .orElseGet(() -> UsersFiles.absolute(path, "there is no data folder"));
  }

  @Override
  public Path toWrite(String path) {
    return policy
        .access(module)
        .data()
        .map(in -> UsersFiles.under(in, path))
        .orElseGet(() -> UsersFiles.absolute(path, "there is no data folder"));
  }

  /// Where its own files are.
  private Optional<Path> home() {
    return found.map(known -> known.folder().orElse(known.main().resolveSibling("")));
  }

  private boolean has(Path file) {
    try {
      files().readAttributes(file);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private SafeFiles files() {
    return policy
        .access(module)
        .files(
            found.map(known -> known.folder().orElse(known.main())).stream().toArray(Path[]::new));
  }

  @Override
  public SeekableByteChannel open(Path file, Set<? extends OpenOption> options) throws IOException {
    boolean write = options.contains(StandardOpenOption.WRITE);
    try {
      SeekableByteChannel channel = files().newByteChannel(file, options);
      used(file, write).ifPresent(grant -> policy.noted(module, new Access.Use(grant, true)));
      return channel;
    } catch (OutsideException e) {
      throw denied(file, e);
    }
  }

  /// The grant that made it possible; empty: none was needed.
  private Optional<Grant> used(Path file, boolean write) {
    Access access = policy.access(module);
    List<Path> reads = write ? List.of() : access.reads();
    return access.writes().stream()
        .filter(file::startsWith)
        .map(root -> new Grant(Kind.WRITE, root.toString()))
        .findFirst()
        .or(() ->
            reads.stream()
                .filter(file::startsWith)
                .map(root -> new Grant(Kind.READ, root.toString()))
                .findFirst());
  }

  private FailureException denied(Path file, OutsideException e) {
    Path needed = e.target().orElse(file);
    Grant missing = new Grant(e.write() ? Kind.WRITE : Kind.READ, needed.toString());
    policy.noted(module, new Access.Use(missing, false));
    Failure failure = policy.missing(module, missing);
    return new FailureException(e.target().isEmpty() ? failure : byLink(file, failure), e);
  }

  private static Failure byLink(Path file, Failure failure) {
    return Failure.of(
        Code.DENIED,
        Failure.Description.of(
                failure
                    .message()
                    .replaceFirst("\\.$", Matcher.quoteReplacement(OutsideException.over(file))),
                failure.help())
            .with(failure.details()));
  }

  @Override
  public String hint() {
    return policy
        .access(module)
        .data()
        .map(data -> "Relative paths begin at the module's data folder, " + data + ".")
        .orElse("");
  }

  @Override
  public long most() {
    return Budget.MAX;
  }
}
