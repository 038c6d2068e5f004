package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/**
 * Runs seeded defects: each is one change to a sound package, which must be caught with the very
 * code that names it, and with no other. A table of all goes to {@code target/defects}, a file for
 * each set.
 */
final class DefectCorpus {
  private DefectCorpus() {}

  /** What looks at a package. */
  @FunctionalInterface
  interface Judge {
    List<Finding> judge(Sound sound) throws Exception;
  }

  /** Fails unless the change, and nothing but the change, is found. */
  static void check(Defect defect, Judge judge) throws Exception {
    assertThat(judge.judge(defect.sound())).as("%s before", defect).noneMatch(Finding::isError);
    List<Finding> before = judge.judge(defect.sound());
    List<Finding> after =
        judge.judge(defect.spoiled().get()).stream()
            .filter(each -> before.stream().noneMatch(old -> old.code().equals(each.code())))
            .toList();
    assertThat(after).as("%s", defect).extracting(Finding::code).containsOnly(defect.code());
    assertThat(after).as("%s", defect).anyMatch(each -> each.severity() == defect.severity());
    assertThat(after).as("%s", defect).noneMatch(each -> each.sentence().isBlank());
  }

  /** Writes the table of a set of defects. */
  static void write(String set, List<Defect> defects) throws IOException {
    TreeMap<String, String> rows = new TreeMap<>();
    for (Defect each : defects) {
      rows.put(
          each.toString(),
          String.format(
              "| %s | %s | `%s` | %s |%n",
              each.sound().kind(),
              each.name(),
              each.code(),
              each.severity() == Finding.Severity.ERROR ? "refused" : "warned of"));
    }
    Path folder = Files.createDirectories(Path.of("target", "defects"));
    String head = "| sound package | change | code | the package is |\n|---|---|---|---|\n";
    Files.writeString(folder.resolve(set + ".md"), head + String.join("", rows.values()));
  }
}
