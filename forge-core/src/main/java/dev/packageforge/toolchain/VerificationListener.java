package dev.packageforge.toolchain;

import dev.packageforge.Step;
import dev.packageforge.StepReport;

/** Hears a verification while it goes on. Called by one thread at a time, not always the same. */
public interface VerificationListener {
  /** One that hears nothing. */
  VerificationListener SILENT =
      new VerificationListener() {
        @Override
        public void began(Step step) {}

        @Override
        public void line(Step step, String line) {}

        @Override
        public void ended(StepReport report) {}
      };

  /** A step began. */
  void began(Step step);

  /** A step printed a line; untrusted. */
  void line(Step step, String line);

  /** A step ended. */
  void ended(StepReport report);
}
