package dev.packageforge.examples;

import dev.packageforge.queue.StoredEvent;

/** Shows a run to somebody while it goes on. Safe for use by many threads. */
interface RunView {
  /** Shows nothing. */
  RunView NOBODY =
      new RunView() {
        @Override
        public void show(StoredEvent event) {}

        @Override
        public void note(String line) {}

        @Override
        public void tick() {}

        @Override
        public void settle() {}
      };

  /** Something happened. */
  void show(StoredEvent event);

  /** A word of the command's own, not the run's. */
  void note(String line);

  /** Time went by; what shows it may be drawn again. */
  void tick();

  /** Nothing more for now: whoever prints next begins on a line of its own. */
  void settle();
}
