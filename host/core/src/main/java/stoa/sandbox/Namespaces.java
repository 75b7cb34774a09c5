package stoa.sandbox;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `unshare` gives namespaces, and a few commands make a root in them of what is to be seen.
///
/// @param ownUsers in a user namespace, as everybody needs it but root
/// @param landlock the kernel's Landlock holds as well, should the root have a hole
record Namespaces(boolean ownUsers, boolean landlock) implements Shape {
  /// What is in `$1` is mounted, becomes the root, and the old root is gone.
  private static final String ENTER =
      """
      mount=$1 umount=$2 pivot_root=$3 nest=$4 directory=$5
      shift 5
      "$mount" -a -T "$nest/mounts" && cd "$nest/root" && "$pivot_root" . . && "$umount" -l . || {
        echo 'stoa-init: cannot make a root' >&2
        exit 126
      }
      cd "$directory" || exit 126
      exec "$@"
      """;

  @Override
  public Level level() {
    return landlock ? Level.LANDLOCK : Level.NAMESPACES;
  }

  @Override
  public String name() {
    return landlock ? "landlock, in namespaces" : level().id();
  }

  @Override
  public Strength strength() {
    return new Strength(true, true, true, true, true);
  }

  @Override
  public String lacks() {
    for (String program :
        List.of("unshare", "setpriv", "sh", "mount", "umount", "pivot_root", "prlimit")) {
      if (!Programs.has(program)) {
        return "there is no `" + program + "`";
      }
    }
    if (!ownUsers && !Words.privileged()) {
      return "without user namespaces it needs root";
    }
    return landlock ? Landlock.lacksHere() : "";
  }

  @Override
  public List<String> around(List<String> command, Confinement confinement) throws IOException {
    View view = View.of(confinement);
    new Mounts(confinement.nest(), view).prepare();
    List<String> words = new ArrayList<>(Words.boundToHost());
    words.addAll(Words.ownSession());
    words.addAll(List.of(Programs.word("unshare"), "--mount", "--pid", "--ipc", "--uts", "--fork"));
    words.add("--kill-child");
    if (ownUsers) {
      words.addAll(List.of("--user", "--map-root-user"));
    }
    if (!confinement.network()) {
      words.add("--net");
    }
    words.addAll(List.of("--", Programs.word("sh"), "-c", ENTER, Words.INIT_NAME));
    for (String program : List.of("mount", "umount", "pivot_root")) {
      words.add(Programs.word(program));
    }
    words.add(confinement.nest().path().toString());
    words.add(confinement.directory().toString());
    words.addAll(Words.unprivileged(true));
    if (landlock) {
      words.addAll(Landlock.words(view, confinement, true));
    }
    words.addAll(List.of(Programs.word("sh"), "-c", Words.INIT, Words.INIT_NAME));
    words.addAll(Words.ownSession()); // the group outside has processes that it must not signal
    words.addAll(Words.limited(confinement.limits(), ownUsers));
    words.addAll(command);
    return words;
  }
}
