package dev.packageforge.examples.chaos;

import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.RunStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Where the work is done: a store and those who work on what is in it. */
interface Site extends AutoCloseable {
  /** The person's own way to the store, as bad as everybody's. */
  Forge asking();

  /** The store as it is, seen past all that goes wrong. */
  RunStore truth();

  /** How long a silent worker keeps a job here. */
  Duration lease();

  /** Lets nothing more go wrong, and the workers go home. */
  void calm() throws InterruptedException;

  /** What is still there that should not be: open jobs, processes; a sentence each. */
  List<String> leftovers() throws InterruptedException;

  /** What went wrong how often. */
  Map<String, Long> counts();

  /** Ends what is left. */
  @Override
  void close();
}
