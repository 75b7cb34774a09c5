package stoa.grant;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;
import stoa.module.Grant;
import stoa.module.Grant.Kind;

/// Lists of grants as they stand in TOML: for each kind a list of texts.
public final class Requests {
  /// What a module or one of its methods is called, in any language.
  private static final String METHOD =
      "\\*|[A-Za-z_][A-Za-z0-9_-]*\\*?|[A-Za-z_][A-Za-z0-9_-]*\\.[^\\s\\p{Cntrl}]+";

  private static final String VARIABLE = "[^=\\p{Cntrl}]+";

  private Requests() {}

  /// @throws IllegalArgumentException with a sentence if there is something else
  public static Grants grants(TomlTable table) {
    Grants grants = Grants.NONE;
    for (Kind kind : Kind.values()) {
      if (table.contains(List.of(kind.word()))) {
        grants = grants.with(kind, values(kind, table.get(List.of(kind.word()))));
      }
    }
    return grants;
  }

  private static List<String> values(Kind kind, Object given) {
    if (!(given instanceof TomlArray array)) {
      throw new IllegalArgumentException(
          "`%s` must be a list of texts: %s = [\"%s\"]"
              .formatted(kind.word(), kind.word(), kind.shape()));
    }
    List<String> values = new ArrayList<>();
    for (Object value : array.toList()) {
      if (!(value instanceof String text)) {
        throw new IllegalArgumentException(
            "`%s` must be a list of texts, and `%s` is none".formatted(kind.word(), value));
      }
      values.add(checked(new Grant(kind, text)).value());
    }
    return values;
  }

  /// A grant whose value makes sense, in the form in which it is compared: `~/` is the user's home.
  ///
  /// @throws IllegalArgumentException with a sentence if it makes none
  public static Grant checked(Grant grant) {
    String value = grant.value();
    return switch (grant.kind()) {
      case READ, WRITE -> new Grant(grant.kind(), path(grant));
      case NET -> new Grant(grant.kind(), NetPattern.of(value).text());
      case RUN -> value.contains("/") ? new Grant(grant.kind(), path(grant)) : grant;
      case HOST -> {
        Amount.of(value);
        yield grant;
      }
      case ENV, LIST, CONNECT, CALL, STOA -> {
        if (!value.matches(grant.kind() == Kind.ENV ? VARIABLE : METHOD)) {
          throw new IllegalArgumentException(
              "`%s` is no value for `%s`: write %s=%s"
                  .formatted(
                      value, grant.kind().word(), grant.kind().word(), grant.kind().shape()));
        }
        yield grant;
      }
    };
  }

  private static String path(Grant grant) {
    String value = grant.value();
    if (value.equals(Grant.ANYTHING)) {
      return value;
    }
    String home = System.getProperty("user.home");
    Path path = Path.of(value.equals("~") ? home : value.replaceFirst("^~/", home + "/"));
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException(
          "`%s` is no absolute path: begin it with `/` or `~/`".formatted(value));
    }
    return path.normalize().toString();
  }
}
