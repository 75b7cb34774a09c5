package stoa.sandbox;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The program `bwrap` makes a root of what is to be seen, in namespaces of all kinds.
///
/// @param ownUsers in a user namespace too; where that is forbidden, root can do without
record Bubblewrap(boolean ownUsers) implements Shape {
  @Override
  public Level level() {
    return Level.BUBBLEWRAP;
  }

  @Override
  public String name() {
    return level().id();
  }

  @Override
  public Strength strength() {
    return new Strength(true, true, true, true, true);
  }

  @Override
  public String lacks() {
    if (!Programs.has("bwrap")) {
      return "there is no `bwrap` on PATH";
    }
    return ownUsers || Words.privileged() ? "" : "without user namespaces it needs root";
  }

  @Override
  public List<String> around(List<String> command, Confinement confinement) throws IOException {
    List<String> words = new ArrayList<>(Words.boundToHost());
    words.add(Programs.word("bwrap"));
    words.addAll(
        List.of("--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-cgroup-try"));
    if (ownUsers) {
      words.add("--unshare-user");
    }
    if (!confinement.network()) {
      words.add("--unshare-net");
    }
    words.addAll(List.of("--die-with-parent", "--new-session", "--cap-drop", "ALL"));
    see(View.of(confinement), words);
    words.addAll(List.of("--chdir", confinement.directory().toString(), "--"));
    words.addAll(Words.limited(confinement.limits(), ownUsers));
    words.addAll(command);
    return words;
  }

  private static void see(View view, List<String> words) {
    for (View.Link link : view.links()) {
      words.addAll(List.of("--symlink", link.target().toString(), link.path().toString()));
    }
    for (View.Part part : view.parts()) {
      if (part.target().equals(View.TEMP)) { // what comes before is the system's
        words.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
      }
      String option =
          switch (part.use()) {
            case READ -> "--ro-bind";
            case WRITE -> "--bind";
            case DEVICE -> "--dev-bind";
          };
      words.addAll(List.of(option, part.source().toString(), part.target().toString()));
    }
    for (String own : List.of("/proc", "/dev", "/")) {
      words.addAll(List.of("--remount-ro", own));
    }
  }
}
