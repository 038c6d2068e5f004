package dev.packageforge.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prints what a bench measured, for people or for programs.
 *
 * @param streams where it goes
 * @param bench which bench it was
 * @param rival what was measured beside us, if anything was
 * @param json whether programs read along
 */
record BenchTable(
    Surroundings.Streams streams, String bench, @Nullable String rival, boolean json) {
  void print(List<BenchRow> rows) {
    if (json) {
      printJson(rows);
      return;
    }
    say("", "forge", rival == null ? "" : rival, rival == null ? "" : "ratio", "goal");
    for (BenchRow row : rows) {
      Double theirs = row.theirs();
      Double ratio = row.ratio();
      say(
          row.what() + ", " + row.unit().label(),
          row.unit().write(row.ours()),
          theirs == null ? "" : row.unit().write(theirs),
          ratio == null ? "" : String.format(Locale.ROOT, "%.1fx", ratio),
          row.goalInWords());
    }
  }

  private void printJson(List<BenchRow> rows) {
    List<Map<String, Object>> figures = new ArrayList<>();
    for (BenchRow row : rows) {
      JsonLines.Fields fields =
          new JsonLines.Fields()
              .with("what", row.what())
              .with("unit", row.unit().label())
              .with("forge", row.ours());
      if (rival != null) {
        fields = fields.with(rival, row.theirs()).with("ratio", row.ratio());
      }
      figures.add(
          fields
              .with("atMost", row.goal().most())
              .with("atLeastTimes", row.goal().times())
              .with("missed", row.missed())
              .map());
    }
    new JsonLines(streams.out())
        .line(JsonLines.type("bench").with("bench", bench).with("figures", figures));
  }

  private void say(String what, String ours, String theirs, String ratio, String goal) {
    String other = rival == null ? "" : String.format(Locale.ROOT, " %10s %8s", theirs, ratio);
    streams.line(
        String.format(Locale.ROOT, "%-56s %10s%s  %s", what, ours, other, goal).stripTrailing());
  }
}
