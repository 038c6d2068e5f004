package dev.packageforge.examples;

import java.io.PrintStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where a run is told: as scenes, each with rows that change until the scene is over. */
interface Stage {
  /** How a row stands; always a glyph together with words. */
  enum Mark {
    RUNNING("●"),
    PASSED("✓"),
    FAILED("✗"),
    SKIPPED("–"),
    WARNING("!");

    private final String glyph;

    Mark(String glyph) {
      this.glyph = glyph;
    }

    String glyph() {
      return glyph;
    }
  }

  /**
   * A line of a scene.
   *
   * @param key the same key is the same row, later
   * @param mark how it stands
   * @param name what it is about
   * @param detail what else is to be said; may be empty
   * @param since when it began, if it runs and its age is worth showing
   */
  record Row(String key, Mark mark, String name, String detail, @Nullable Instant since) {}

  /** The terminal if there is one, else plain lines. */
  static Stage on(Surroundings around) {
    PrintStream out = around.streams().out();
    return around
        .canvas()
        .<Stage>map(screen -> new TreeStage(out, screen, around.clock()))
        .orElseGet(() -> new PlainStage(out));
  }

  /** The scene before is over; this one begins. */
  void scene(String title, Instant since);

  /** A row of the scene is new, or stands differently. */
  void row(Row row);

  /** A line of the scene that will not change. */
  void say(String line);

  /** Time went by. */
  void tick();

  /** The scene is over. */
  void settle();
}
