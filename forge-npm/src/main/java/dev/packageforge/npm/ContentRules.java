package dev.packageforge.npm;

import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.Redactor;
import dev.packageforge.SourceFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What the files may hold, and which must be there. */
final class ContentRules {
  private static final Set<String> DROPPED =
      Set.of(
          ".npmrc",
          "package-lock.json",
          "npm-shrinkwrap.json",
          "yarn.lock",
          "pnpm-lock.yaml",
          "bun.lock",
          "bun.lockb",
          ".yarnrc",
          ".yarnrc.yml");
  private static final Pattern CODE = Pattern.compile(".*\\.(?:[cm]?[jt]s|[jt]sx)");
  private static final Pattern PLACEHOLDER =
      Pattern.compile(
          "(?://|/\\*|^\\s*\\*|#)[\\s.…]*(?:the\\s+)?(?:"
              + "rest of (?:the|your|this) (?:code|file|function|class|implementation|tests)"
              + "|(?:existing|remaining|other|previous) (?:code|implementation|functions|tests)\\b.*"
              + "(?:here|unchanged|\\.\\.\\.|…)"
              + "|(?:your|actual|real) (?:code|logic|implementation)(?: goes)? here"
              + "|implementation (?:goes )?here"
              + "|todo\\b[:\\s(-]*implement"
              + "|(?:add|insert|put) (?:your |the )?(?:code|logic|implementation) here)"
              + "|throw new Error\\(\\s*['\"`](?:not (?:yet )?implemented|todo)",
          Pattern.CASE_INSENSITIVE);

  private final Redactor redactor = new Redactor(List.of());
  private final List<Finding> findings = new ArrayList<>();

  private ContentRules() {}

  /** Whether a file is kept away from npm: it would change where or how npm installs. */
  static boolean isDropped(String path) {
    return DROPPED.contains(path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT));
  }

  static List<Finding> check(FileSet files) {
    ContentRules rules = new ContentRules();
    for (SourceFile file : files) {
      rules.place(file.path());
      rules.lines(file);
    }
    rules.required(files);
    return rules.findings;
  }

  private void place(String path) {
    String lower = "/" + path.toLowerCase(Locale.ROOT);
    String name = lower.substring(lower.lastIndexOf('/') + 1);
    if (isDropped(path)) {
      findings.add(
          Finding.warning(
              name.equals(".npmrc") ? "npmrc-dropped" : "lock-file-dropped",
              path,
              "This file was dropped: it would change what npm fetches, and from where.",
              "Leave it out."));
    } else if (lower.contains("/node_modules/") || lower.contains("/.git/")) {
      error("file-refused", path, "This folder belongs to npm or git.", "Leave it out.");
    } else if (name.equals(".env") || name.startsWith(".env.")) {
      error("file-refused", path, "Such a file is for secrets.", "Leave it out.");
    } else if (name.endsWith(".gyp") || name.endsWith(".gypi")) {
      error("native-build", path, "It would make npm compile at every install.", "Leave it out.");
    }
  }

  private void lines(SourceFile file) {
    boolean code = CODE.matcher(file.path()).matches();
    int number = 0;
    for (String line : file.content().split("\n", -1)) {
      number++;
      String where = file.path() + ":" + number;
      if (redactor.finds(line)) {
        error("secret-in-file", where, "This looks like a credential.", "Remove it.");
      }
      if (code && PLACEHOLDER.matcher(line).find()) {
        error(
            "placeholder",
            where,
            "This stands for code that was left out.",
            "Write the code itself.");
      }
    }
  }

  private void required(FileSet files) {
    Set<String> names = new HashSet<>();
    files.forEach(file -> names.add(file.path().toLowerCase(Locale.ROOT)));
    if (names.stream().noneMatch(name -> name.matches("readme(?:\\.md|\\.markdown|\\.txt)?"))) {
      error("readme-missing", "", "There is no README.", "Write README.md with a usage example.");
    }
    if (names.stream().noneMatch(name -> name.matches("licen[cs]e(?:\\.md|\\.txt)?"))) {
      findings.add(
          Finding.warning("licence-file-missing", "", "There is no LICENSE.", "Add the text."));
    }
    List<SourceFile> tests = TestFiles.runnable(files);
    if (tests.isEmpty()) {
      error(
          "no-test-file",
          "",
          "No file has a test that Node's test runner would run.",
          "Write test/*.test.js with node:test.");
    } else if (tests.stream().noneMatch(TestFiles::asserts)) {
      error(
          "test-without-assertion",
          tests.get(0).path(),
          "The tests compare nothing with what it should be.",
          "Use node:assert in every test.");
    }
  }

  private void error(String code, String where, String sentence, String remedy) {
    findings.add(Finding.error(code, where, sentence, remedy));
  }
}
