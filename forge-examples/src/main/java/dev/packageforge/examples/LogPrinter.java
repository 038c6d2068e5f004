package dev.packageforge.examples;

import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.Text;
import dev.packageforge.queue.StoredEvent;
import java.io.PrintStream;

/** Prints the log of a run; what a package says is made harmless first. */
final class LogPrinter {
  private final PrintStream out;
  private final PrintStream err;
  private final JsonLines lines;
  private final JsonView view;
  private final boolean json;
  private long last;

  LogPrinter(Surroundings.Streams streams, RunId run, boolean json) {
    this.out = streams.out();
    this.err = streams.err();
    this.lines = new JsonLines(out);
    this.json = json;
    this.view =
        new JsonView(
            lines,
            err,
            run,
            draft -> {
              throw new IllegalStateException("a log shows no drafts");
            });
  }

  /** The cursor of the last event that was printed or passed over. */
  long cursor() {
    return last;
  }

  void print(StoredEvent stored) {
    if (stored.cursor() > last + 1) {
      gap(last + 1, stored.cursor() - 1);
    }
    last = stored.cursor();
    RunEvent event = stored.event();
    if (json && (event instanceof RunEvent.Log || event instanceof RunEvent.State)) {
      view.show(stored);
    } else if (!json && event instanceof RunEvent.Log log) {
      String head = log.attempt() + " " + log.step().label() + " │ ";
      log.lines().forEach(line -> out.println(head + Text.visible(line)));
    } else if (!json && event instanceof RunEvent.StepEnded ended) {
      String glyph = "– ";
      switch (ended.report().state()) {
        case PASSED -> glyph = "✓ ";
        case FAILED -> glyph = "✗ ";
        case SKIPPED -> {}
      }
      out.println(
          ended.attempt()
              + " "
              + ended.report().step().label()
              + " "
              + glyph
              + Text.visible(ended.report().summary()));
    }
  }

  /** What is between two events that the store still has is gone. */
  private void gap(long from, long to) {
    if (json) {
      lines.line(JsonLines.type("gap").with("from", from).with("to", to));
    } else {
      out.println(
          "… "
              + Words.count((int) (to - from + 1), "event is", "events are")
              + " gone: the run told more than the store keeps");
    }
  }

  /** A word of the command's own. */
  void note(String sentence) {
    out.flush();
    err.println("forge: " + sentence);
  }
}
