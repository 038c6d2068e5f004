package dev.packageforge.npm;

import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.Redactor;
import dev.packageforge.SourceFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
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
  // Every repetition is possessive or bounded, and none runs on into the next line: the time to
  // read
  // a file grows with its length and no faster, whatever it holds.
  private static final Pattern PLACEHOLDER =
      Pattern.compile(
          "(?://|/\\*|^[ \\t]*+\\*|#)[ \\t.…]*+(?:the[ \\t]++)?(?:"
              + "rest of (?:the|your|this) (?:code|file|function|class|implementation|tests)"
              + "|(?:existing|remaining|other|previous) (?:code|implementation|functions|tests)\\b"
              + ".{0,80}?(?:here|unchanged|\\.\\.\\.|…)"
              + "|(?:your|actual|real) (?:code|logic|implementation)(?: goes)? here"
              + "|implementation (?:goes )?here"
              + "|todo\\b[: \\t(-]*+implement"
              + "|(?:add|insert|put) (?:your |the )?(?:code|logic|implementation) here)"
              + "|throw new Error\\([ \\t]*+['\"`](?:not (?:yet )?implemented|todo)",
          Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

  /** No credential that would be recognised is shorter. */
  private static final int SHORTEST_SECRET = 20;

  private final Redactor redactor = new Redactor(List.of());
  private final List<Finding> findings = new ArrayList<>();

  /** Before any file was read. */
  ContentRules() {}

  /** Whether a file is kept away from npm: it would change where or how npm installs. */
  static boolean isDropped(String path) {
    return DROPPED.contains(path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT));
  }

  static List<Finding> check(FileSet files) {
    ContentRules rules = new ContentRules();
    for (SourceFile file : files) {
      rules.place(file.path());
      rules.text(file.path(), file.content());
    }
    rules.findings.addAll(documents(files.files().stream().map(SourceFile::path).toList()));
    rules.tests(files);
    return rules.findings;
  }

  /** Judges one file that is about to be handed on, whoever wrote it. */
  void packed(String path, byte[] content) {
    if (isDropped(path)) {
      error("file-refused", path, "It would change what npm fetches for users.", "Leave it out.");
    } else {
      place(path);
    }
    text(path, new String(content, StandardCharsets.UTF_8));
  }

  /** What was found so far. */
  List<Finding> findings() {
    return List.copyOf(findings);
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

  private void text(String path, String content) {
    if (redactor.finds(content)) {
      secrets(path, content);
    }
    if (CODE.matcher(path).matches()) {
      placeholders(path, content);
    }
  }

  private void secrets(String path, String content) {
    int number = 1;
    for (int start = 0; start < content.length(); number++) {
      int end = endOfLine(content, start);
      if (end - start >= SHORTEST_SECRET && redactor.finds(content.substring(start, end))) {
        error("secret-in-file", path + ":" + number, "This looks like a credential.", "Remove it.");
      }
      start = end + 1;
    }
  }

  private void placeholders(String path, String content) {
    Matcher matcher = PLACEHOLDER.matcher(content);
    int number = 1;
    int start = 0;
    while (start < content.length() && matcher.find(start)) {
      for (int end = endOfLine(content, start);
          end < matcher.start();
          end = endOfLine(content, start)) {
        start = end + 1;
        number++;
      }
      error(
          "placeholder",
          path + ":" + number,
          "This stands for code that was left out.",
          "Write the code itself.");
      start = endOfLine(content, start) + 1;
      number++;
    }
  }

  private static int endOfLine(String content, int start) {
    int end = content.indexOf('\n', start);
    return end < 0 ? content.length() : end;
  }

  /** Whether what a user reads first is among these paths. */
  static List<Finding> documents(Collection<String> paths) {
    List<Finding> findings = new ArrayList<>();
    Set<String> names = new HashSet<>();
    paths.forEach(path -> names.add(path.toLowerCase(Locale.ROOT)));
    if (names.stream().noneMatch(name -> name.matches("readme(?:\\.md|\\.markdown|\\.txt)?"))) {
      findings.add(
          Finding.error(
              "readme-missing",
              "",
              "There is no README.",
              "Write README.md with a usage example."));
    }
    if (names.stream()
        .noneMatch(name -> name.matches("(?:licen[cs]e|copying|unlicense)(?:[-._].*)?"))) {
      findings.add(
          Finding.warning("licence-file-missing", "", "There is no LICENSE.", "Add the text."));
    }
    return findings;
  }

  private void tests(FileSet files) {
    List<SourceFile> tests = TestFiles.runnable(files);
    if (tests.isEmpty()) {
      error(
          "no-test-file",
          "",
          "No file has a test that Node's test runner would run.",
          "Write test/*.test.js with node:test.");
      return;
    }
    ModuleGraph graph = new ModuleGraph(files, Manifest.in(files));
    for (SourceFile test : tests) {
      boolean compares =
          graph.reachable(List.of(test.path()), 1).stream()
              .filter(TestFiles::isOfTests)
              .flatMap(path -> files.find(path).stream())
              .anyMatch(file -> TestCounter.count(file).assertions() > 0);
      if (!compares) {
        error(
            "test-without-assertion",
            test.path(),
            "The tests of this file compare nothing with what it should be.",
            "Use node:assert in every test.");
      }
    }
    TestFiles.named(files).stream()
        .filter(file -> !tests.contains(file))
        .forEach(
            file ->
                error(
                    "test-file-empty",
                    file.path(),
                    "This file is named as a test, and states none that would run.",
                    "Write a test with node:test into it, or leave it out."));
  }

  private void error(String code, String where, String sentence, String remedy) {
    findings.add(Finding.error(code, where, sentence, remedy));
  }
}
