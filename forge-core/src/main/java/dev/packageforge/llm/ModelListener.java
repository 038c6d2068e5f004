package dev.packageforge.llm;

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
}
