package dev.packageforge.pipeline;

import dev.packageforge.RunEvent;
import dev.packageforge.Step;
import dev.packageforge.StepReport;
import dev.packageforge.toolchain.VerificationListener;
import java.time.Clock;

/** Turns what a verification says into events. */
record SinkListener(EventSink sink, int attempt, Clock clock) implements VerificationListener {
  @Override
  public void began(Step step) {
    sink.add(new RunEvent.StepBegan(attempt, step, clock.instant()));
  }

  @Override
  public void line(Step step, String line) {
    sink.log(attempt, step, line);
  }

  @Override
  public void ended(StepReport report) {
    sink.add(new RunEvent.StepEnded(attempt, report));
  }
}
