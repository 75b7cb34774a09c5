package stoa.sandbox;

import java.util.ArrayList;
import java.util.List;

/// No privileges, none to come, and limits.
record Reduced() implements Shape {
  @Override
  public Level level() {
    return Level.REDUCED;
  }

  @Override
  public String name() {
    return level().id();
  }

  @Override
  public Strength strength() {
    return new Strength(false, false, false, false, false);
  }

  @Override
  public String lacks() {
    return Programs.has("setpriv") ? "" : "there is no `setpriv`";
  }

  @Override
  public List<String> around(List<String> command, Confinement confinement) {
    List<String> words = new ArrayList<>(Words.ownSession());
    words.addAll(Words.unprivileged());
    words.addAll(Words.limited(confinement.limits(), Guard.best().ownUsers()));
    words.addAll(command);
    return Guard.best().around(words);
  }
}
