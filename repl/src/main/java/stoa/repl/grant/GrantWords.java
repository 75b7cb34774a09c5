package stoa.repl.grant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import stoa.call.Suggestion;
import stoa.client.ModuleClient;
import stoa.module.Grant;
import stoa.module.Grant.Kind;
import stoa.repl.view.GrantText;
import stoa.repl.view.Printable;

/// What was typed after `grant` or `revoke`: a module, and what it may do.
///
/// @param grants as a host understands them: paths are absolute
public record GrantWords(String module, List<String> grants) {
  private static final Pattern MODULE = Pattern.compile("[a-z][a-z0-9_-]{0,62}");
  private static final Pattern HOST_AND_PORT = Pattern.compile("[\\w.*-]+\\.[\\w.-]+:(\\d+|\\*)");
  private static final Pattern URL = Pattern.compile("(https?)://([^/:]+)(:\\d+)?(/.*)?");

  public GrantWords {
    grants = List.copyOf(grants);
  }

  /// How words are to be understood.
  ///
  /// @param command how it is typed here: `stoa grant`
  /// @param working relative paths begin there
  /// @param home what `~` is
  public record Reader(String command, Path working, Path home) {

    /// @throws IllegalArgumentException with what is wrong, and how it is right
    public GrantWords grants(List<String> words) {
      return read(words, false);
    }

    /// The same, where a kind alone means all of that kind. Throws as [#grants] does.
    public GrantWords revoked(List<String> words) {
      return read(words, true);
    }

    private GrantWords read(List<String> words, boolean bareKinds) {
      String module = module(words);
      List<String> grants = new ArrayList<>();
      for (String word : words.subList(1, words.size())) {
        grants.add(grant(module, word, bareKinds));
      }
      return new GrantWords(module, grants);
    }

    private String module(List<String> words) {
      String first = words.getFirst();
      if (MODULE.matcher(first).matches()) {
        return first;
      }
      Optional<String> meant =
          words.stream().filter(word -> MODULE.matcher(word).matches()).findFirst();
      if (meant.isPresent() && first.contains("=")) {
        List<String> rest = new ArrayList<>(words);
        rest.remove(meant.get());
        throw new IllegalArgumentException(
            "the name of the module comes first: write `%s %s %s`"
                .formatted(command, meant.get(), String.join(" ", rest)));
      }
      if (first.contains("=") || first.contains("/")) {
        throw new IllegalArgumentException(
            "`%s` is no name of a module, and that comes first: write `%s NAME %s`"
                .formatted(first, command, String.join(" ", words)));
      }
      throw new IllegalArgumentException("`" + first + "` is no name of a module");
    }

    private String grant(String module, String word, boolean bareKinds) {
      int sign = word.indexOf('=');
      if (sign < 0) {
        return bare(module, word, bareKinds);
      }
      Kind kind = kind(word, word.substring(0, sign));
      String value = word.substring(sign + 1);
      if (value.isBlank()) {
        throw saysNotWhat(word, kind);
      }
      return kind.word() + "=" + value(kind, value);
    }

    private String bare(String module, String word, boolean bareKinds) {
      Optional<Kind> kind = Kind.named(word);
      if (kind.isPresent()) {
        if (bareKinds || kind.get() == Kind.LIST || kind.get() == Kind.CONNECT) {
          return word;
        }
        throw saysNotWhat(word, kind.get());
      }
      Optional<String> meant =
          HOST_AND_PORT.matcher(word).matches()
              ? Optional.of("net=" + word)
              : word.contains("/") || word.equals("~") || Files.exists(working.resolve(word))
                  ? Optional.of("read=" + word)
                  : Optional.empty();
      throw meant
          .map(text ->
              new IllegalArgumentException(
                  "`%s` does not say what `%s` may do with it: write `%s`"
                      .formatted(word, module, text)))
          .orElseGet(() -> noKind(word, word));
    }

    private Kind kind(String word, String text) {
      return Kind.named(text).orElseThrow(() -> noKind(word, text));
    }

    private static IllegalArgumentException noKind(String word, String text) {
      List<String> kinds = Arrays.stream(Kind.values()).map(Kind::word).toList();
      String next =
          Suggestion.closest(text, kinds)
              .map(kind -> "Did you mean `" + kind + word.substring(text.length()) + "`?")
              .orElse("There are " + Kind.words());
      return new IllegalArgumentException(
          "there is no kind of grant `%s`. %s".formatted(text, next));
    }

    private static IllegalArgumentException saysNotWhat(String word, Kind kind) {
      return new IllegalArgumentException(
          "`%s` does not say what: write `%s=%s`".formatted(word, kind.word(), kind.shape()));
    }

    private String value(Kind kind, String value) {
      return switch (kind) {
        case READ, WRITE -> path(value);
        case RUN -> value.contains("/") ? path(value) : value;
        case NET -> net(value);
        case STOA -> value.startsWith("stoa.") ? value.substring("stoa.".length()) : value;
        case ENV, LIST, CONNECT, CALL, HOST -> value;
      };
    }

    private String path(String value) {
      if (value.equals(Grant.ANYTHING)) {
        return value;
      }
      Path path =
          value.equals("~") || value.startsWith("~/")
              ? home.resolve(value.substring(Math.min(2, value.length())))
              : working.resolve(value);
      return path.toAbsolutePath().normalize().toString();
    }

    private static String net(String value) {
      var url = URL.matcher(value);
      if (url.matches()) {
        String usual = url.group(1).equals("http") ? ":80" : ":443";
        throw new IllegalArgumentException(
            "`net=%s` is an address with more than a host and a port: write `net=%s%s`"
                .formatted(value, url.group(2), url.group(3) == null ? usual : url.group(3)));
      }
      if (!value.contains(":") && !value.equals(Grant.ANYTHING)) {
        throw new IllegalArgumentException(
            "`net=%s` names no port: write `net=%s:443`, or `net=%s:*` for all ports"
                .formatted(value, value, value));
      }
      return value;
    }
  }

  /// What a module asks for and was not granted.
  public static List<String> askedBy(ModuleClient stoa, String module) {
    return stoa.call("grants", module).asList().stream()
        .filter(row -> row.at("state").asText().equals("asked"))
        .map(GrantText::text)
        .toList();
  }

  /// What a person should know who grants this: of a file that is not there yet, by a slip or
  /// because it is to come; and of one that is somewhere else.
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    files(grants)
        .filter(file -> !Files.exists(file))
        .forEach(
            file -> notes.add("note: there is no `" + Printable.of(file.toString()) + "` yet"));
    notes.addAll(byLinks(grants));
    return notes;
  }

  /// What else is granted with a path that leads over links.
  static List<String> byLinks(List<String> grants) {
    List<String> notes = new ArrayList<>();
    for (Path file : files(grants).toList()) {
      try {
        Path real = file.toRealPath();
        if (!real.equals(file)) {
          notes.add(
              "note: `%s` is a link, or lies behind one: it is `%s`"
                  .formatted(Printable.of(file.toString()), Printable.of(real.toString())));
        }
      } catch (IOException e) {
        // It leads nowhere now.
      }
    }
    return notes;
  }

  private static Stream<Path> files(List<String> grants) {
    return grants.stream()
        .map(Grant::of)
        .filter(grant -> grant.kind() == Kind.READ || grant.kind() == Kind.WRITE)
        .filter(grant -> !grant.value().equals(Grant.ANYTHING))
        .map(grant -> Path.of(grant.value()));
  }
}
