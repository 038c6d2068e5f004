package dev.packageforge.llm;

import dev.packageforge.TokenUsage;

/**
 * A model's whole answer.
 *
 * @param text what it said; untrusted
 * @param usage what it took
 * @param model which model says that it answered
 */
public record ModelReply(String text, TokenUsage usage, String model) {
  /** Says how long the answer is, not what it says. */
  @Override
  public String toString() {
    return "ModelReply[" + text.length() + " characters, " + usage + ", " + model + "]";
  }
}
