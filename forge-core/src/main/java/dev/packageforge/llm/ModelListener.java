package dev.packageforge.llm;

import dev.packageforge.TokenUsage;

/**
 * Hears an answer while it is given. Called by one thread at a time. What it throws ends the call
 * and reaches the caller of {@link LanguageModel#generate}.
 */
@FunctionalInterface
public interface ModelListener {
  /** One that hears nothing. */
  ModelListener SILENT = delta -> {};

  /** The next piece of the answer; any length, cut anywhere. */
  void text(String delta);

  /** The next piece of what the model thinks aloud; never part of the answer. Default: ignored. */
  default void thought(String delta) {}

  /** What the call took so far; each time the whole. Default: ignored. */
  default void usage(TokenUsage soFar) {}
}
