package dev.packageforge.sandbox;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Who holds one running command: all that {@link RunningCommand} needs to know of the way. */
interface Keeper {
  /**
   * What all processes of a command take now.
   *
   * @param memoryBytes memory they have to themselves; 0 where nobody can tell
   * @param processes how many they are, threads counted; 0 where nobody can tell
   */
  record Usage(long memoryBytes, int processes) {}

  /** Whether the command waits, once it is confined, to be told to start. */
  boolean waitsForWord();

  /**
   * Makes sure of the confinement. Called while the command waits for the word.
   *
   * @throws IOException if it has ended meanwhile
   */
  boolean confined() throws IOException;

  /** Whether its input stays open for as long as it may run. */
  boolean holdsInput();

  /** How often it should be looked at what the command takes. */
  Duration looksEvery();

  Usage usage();

  /** Whether it has written more than it may. */
  boolean diskIsExceeded();

  /**
   * Why a command may have failed without any fault of its own.
   *
   * @param code what it ended with
   */
  @Nullable SandboxException misfortune(int code);

  /**
   * Kills all processes of the command. Any thread may call this, again and again.
   *
   * @return whether none is left
   */
  boolean kill();

  /** How a person finds the process that could not be killed, as the end of a sentence. */
  String whereToLook();
}
