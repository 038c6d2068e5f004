package dev.packageforge.npm;

import dev.packageforge.FailureDigest;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.Redactor;
import dev.packageforge.Sha512;
import dev.packageforge.SourceFile;
import dev.packageforge.Step;
import dev.packageforge.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Says what failed in so few words that they fit into a prompt, root cause first. */
final class DigestWriter {
  static final int MAX_FAILURES = 6;
  static final int MAX_CHARACTERS = 5_250;

  private static final int MAX_LINES = 25;
  private static final int AROUND = 6;
  private static final int SIGNATURE = 16;
  private static final int MAX_LINE = 240;
  private static final Pattern PLACE = Pattern.compile("(.+):([0-9]{1,7})");

  private final FileSet files;
  private final Hints hints;
  private final Redactor redactor = new Redactor(List.of());
  private final Set<String> shownPlaces = new HashSet<>();
  private final Set<String> shownLines = new HashSet<>();

  DigestWriter(FileSet files) {
    this.files = files;
    this.hints = new Hints(files);
  }

  FailureDigest write(Step step, List<Failure> failures) {
    List<Cause> causes = causes(failures);
    List<Cause> first = causes.subList(0, Math.min(causes.size(), MAX_FAILURES));
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < first.size(); i++) {
      // Each gets its share of what is left, so that one long message hides no other failure; the
      // first one, which is most likely to be what the others come from, gets more.
      int left = MAX_CHARACTERS - 60 - text.length();
      int share = i == 0 && first.size() > 2 ? left / 3 : left / (first.size() - i);
      text.append(cut(one(i + 1, first.get(i)), share));
    }
    if (causes.size() > first.size()) {
      int more = failures.size() - first.stream().mapToInt(cause -> cause.all().size()).sum();
      text.append("and ").append(more).append(" more\n");
    }
    String headline =
        causes.isEmpty() ? step.label() + " failed" : causes.get(0).first().finding().sentence();
    return new FailureDigest(
        step,
        redactor.redact(Text.visible(headline, 300)),
        redactor.redact(text.toString()),
        signature(step, failures),
        failures.size());
  }

  /** Failures with one cause, as far as can be told. */
  private record Cause(List<Failure> all) {
    Failure first() {
      return all.get(0);
    }
  }

  /**
   * Failures that begin at one place of the package's own code, or that say the same at one place,
   * have one cause. Those that stand in the code come before those that only a test noticed.
   */
  private List<Cause> causes(List<Failure> failures) {
    Map<String, List<Failure>> byCause = new LinkedHashMap<>();
    for (Failure failure : failures) {
      byCause.computeIfAbsent(key(failure), key -> new ArrayList<>()).add(failure);
    }
    List<Cause> causes = new ArrayList<>();
    byCause.values().forEach(all -> causes.add(new Cause(all)));
    causes.sort(
        Comparator.comparing((Cause cause) -> !isOfCode(cause.first()))
            .thenComparing(cause -> -cause.all().size()));
    return causes;
  }

  /** Whether the place is one of the package's own code, with a line. */
  private boolean isOfCode(Failure failure) {
    Matcher place = PLACE.matcher(failure.finding().where());
    return place.matches()
        && !TestFiles.isOfTests(place.group(1))
        && !failure.finding().code().equals("timed-out");
  }

  private String key(Failure failure) {
    Finding finding = failure.finding();
    boolean fromTests = !failure.name().isEmpty() && isOfCode(failure);
    String sentence = finding.sentence();
    String unnamed =
        failure.name().isEmpty()
            ? sentence
            : sentence.replace(Text.visible(failure.name(), 120), "");
    return fromTests ? finding.where() : finding.code() + "|" + finding.where() + "|" + unnamed;
  }

  private String one(int number, Cause cause) {
    List<String> lines = new ArrayList<>();
    Failure failure = located(cause.first());
    String where = failure.finding().where();
    lines.add(
        number
            + ". ["
            + failure.finding().code()
            + "] "
            + (where.isEmpty() ? "" : where + ": ")
            + failure.finding().sentence());
    if (!failure.finding().remedy().isEmpty()) {
      lines.add("   remedy: " + failure.finding().remedy());
    }
    follows(cause).forEach(line -> lines.add("   " + line));
    hints.of(failure).forEach(line -> lines.add("   " + line));
    failure.evidence().forEach(line -> lines.add("   " + line));
    List<String> source =
        source(failure.finding().where()).stream().map(line -> "   " + line).toList();
    int room = Math.max(2, MAX_LINES - source.size());
    StringBuilder text = new StringBuilder();
    Stream.concat(lines.stream().limit(room), source.stream())
        .limit(MAX_LINES)
        .forEach(line -> text.append(Text.visible(line, MAX_LINE)).append('\n'));
    return text.toString();
  }

  /** A failure that Node tells without a line has the line of the import at fault. */
  private Failure located(Failure failure) {
    Finding finding = failure.finding();
    return new Failure(
        new Finding(
            finding.severity(),
            finding.code(),
            hints.place(finding),
            finding.sentence(),
            finding.remedy()),
        failure.name(),
        failure.evidence());
  }

  private static List<String> follows(Cause cause) {
    int more = cause.all().size() - 1;
    if (more == 0) {
      return List.of();
    }
    List<String> names =
        cause.all().stream()
            .skip(1)
            .map(Failure::name)
            .filter(name -> !name.isEmpty())
            .limit(3)
            .map(name -> "\"" + Text.visible(name, 60) + "\"")
            .toList();
    String told = names.isEmpty() ? "" : ": " + String.join(", ", names);
    String rest = more > names.size() && !names.isEmpty() ? ", …" : "";
    return List.of(
        "and " + more + " more " + (more == 1 ? "follows" : "follow") + " from this" + told + rest);
  }

  private static String cut(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    int end = text.lastIndexOf('\n', Math.max(0, max - 8));
    return text.substring(0, Math.max(end, 0)) + "\n   …\n";
  }

  /** The lines around a place that were not shown yet; none if that place was shown. */
  private List<String> source(String where) {
    Matcher matcher = PLACE.matcher(where);
    if (!matcher.matches() || !shownPlaces.add(where)) {
      return List.of();
    }
    String path = matcher.group(1);
    Optional<SourceFile> file = files.find(path);
    if (file.isEmpty()) {
      return List.of();
    }
    List<String> lines = file.get().content().lines().toList();
    int at = Integer.parseInt(matcher.group(2));
    List<String> shown = new ArrayList<>();
    for (int i = Math.max(1, at - AROUND); i <= Math.min(lines.size(), at + AROUND); i++) {
      if (shownLines.add(path + ":" + i) || i == at) {
        shown.add(String.format("%s%4d | %s", i == at ? ">" : " ", i, lines.get(i - 1)));
      }
    }
    return shown;
  }

  /**
   * Numbers, addresses, places and compared values change from draft to draft; what remains tells
   * faults apart.
   */
  private static String template(String sentence) {
    return sentence
        .replaceAll("expected .*, got .*", "values differ")
        .replaceAll("(?:file://|https?://)?[\\w@.+-]*/[\\w@.+/-]+", "~")
        .replaceAll("\\b0x[0-9a-fA-F]+\\b|[0-9]+", "#");
  }

  private static String signature(Step step, List<Failure> failures) {
    StringBuilder all = new StringBuilder(step.label());
    failures.stream()
        .map(
            failure ->
                "\n"
                    + failure.finding().code()
                    + "|"
                    + failure.name()
                    + "|"
                    + template(failure.finding().sentence()))
        .distinct()
        .sorted()
        .forEach(all::append);
    byte[] bytes = all.toString().getBytes(StandardCharsets.UTF_8);
    return Sha512.of(bytes).hex().substring(0, SIGNATURE);
  }
}
