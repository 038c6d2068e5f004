package dev.packageforge.examples.eval;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * How all cases went.
 *
 * @param at when the first one began
 * @param model which model was asked
 * @param versions which models said that they answered, sorted
 * @param cases in order
 */
public record EvalReport(Instant at, String model, List<String> versions, List<CaseResult> cases) {
  private static final double MICRO = 1e6;
  private static final String NOTHING = "–";

  /** Copies the lists. */
  public EvalReport {
    versions = List.copyOf(versions);
    cases = List.copyOf(cases);
  }

  /** As a table, with the totals below. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        row("case", "first", "green", "repairs", "hidden", "tokens", "cost", "seconds", "exit"));
    for (CaseResult one : cases) {
      lines.add(
          row(
              one.name(),
              one.way().atOnce() ? "yes" : "no",
              one.way().green() ? "yes" : "no",
              one.way().green() ? String.valueOf(one.way().repairs()) : NOTHING,
              one.hidden().passed() + "/" + one.hidden().total(),
              String.valueOf(one.spending().tokens()),
              dollars(one.spending().microDollars()),
              seconds(one.took()),
              one.way().exit()));
    }
    lines.add("");
    totals().forEach((what, value) -> lines.add(String.format("%-34s %s", what, shown(value))));
    lines.add(String.format("%-34s %s", "model", model + " (" + String.join(", ", versions) + ")"));
    lines.add(String.format("%-34s %s", "begun at", at));
    return lines;
  }

  /** For programs: who, when, the totals, and each case. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("at", at.toString());
    fields.put("model", model);
    fields.put("versions", versions);
    fields.put("totals", totals());
    fields.put("cases", cases.stream().map(CaseResult::fields).toList());
    return fields;
  }

  /** Shares are in percent; what nothing is known of is left out. */
  private Map<String, Object> totals() {
    Map<String, Object> totals = new LinkedHashMap<>();
    totals.put("cases", cases.size());
    share(totals, "firstDraftGreenPercent", count(c -> c.way().atOnce()), cases.size());
    share(totals, "greenAfterTwoRepairsPercent", count(c -> c.way().soon()), cases.size());
    share(totals, "greenPercent", count(c -> c.way().green()), cases.size());
    share(totals, "hiddenPercent", sum(c -> c.hidden().passed()), sum(c -> c.hidden().total()));
    share(
        totals,
        "wellFormedPercent",
        sum(c -> c.answers().wellFormed()),
        sum(c -> c.answers().drafts()));
    int edited = sum(c -> c.answers().editedFiles());
    share(totals, "editsAppliedPercent", edited - sum(c -> c.answers().missedFiles()), edited);
    totals.put("inventedDependencies", sum(c -> c.answers().invented().size()));
    totals.put("calls", sum(c -> c.spending().calls()));
    totals.put("tokens", all(c -> c.spending().tokens()));
    totals.put("microDollars", all(c -> c.spending().microDollars()));
    if (!cases.isEmpty()) {
      List<Duration> times = cases.stream().map(CaseResult::took).sorted().toList();
      totals.put("medianMs", times.get(times.size() / 2).toMillis());
    }
    Map<String, Integer> exits = new TreeMap<>();
    cases.forEach(c -> exits.merge(c.way().exit(), 1, Integer::sum));
    totals.put("exits", exits);
    return totals;
  }

  private static void share(Map<String, Object> totals, String what, long part, long whole) {
    if (whole > 0) {
      totals.put(what, Math.round(1000.0 * part / whole) / 10.0);
    }
  }

  private int count(Predicate<CaseResult> which) {
    return (int) cases.stream().filter(which).count();
  }

  private int sum(ToIntFunction<CaseResult> what) {
    return cases.stream().mapToInt(what).sum();
  }

  private long all(ToLongFunction<CaseResult> what) {
    return cases.stream().mapToLong(what).sum();
  }

  private static String row(Object... cells) {
    return String.format("%-26s %-5s %-5s %7s %8s %9s %9s %8s  %s", cells).stripTrailing();
  }

  private static String shown(Object value) {
    return value instanceof Double share ? String.format(Locale.ROOT, "%.1f", share) : value + "";
  }

  /** What a model whose price is not known costs is not known either. */
  private static String dollars(long microDollars) {
    return microDollars == 0 ? NOTHING : String.format(Locale.ROOT, "$%.4f", microDollars / MICRO);
  }

  private static String seconds(Duration took) {
    return String.format(Locale.ROOT, "%.1f", took.toMillis() / 1e3);
  }
}
