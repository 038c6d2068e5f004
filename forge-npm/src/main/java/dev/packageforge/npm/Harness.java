package dev.packageforge.npm;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** Our own scripts inside a sandbox. */
final class Harness {
  static final String RUN_TESTS = NpmSettings.OURS + "/run-tests.mjs";
  static final String LINT = NpmSettings.OURS + "/lint.mjs";
  static final String SABOTAGE = NpmSettings.OURS + "/sabotage.mjs";
  static final String EXAMPLES = NpmSettings.OURS + "/examples.mjs";
  static final String LAYER = NpmSettings.OURS + "/layer.mjs";
  static final String SMOKE = NpmSettings.OURS + "/smoke.mjs";

  private static final List<String> SCRIPTS =
      List.of(
          "seal.mjs",
          "lint.mjs",
          "run-tests.mjs",
          "steady.mjs",
          "sabotage.mjs",
          "shapes.mjs",
          "smoke.mjs",
          "load.mjs",
          "examples.mjs");
  private static final long MAX_REPORT = 8L * 1024 * 1024;

  private Harness() {}

  /** One of our files, as it was packed with this class. */
  static byte[] resource(String name) {
    try (InputStream in = Harness.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("forge-npm was packed without " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Puts the scripts there, anew each time, since foreign code may have changed them: whoever holds
   * the key must be ours. The key and the report are fresh too: what an earlier script said does
   * not count any more.
   */
  static String prepare(Bench bench) {
    for (String name : SCRIPTS) {
      bench.put(NpmSettings.OURS + "/" + name, resource(name));
    }
    String key = SealedReport.newKey();
    bench.put(SealedReport.KEY_FILE, key);
    bench.put(SealedReport.FILE, "");
    return key;
  }

  /** What a script reported; nothing if the report is gone. */
  static List<JsonNode> report(Bench bench, String key) throws InterruptedException {
    return bench
        .left(SealedReport.FILE, MAX_REPORT)
        .map(report -> SealedReport.read(report, key))
        .orElse(List.of());
  }
}
