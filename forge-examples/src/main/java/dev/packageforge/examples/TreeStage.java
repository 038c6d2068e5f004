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
  private static final int NARROWEST = 8;
  private static final int AGE = "  59 min 59 s".length();
  private static final Duration PAUSE = Duration.ofMillis(80);

  private final PrintStream out;
  private final Surroundings.Screen screen;
  private final Clock clock;
  private final Map<String, Object> lines = new LinkedHashMap<>();
  private String title = "";
  private Instant since = Instant.EPOCH;
  private Instant drawnAt = Instant.EPOCH;
  private final List<Integer> drawn = new ArrayList<>();
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
    for (Object line : lines.values()) {
      String text = text(line);
      String indent = " ".repeat(text.length() - text.stripLeading().length() + 2);
      List<String> parts = Words.wrapped(text, width(), indent);
      frame.append(coloured(line, parts.get(0))).append('\n');
      parts.stream().skip(1).forEach(part -> frame.append(part).append('\n'));
    }
    out.print(frame);
    out.flush();
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
    String shownTitle = Words.clipped(title, Math.max(1, width() - AGE));
    String age = age(since, now);
    frame.append(ESC).append("1m").append(shownTitle).append(PLAIN);
    frame.append(ESC).append("2m  ").append(age).append(PLAIN).append('\n');
    drawn.add(Words.columns(shownTitle + "  " + age));
    List<Object> shown = new ArrayList<>(lines.values());
    int room = Math.max(1, screen.rows() - 3);
    int hidden = Math.max(0, shown.size() - room);
    if (hidden > 0) {
      frame.append("  … ").append(hidden).append(" above\n");
      drawn.add(1);
    }
    for (Object line : shown.subList(hidden, shown.size())) {
      Object aged = line instanceof Row row ? aged(row, now) : line;
      String text = Words.clipped(text(aged), width());
      frame.append(coloured(aged, text)).append('\n');
      drawn.add(Words.columns(text));
    }
    out.print(frame.append(WRAP));
    out.flush();
    drawnAt = now;
    changed = false;
  }

  /** Begins a frame by taking back the one before. */
  private StringBuilder erased() {
    StringBuilder frame = new StringBuilder();
    if (!drawn.isEmpty()) {
      // On a terminal that has become narrower, a line takes several.
      int columns = Math.max(1, screen.columns());
      int rows = drawn.stream().mapToInt(line -> Math.max(1, -Math.floorDiv(-line, columns))).sum();
      frame.append(ESC).append(rows).append("A\r").append(ESC).append("J");
      drawn.clear();
    }
    return frame;
  }

  /** The last column stays free: what is written there wraps on some terminals. */
  private int width() {
    return Math.max(NARROWEST, screen.columns() - 1);
  }

  private static String text(Object line) {
    return line instanceof Row row ? PlainStage.text(row) : "  " + line;
  }

  private static String coloured(Object line, String text) {
    if (!(line instanceof Row row)) {
      return text;
    }
    int colour =
        switch (row.mark()) {
          case PASSED -> 32;
          case FAILED -> 31;
          case WARNING -> 33;
          case RUNNING -> 36;
          case SKIPPED -> 2;
        };
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
