package stoa.sandbox;

import java.util.ArrayList;
import java.util.List;

/// A program as any other of the user's, with limits if they can be set.
record Plain() implements Shape {
  @Override
  public Level level() {
    return Level.NONE;
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
    return "";
  }

  @Override
  public List<String> around(List<String> command, Confinement confinement) {
    List<String> words = new ArrayList<>(Words.ownSession());
    words.addAll(Words.limited(confinement.limits(), Guard.best().ownUsers()));
    words.addAll(command);
    return Guard.best().around(words);
  }
}
