package dev.packageforge.examples;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells a run on a terminal: the scene at hand is drawn again whenever it changes, and stays behind
 * as text when it is over. Uses only what every terminal since the VT100 knows (ECMA-48: cursor up,
 * erase below, colours; and DECAWM, so that a long line cannot wrap while it is redrawn).
 */
final class TreeStage implements Stage {
  private static final String ESC = "\u001b[";
  private static final String NO_WRAP = ESC + "?7l";
  private static final String WRAP = ESC + "?7h";
  private static final String PLAIN = ESC + "0m";
  private static final Duration PAUSE = Duration.ofMillis(80);

  private final PrintStream out;
  private final Surroundings.Screen screen;
  private final Clock clock;
  private final Map<String, Object> lines = new LinkedHashMap<>();
  private String title = "";
  private Instant since = Instant.EPOCH;
  private Instant drawnAt = Instant.EPOCH;
  private int drawn;
  private boolean changed;

  TreeStage(PrintStream out, Surroundings.Screen screen, Clock clock) {
    this.out = out;
    this.screen = screen;
    this.clock = clock;
  }

  @Override
  public void scene(String newTitle, Instant from) {
    settle();
    title = newTitle;
    since = from;
    changed = true;
    draw();
  }

  @Override
  public void row(Row row) {
    lines.put(row.key(), row);
    changed = true;
    draw();
  }

  @Override
  public void say(String line) {
    if (title.isEmpty()) {
      out.println("  " + line);
      return;
    }
    lines.put("say " + lines.size(), line);
    changed = true;
    draw();
  }

  @Override
  public void tick() {
    changed |= !title.isEmpty();
    draw();
  }

  /** Leaves the scene behind in full, without the time that ran. */
  @Override
  public void settle() {
    if (title.isEmpty()) {
      return;
    }
    StringBuilder frame = erased();
    frame.append(ESC).append("1m").append(title).append(PLAIN).append('\n');
    lines.values().forEach(line -> frame.append(coloured(line)).append('\n'));
    out.print(frame);
    out.flush();
    drawn = 0;
    lines.clear();
    title = "";
    changed = false;
  }

  private void draw() {
    Instant now = clock.instant();
    if (!changed || Duration.between(drawnAt, now).compareTo(PAUSE) < 0) {
      return;
    }
    StringBuilder frame = erased().append(NO_WRAP);
    frame.append(ESC).append("1m").append(title).append(PLAIN);
    frame.append(ESC).append("2m  ").append(age(since, now)).append(PLAIN).append('\n');
    List<Object> shown = new ArrayList<>(lines.values());
    int room = Math.max(1, screen.rows() - 3);
    int hidden = Math.max(0, shown.size() - room);
    if (hidden > 0) {
      frame.append("  … ").append(hidden).append(" above\n");
    }
    for (Object line : shown.subList(hidden, shown.size())) {
      frame.append(coloured(line instanceof Row row ? aged(row, now) : line)).append('\n');
    }
    drawn = 1 + shown.size() - hidden + (hidden > 0 ? 1 : 0);
    out.print(frame.append(WRAP));
    out.flush();
    drawnAt = now;
    changed = false;
  }

  /** Begins a frame by taking back the one before. */
  private StringBuilder erased() {
    StringBuilder frame = new StringBuilder();
    if (drawn > 0) {
      frame.append(ESC).append(drawn).append("A\r").append(ESC).append("J");
    }
    return frame;
  }

  private static String coloured(Object line) {
    if (!(line instanceof Row row)) {
      return "  " + line;
    }
    int colour =
        switch (row.mark()) {
          case PASSED -> 32;
          case FAILED -> 31;
          case WARNING -> 33;
          case RUNNING -> 36;
          case SKIPPED -> 2;
        };
    String text = PlainStage.text(row);
    int afterGlyph = "  ".length() + row.mark().glyph().length();
    return "  "
        + ESC
        + colour
        + "m"
        + text.substring(2, afterGlyph)
        + PLAIN
        + text.substring(afterGlyph);
  }

  private static Row aged(Row row, Instant now) {
    Instant from = row.since();
    if (from == null || row.mark() != Mark.RUNNING) {
      return row;
    }
    String detail = String.format("%7s  %s", age(from, now), row.detail()).stripTrailing();
    return new Row(row.key(), row.mark(), row.name(), detail, from);
  }

  private static String age(Instant since, Instant now) {
    Duration age = Duration.between(since, now);
    return age.isNegative() ? "" : Words.time(age);
  }
}
