package stoa.module;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stoa.files.Root;
import stoa.files.SafeFiles;

/// What a module may reach by itself, besides its own files and other modules. Immutable: who keeps
/// one keeps what held when it was asked for.
///
/// @param data its private data folder, absolute, made when it is first needed; it may do there
///   what it likes. Empty: it has none
/// @param reads files and folders that it may read, absolute
/// @param writes files and folders that it may read and write, absolute
/// @param variables the names of variables that it may see; `AWS_*` names all that begin so
/// @param environment those of them that are set
public record Access(
    Optional<Path> data,
    List<Path> reads,
    List<Path> writes,
    List<String> variables,
    Map<String, String> environment) {
  public static final Access NONE = new Access(Optional.empty(), List.of(), List.of(), Map.of());

  public Access {
    reads = List.copyOf(reads);
    writes = List.copyOf(writes);
    variables = List.copyOf(variables);
    environment = Map.copyOf(environment);
  }

  /// All variables that it may see are set.
  public Access(
      Optional<Path> data, List<Path> reads, List<Path> writes, Map<String, String> environment) {
    this(data, reads, writes, List.copyOf(environment.keySet()), environment);
  }

  /// Whether it may see a variable, set or not.
  public boolean sees(String variable) {
    return environment.containsKey(variable)
        || variables.stream()
            .anyMatch(granted ->
                granted.endsWith(Grant.ANYTHING)
                    ? variable.startsWith(granted.substring(0, granted.length() - 1))
                    : variable.equals(granted));
  }

  /// The files that it may reach.
  ///
  /// @param own files and folders that it consists of, which it may read besides
  public SafeFiles files(Path... own) {
    List<Root> roots = new ArrayList<>();
    data.map(Root::made).ifPresent(roots::add);
    writes.forEach(path -> roots.add(Root.toWrite(path)));
    reads.forEach(path -> roots.add(Root.toRead(path)));
    List.of(own).forEach(path -> roots.add(Root.shipped(path)));
    return new SafeFiles(roots);
  }

  /// A grant was used, or was missing.
  public record Use(Grant grant, boolean allowed) {}
}
