package dev.packageforge.llm;

import dev.packageforge.Cancellation;

/**
 * Answers a prompt.
 *
 * <p>Safe for use by many threads. Nothing is opened before the first {@link #generate}. An
 * implementation that holds connections is {@link AutoCloseable}; whoever built it closes it. One
 * call is one request to whatever is behind it: who wants another try calls again.
 */
public interface LanguageModel {
  /** Which model this is, and what it costs. */
  ModelInfo info();

  /**
   * Asks, tells the listener each piece as it arrives, and waits for the end.
   *
   * @param cancellation stops the call; a call that was cancelled before it began asks nothing
   * @return the whole answer, whose text is all pieces in order
   * @throws LanguageModelException if there is no usable answer
   * @throws java.util.concurrent.CancellationException if it was cancelled
   * @throws InterruptedException if this thread is interrupted; the call has then been stopped
   */
  ModelReply generate(ModelRequest request, ModelListener listener, Cancellation cancellation)
      throws InterruptedException;
}
