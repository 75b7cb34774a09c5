package stoa.grant;

import java.nio.file.Path;
import stoa.module.Grant;

/// What a grant covers, kind by kind.
final class Coverage {
  private Coverage() {}

  /// Whether a grant covers a use.
  ///
  /// @param wanted what is to be used: a path is absolute and free of `..`, a method is
  ///   `module.method`
  static boolean covers(Grant grant, String wanted) {
    String value = grant.value();
    if (value.equals(Grant.ANYTHING) && grant.kind() != Grant.Kind.NET) {
      return true;
    }
    return switch (grant.kind()) {
      case READ, WRITE -> Path.of(wanted).startsWith(Path.of(value));
      case NET -> NetPattern.of(value).covers(wanted);
      case ENV -> named(value, wanted);
      case CALL -> wanted.equals(value) || isModule(value, wanted);
      case RUN, LIST, CONNECT, STOA -> wanted.equals(value);
      case HOST -> false; // amounts are compared by who gives them
    };
  }

  /// `AWS_*` names all that begin so.
  private static boolean named(String value, String wanted) {
    return value.endsWith("*")
        ? wanted.startsWith(value.substring(0, value.length() - 1))
        : wanted.equals(value);
  }

  private static boolean isModule(String value, String wanted) {
    String module = value.endsWith(".*") ? value.substring(0, value.length() - 2) : value;
    return !module.contains(".") && wanted.startsWith(module + ".");
  }
}
