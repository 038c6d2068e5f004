package dev.packageforge.examples;

import java.io.PrintStream;
import java.time.Instant;

/** Tells a run in plain lines, each printed once, when it is settled. */
final class PlainStage implements Stage {
  private final PrintStream out;

  PlainStage(PrintStream out) {
    this.out = out;
  }

  @Override
  public void scene(String title, Instant since) {
    out.println(title);
  }

  @Override
  public void row(Row row) {
    if (row.mark() != Mark.RUNNING) {
      out.println(text(row));
    }
  }

  @Override
  public void say(String line) {
    out.println("  " + line);
  }

  @Override
  public void tick() {}

  @Override
  public void settle() {
    out.flush();
  }

  /** A row as text, two levels deep. */
  static String text(Row row) {
    String name = row.mark().glyph() + " " + row.name();
    return "  " + (row.detail().isEmpty() ? name : String.format("%-28s %s", name, row.detail()));
  }
}
