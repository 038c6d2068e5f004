package dev.packageforge.pipeline;

import dev.packageforge.Attempt;
import dev.packageforge.SandboxReport;
import dev.packageforge.Verdict;
import dev.packageforge.toolchain.Verification;

/**
 * What makes a verification an attempt of a run.
 *
 * @param number of the attempt
 * @param draft its number; 0 if there is none
 * @param sandbox what it held against when the attempt began
 */
record Judgement(int number, int draft, SandboxReport sandbox) {
  Attempt of(Verification verification) {
    return new Attempt(
        number,
        draft,
        verdict(verification),
        verification.steps(),
        verification.findings(),
        sandbox);
  }

  private Verdict verdict(Verification verification) {
    if (verification instanceof Verification.Passed passed) {
      return new Verdict.Passed(passed.packed().artifact());
    }
    if (verification instanceof Verification.Failed failed) {
      return new Verdict.Failed(failed.failure());
    }
    return new Verdict.Unverified(String.join(" ", sandbox.degradations()));
  }
}
