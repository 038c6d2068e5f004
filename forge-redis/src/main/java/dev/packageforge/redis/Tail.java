package dev.packageforge.redis;

import dev.packageforge.queue.QueueException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Reads streams as they grow, on one connection of its own. What was read is not read again; who
 * gets an exception or was reconnected must take it that anything may have happened meanwhile.
 *
 * <p>Each tail is a consumer group of its own on the streams it reads, and reads without
 * acknowledging: unlike a plain read, such a read fails if the stream was wiped away, so that the
 * loss of everything is noticed without one more command.
 *
 * <p>For one reading thread; {@link #wake} and {@link #close} may be called by any.
 */
interface Tail extends AutoCloseable {
  /** An entry of a stream. */
  record Entry(String stream, String id, Map<String, String> fields) {}

  /**
   * Waits for entries, at most {@code patience}. Each call sends one command, and a few more if the
   * connection has to be opened first.
   *
   * @param streams keys; all in one slot
   * @return empty if none came, or if it was woken
   * @throws QueueException if the server does not answer; {@code DATA_LOST} if a stream is gone
   */
  List<Entry> read(List<String> streams, Duration patience);

  /** How often this tail's connection was opened; who sees it grow may have missed entries. */
  long opened();

  /** Ends the read that waits now, or the next one, at once. */
  void wake();

  /** Ends the read that waits now, and takes its groups off the streams if the server answers. */
  @Override
  void close();
}
