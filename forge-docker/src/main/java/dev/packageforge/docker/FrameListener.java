package dev.packageforge.docker;

import org.jspecify.annotations.Nullable;

/** Hears what a command prints, from one thread. */
interface FrameListener {
  /**
   * The next bytes; the array is the listener's own. While it does not return nothing more is read,
   * and the command waits once the pipes between are full.
   *
   * @param error whether they are from the error stream
   */
  void frame(boolean error, byte[] bytes);

  /**
   * Nothing follows. Called exactly once, also after {@link Exec#close}.
   *
   * @param why null if the engine ended the stream between two frames, which it also does when it
   *     is killed: what the command did is known by {@link Engine#inspect} alone
   */
  void ended(@Nullable Throwable why);
}
