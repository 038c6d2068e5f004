package dev.packageforge.pipeline;

import dev.packageforge.Finding;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with one answer. Beyond a number, more of the same teaches nothing. */
final class Refusals {
  private static final int MAX_FINDINGS = 50;

  private final List<Finding> findings = new ArrayList<>();
  private int errors;

  /** Something that fails the draft. */
  void error(String code, String where, String sentence, String remedy) {
    errors++;
    if (errors <= MAX_FINDINGS) {
      findings.add(Finding.error(code, where, sentence, remedy));
    }
  }

  /** Why the rest was not read; told even when there is too much to tell. */
  void last(String code, String sentence, String remedy) {
    findings.add(Finding.error(code, "", sentence, remedy));
  }

  /** Something that was put right. */
  void warn(String code, String where, String sentence, String remedy) {
    if (findings.size() < MAX_FINDINGS) {
      findings.add(Finding.warning(code, where, sentence, remedy));
    }
  }

  /** Whether the answer is so bad that the rest need not be read. */
  boolean full() {
    return errors >= MAX_FINDINGS;
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }
}
