package dev.packageforge.redis;

import dev.packageforge.queue.QueueException;
import java.util.List;

/**
 * Scripts run on the server, each with a deadline. Errors are {@link QueueException}s; an answer
 * that was lost is one with reason {@code UNAVAILABLE}, after which nobody knows whether the script
 * ran: whoever asks again must use the same request id.
 *
 * <p>Safe for use by many threads.
 */
interface Commands extends AutoCloseable {
  /**
   * Runs a script: by its digest, and with its text if the server does not know it.
   *
   * @return as Redis answers: {@code Long}, {@code byte[]}, {@code List<Object>} of these, or null
   */
  Object run(Script script, List<String> keys, List<byte[]> arguments);

  /** Runs a script many times in few round trips; the answers in order. */
  List<Object> runAll(Script script, List<Call> calls);

  /**
   * A connection of its own for reads that wait on the server. It is opened by its first read, and
   * again by the first one after it broke.
   */
  Tail tail();

  @Override
  void close();

  /** What one run of a script is given. */
  record Call(List<String> keys, List<byte[]> arguments) {
    public Call {
      keys = List.copyOf(keys);
      arguments = List.copyOf(arguments);
    }
  }
}
