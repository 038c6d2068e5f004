package dev.packageforge.examples;

import dev.packageforge.queue.StoredEvent;
import java.util.function.Supplier;

/** A view that says nothing of the run while a person is asked something. */
final class HeldView implements RunView, AtHand.Quiet {
  private final RunView view;
  private final Object terminal = new Object();

  HeldView(RunView view) {
    this.view = view;
  }

  @Override
  public void show(StoredEvent event) {
    synchronized (terminal) {
      view.show(event);
    }
  }

  /** Is not held back: it may be what ends the question. */
  @Override
  public void note(String line) {
    view.note(line);
  }

  @Override
  public void tick() {
    synchronized (terminal) {
      view.tick();
    }
  }

  @Override
  public void settle() {
    view.settle();
  }

  @Override
  public <T> T during(Supplier<T> asking) {
    synchronized (terminal) {
      view.settle();
      return asking.get();
    }
  }
}
