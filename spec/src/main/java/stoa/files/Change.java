package stoa.files;

import java.io.IOException;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/// What is to be changed of what is said about a file.
sealed interface Change {
  void make(Spot spot) throws IOException;

  /// @throws UnsupportedOperationException if it is an attribute that stays as it is
  static Change of(String name, Object value) {
    return switch (name.substring(name.indexOf(':') + 1)) {
      case "lastModifiedTime" -> new Time(Time.Of.CHANGE, (FileTime) value);
      case "lastAccessTime" -> new Time(Time.Of.ACCESS, (FileTime) value);
      case "creationTime" -> new Time(Time.Of.CREATION, (FileTime) value);
      case "permissions" ->
          new Permissions(
              ((Set<?>) value)
                  .stream().map(PosixFilePermission.class::cast).collect(Collectors.toSet()));
      case "mode" -> new Permissions(Permissions.ofMode((Integer) value));
      default ->
          throw new UnsupportedOperationException("the attribute `" + name + "` cannot be set");
    };
  }

  record Time(Of of, FileTime time) implements Change {
    enum Of {
      CHANGE,
      ACCESS,
      CREATION
    }

    @Override
    public void make(Spot spot) throws IOException {
      BasicFileAttributeView view = spot.view(BasicFileAttributeView.class);
      switch (of) {
        case CHANGE -> view.setTimes(time, null, null);
        case ACCESS -> view.setTimes(null, time, null);
        case CREATION -> view.setTimes(null, null, time);
      }
    }
  }

  /// Reading, writing and executing; whose rights a program has when it runs cannot be changed.
  record Permissions(Set<PosixFilePermission> permissions) implements Change {
    @Override
    public void make(Spot spot) throws IOException {
      spot.view(PosixFileAttributeView.class).setPermissions(permissions);
    }

    /// The order of the constants is that of the bits, the highest first.
    static Set<PosixFilePermission> ofMode(int mode) {
      Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
      int bit = 0400;
      for (PosixFilePermission permission : PosixFilePermission.values()) {
        if ((mode & bit) != 0) {
          set.add(permission);
        }
        bit >>= 1;
      }
      return set;
    }
  }
}
