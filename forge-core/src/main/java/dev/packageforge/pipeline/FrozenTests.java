package dev.packageforge.pipeline;

import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.SourceFile;
import dev.packageforge.Text;
import dev.packageforge.toolchain.TestFile;
import dev.packageforge.toolchain.Toolchain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps an answer from passing the tests by making them test less. A test file stays as it was,
 * unless the answer names what it contradicts; and whatever is named, no file may state fewer tests
 * or fewer comparisons than before. What is put back is told as a warning: whether the rest of the
 * answer is good, the verification says.
 */
final class FrozenTests {
  private static final int SHOWN = 200;

  private final Toolchain toolchain;

  FrozenTests(Toolchain toolchain) {
    this.toolchain = toolchain;
  }

  /**
   * An answer's files with the tests put back that it had no right to change.
   *
   * @param files all files
   * @param findings what was put back, and what was changed with a reason
   */
  record Kept(FileSet files, List<Finding> findings) {}

  /**
   * Looks at what an answer changed.
   *
   * @param reasons for each test file that it may change, why
   * @param growing whether tests may be changed without a reason, since there is more to test now
   */
  Kept keep(FileSet before, FileSet after, Map<String, String> reasons, boolean growing) {
    Map<String, TestFile> now = new HashMap<>();
    toolchain.tests(after).forEach(test -> now.put(test.path(), test));
    List<Finding> findings = new ArrayList<>();
    List<SourceFile> back = new ArrayList<>();
    for (TestFile test : toolchain.tests(before)) {
      SourceFile old = before.find(test.path()).orElseThrow();
      if (after.find(test.path()).filter(old::equals).isPresent()) {
        continue;
      }
      TestFile left = now.getOrDefault(test.path(), new TestFile(test.path(), 0, 0));
      String reason = reasons.getOrDefault(test.path(), "");
      if (left.tests() < test.tests() || left.assertions() < test.assertions()) {
        back.add(old);
        findings.add(weakened(test, left));
      } else if (reason.isEmpty() && !growing) {
        back.add(old);
        findings.add(
            Finding.warning(
                "test-change-refused",
                test.path(),
                "The answer changed a test without naming what it contradicts; the test was put"
                    + " back.",
                "Mend the code; or name the contradiction first."));
      } else if (!reason.isEmpty()) {
        findings.add(
            Finding.warning(
                "test-changed", test.path(), "The test was changed: " + told(reason), ""));
      }
    }
    return new Kept(back.isEmpty() ? after : putBack(after, back), findings);
  }

  private static Finding weakened(TestFile was, TestFile is) {
    return Finding.warning(
        "test-weakening-refused",
        was.path(),
        String.format(
            "The answer left %d of %d tests and %d of %d comparisons; the test was put back.",
            is.tests(), was.tests(), is.assertions(), was.assertions()),
        "Mend the code; change what a test expects, never take it away.");
  }

  /** Whatever stands where a test stood, as a folder in a file's place, gives way. */
  private static FileSet putBack(FileSet after, List<SourceFile> tests) {
    FileSet files = after;
    for (SourceFile test : tests) {
      try {
        files = files.with(List.of(test), Set.of());
      } catch (IllegalArgumentException e) {
        files = withRoomFor(files, test).with(List.of(test), Set.of());
      }
    }
    return files;
  }

  private static FileSet withRoomFor(FileSet files, SourceFile test) {
    return FileSet.of(
        files.files().stream().filter(file -> !inTheWay(file.path(), test.path())).toList());
  }

  private static boolean inTheWay(String path, String test) {
    return path.equalsIgnoreCase(test)
        || path.regionMatches(true, 0, test + "/", 0, test.length() + 1)
        || test.regionMatches(true, 0, path + "/", 0, path.length() + 1);
  }

  private static String told(String reason) {
    return Text.visible(reason, SHOWN);
  }
}
