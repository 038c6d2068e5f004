package dev.packageforge.npm;

import dev.packageforge.FailureDigest;
import dev.packageforge.FileSet;
import dev.packageforge.Redactor;
import dev.packageforge.Sha512;
import dev.packageforge.SourceFile;
import dev.packageforge.Step;
import dev.packageforge.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says what failed in so few words that they fit into a prompt, root cause first. */
final class DigestWriter {
  static final int MAX_FAILURES = 6;
  static final int MAX_CHARACTERS = 6_000;

  private static final int AROUND = 6;
  private static final int SIGNATURE = 16;
  private static final int MAX_LINE = 300;
  private static final Pattern PLACE = Pattern.compile("(.+):([0-9]{1,7})");

  private final FileSet files;
  private final Redactor redactor = new Redactor(List.of());
  private final Set<String> shownPlaces = new HashSet<>();

  DigestWriter(FileSet files) {
    this.files = files;
  }

  FailureDigest write(Step step, List<Failure> failures) {
    List<Failure> first = failures.subList(0, Math.min(failures.size(), MAX_FAILURES));
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < first.size(); i++) {
      // Each gets its share of what is left, so that one long message hides no other failure.
      int share = (MAX_CHARACTERS - 60 - text.length()) / (first.size() - i);
      text.append(cut(one(i + 1, first.get(i)), share));
    }
    if (failures.size() > first.size()) {
      text.append("and ").append(failures.size() - first.size()).append(" more\n");
    }
    String headline =
        failures.isEmpty() ? step.label() + " failed" : failures.get(0).finding().sentence();
    return new FailureDigest(
        step,
        redactor.redact(Text.visible(headline, 300)),
        redactor.redact(text.toString()),
        signature(step, failures),
        failures.size());
  }

  private String one(int number, Failure failure) {
    List<String> lines = new ArrayList<>();
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
    failure.evidence().forEach(line -> lines.add("   " + line));
    source(where).forEach(line -> lines.add("   " + line));
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(Text.visible(line, MAX_LINE)).append('\n'));
    return text.toString();
  }

  private static String cut(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    int end = text.lastIndexOf('\n', Math.max(0, max - 8));
    return text.substring(0, Math.max(end, 0)) + "\n   …\n";
  }

  /** The lines around a place, each place once. */
  private List<String> source(String where) {
    Matcher matcher = PLACE.matcher(where);
    if (!matcher.matches() || !shownPlaces.add(where)) {
      return List.of();
    }
    Optional<SourceFile> file = files.find(matcher.group(1));
    if (file.isEmpty()) {
      return List.of();
    }
    List<String> lines = file.get().content().lines().toList();
    int at = Integer.parseInt(matcher.group(2));
    List<String> shown = new ArrayList<>();
    for (int i = Math.max(1, at - AROUND); i <= Math.min(lines.size(), at + AROUND); i++) {
      shown.add(String.format("%s%4d | %s", i == at ? ">" : " ", i, lines.get(i - 1)));
    }
    return shown;
  }

  /** Numbers and compared values change from draft to draft; what remains tells faults apart. */
  private static String template(String sentence) {
    return sentence.replaceAll("expected .*, got .*", "values differ").replaceAll("[0-9]+", "#");
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
        .sorted()
        .forEach(all::append);
    byte[] bytes = all.toString().getBytes(StandardCharsets.UTF_8);
    return Sha512.of(bytes).hex().substring(0, SIGNATURE);
  }
}
