package dev.packageforge.examples;

import dev.packageforge.FileSet;
import dev.packageforge.PackageId;
import dev.packageforge.PackagePlan;
import dev.packageforge.SourceFile;
import dev.packageforge.toolchain.VerificationRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A package that passes, with ten dependencies: what a bench installs and tests. */
final class TenAnswers {
  private static final String PLACE = "bench/ten/";
  private static final String CHANGED = "src/index.js";

  private static final List<String> NAMES =
      List.of(
          "LICENSE", "README.md", "package.json", CHANGED, "src/index.d.ts", "test/index.test.js");

  private static final List<String> RANGES =
      List.of(
          "csv-parse ^5.5.0",
          "dayjs ^1.11.0",
          "escape-string-regexp ^5.0.0",
          "fast-deep-equal ^3.1.3",
          "lodash ^4.17.21",
          "ms ^2.1.3",
          "nanoid ^5.0.0",
          "picocolors ^1.0.0",
          "semver ^7.5.0",
          "yargs-parser ^21.1.1");

  private TenAnswers() {}

  /** All of it; every number is another draft with the same dependencies. */
  static FileSet files(int draft) {
    return FileSet.of(NAMES.stream().map(name -> new SourceFile(name, text(name, draft))).toList());
  }

  /** To verify one of its drafts. */
  static VerificationRequest request(int draft) {
    PackagePlan plan =
        new PackagePlan(
            "ten-answers",
            "One small answer from each of ten libraries.",
            NAMES.stream().map(name -> new PackagePlan.PlannedFile(name, "part of it")).toList(),
            List.of("each answer is right"),
            RANGES.stream().map(TenAnswers::dependency).toList());
    return new VerificationRequest(
        new PackageId("ten-answers", "1.0.0"), plan, files(draft), List.of());
  }

  /** Writes it into a folder that is empty. */
  static void write(Path folder) throws IOException {
    for (SourceFile file : files(0)) {
      Path path = folder.resolve(file.path());
      Files.createDirectories(path.resolve("..").normalize());
      Files.writeString(path, file.content());
    }
  }

  private static PackagePlan.PlannedDependency dependency(String line) {
    String[] words = line.split(" ", -1);
    return new PackagePlan.PlannedDependency(words[0], words[1], "one of the ten");
  }

  private static String text(String name, int draft) {
    try (InputStream in = TenAnswers.class.getResourceAsStream(PLACE + name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return draft > 0 && name.equals(CHANGED) ? text + "// Draft " + draft + ".\n" : text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
