package dev.packageforge.sandbox;

import dev.packageforge.Cancellation;
import java.util.Optional;

/**
 * One place, from empty to gone. Paths are relative to its work folder, with forward slashes, and
 * cannot leave it. For one thread at a time, except {@link #close}, which any thread may call and
 * which stops whatever runs.
 */
public interface SandboxSession extends AutoCloseable {
  /**
   * Writes a file, and the folders above it.
   *
   * @throws IllegalArgumentException if the path leaves the work folder
   * @throws SandboxException if it cannot be written; that may be told by the next command or
   *     {@link #take} instead, which need it
   */
  void put(String path, byte[] content);

  /**
   * Runs a command in the work folder and waits for its end. When it has ended, by itself or not,
   * none of its processes is left.
   *
   * @param output hears what it prints, as it is printed
   * @param cancellation stops it
   * @return how it ended; a command that fails is an answer, not an exception
   * @throws SandboxException if nothing was learned of the command
   * @throws InterruptedException if this thread is interrupted; the command has then been stopped
   */
  ExecResult exec(Command command, OutputListener output, Cancellation cancellation)
      throws InterruptedException;

  /**
   * Starts a command of ours that stays while others run, and shares their loopback device. Where
   * the sandbox can, it is another user than they are, so that they can neither end nor change it.
   * None of its time, output and end is told to anybody.
   *
   * @return empty if commands of this session reach the network by themselves
   * @throws SandboxException if the session may reach nobody, or it cannot be started
   * @throws InterruptedException if this thread is interrupted; it has then been stopped
   */
  default Optional<Companion> companion(Command command) throws InterruptedException {
    return Optional.empty();
  }

  /** From now on no command reaches anybody; companions end. Cannot be undone. */
  void cutNetwork();

  /**
   * Reads a file. A symbolic link is not followed.
   *
   * @param maxBytes more than this is refused
   * @throws SandboxException if there is no such regular file, or it is larger
   */
  byte[] take(String path, long maxBytes);

  /** Stops what runs and removes everything. Calling it again does nothing. */
  @Override
  void close();
}
