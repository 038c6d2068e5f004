package dev.packageforge.npm;

import dev.packageforge.FileSet;
import dev.packageforge.SourceFile;
import dev.packageforge.toolchain.TestFile;
import java.util.List;
import java.util.regex.Pattern;

/** Which files of a draft are its tests, and whether they test anything. */
final class TestFiles {
  private static final Pattern IN_FOLDER = Pattern.compile("(?:^|.*/)(?:test|tests|__tests__)/.*");
  private static final Pattern BY_NAME = Pattern.compile(".*\\.(?:test|spec)\\.[cm]?[jt]s");
  private static final Pattern RUNNABLE = Pattern.compile(".*\\.[cm]?js");
  private static final Pattern SCRIPT = Pattern.compile(".*\\.[cm]?[jt]s");

  private TestFiles() {}

  /** Whether a path belongs to the tests: a test itself, or something that tests use. */
  static boolean isOfTests(String path) {
    return IN_FOLDER.matcher(path).matches() || BY_NAME.matcher(path).matches();
  }

  /** All files of the tests. */
  static List<SourceFile> all(FileSet files) {
    return files.files().stream().filter(file -> isOfTests(file.path())).toList();
  }

  /** The files to hand to Node's test runner. */
  static List<SourceFile> runnable(FileSet files) {
    return all(files).stream()
        .filter(file -> RUNNABLE.matcher(file.path()).matches())
        .filter(file -> TestCounter.count(file).tests() > 0)
        .toList();
  }

  /** The JavaScript files whose names say that they are tests. */
  static List<SourceFile> named(FileSet files) {
    return files.files().stream()
        .filter(file -> BY_NAME.matcher(file.path()).matches())
        .filter(file -> RUNNABLE.matcher(file.path()).matches())
        .toList();
  }

  /** What each file of the tests states; a file that is no script states nothing. */
  static List<TestFile> counted(FileSet files) {
    return all(files).stream()
        .map(
            file ->
                SCRIPT.matcher(file.path()).matches()
                    ? TestCounter.count(file)
                    : new TestFile(file.path(), 0, 0))
        .toList();
  }
}
