package dev.packageforge.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Beats when the test says so, in the test's thread. */
final class ManualPulse implements Pulse {
  private final List<Runnable> beating = new ArrayList<>();
  private final List<Runnable> once = new ArrayList<>();

  @Override
  public Beat every(Duration period, Runnable task) {
    beating.add(task);
    return () -> beating.remove(task);
  }

  @Override
  public Beat watch(Duration period, Runnable task) {
    return every(period, task);
  }

  @Override
  public void soon(Runnable task) {
    once.add(task);
  }

  /** Everything beats once, and what was wanted soon is done. */
  void beat() {
    List<Runnable> due = new ArrayList<>(once);
    due.addAll(beating);
    once.clear();
    due.forEach(Runnable::run);
  }

  /** How many beats go on. */
  int beats() {
    return beating.size();
  }
}
