package dev.packageforge.pipeline;

import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.RunEvent.FileText;
import dev.packageforge.SourceFile;
import dev.packageforge.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads files out of a model's answer while it is given. A file is what stands between {@code @@@
 * MARKER file PATH} and {@code @@@ MARKER end}, where the marker is a random word of this one call,
 * so that nothing in a file can be taken for it. What is refused becomes a finding, and nothing of
 * it is kept; all other files are.
 *
 * <p>For one thread.
 */
final class ReplyReader {
  /** Characters of one answer that are read: beyond it the call is stopped. */
  static final int MAX_ANSWER = 8 * 1024 * 1024;

  private static final int MAX_FINDINGS = 50;

  private final String prefix;
  private final int draft;
  private final Consumer<FileText> watcher;
  private final Map<String, SourceFile> files = new LinkedHashMap<>();
  private final Set<String> deleted = new TreeSet<>();
  private final List<Finding> findings = new ArrayList<>();
  private final StringBuilder line = new StringBuilder();
  private @Nullable OpenFile open;
  private String cause = "";
  private int read;

  /**
   * A reader for one answer.
   *
   * @param marker the call's random word
   * @param draft the number of the draft the files will be
   * @param watcher hears files while they are written
   */
  ReplyReader(String marker, int draft, Consumer<FileText> watcher) {
    this.prefix = "@@@ " + marker + " ";
    this.draft = draft;
    this.watcher = watcher;
  }

  /** A file whose end has not come yet. */
  private static final class OpenFile {
    final String path;
    final StringBuilder text = new StringBuilder();
    final boolean refused;
    boolean tooLarge;

    OpenFile(String path, boolean refused) {
      this.path = path;
      this.refused = refused;
    }
  }

  /**
   * The next piece of the answer.
   *
   * @throws AnswerTooLongException once the answer has more characters than are read
   */
  void add(String delta) {
    read += delta.length();
    if (read > MAX_ANSWER) {
      stop();
    }
    int from = 0;
    for (int end = delta.indexOf('\n'); end >= 0; end = delta.indexOf('\n', from)) {
      line.append(delta, from, end);
      from = end + 1;
      endLine();
      if (findings.size() >= MAX_FINDINGS) {
        stop();
      }
    }
    line.append(delta, from, delta.length());
    if (line.length() > SourceFile.MAX_BYTES) {
      if (open != null) {
        open.tooLarge = true;
      }
      line.setLength(0);
    }
  }

  private void stop() {
    findings.add(
        Finding.error(
            "answer-too-long",
            "",
            "The answer is longer or worse than can be read.",
            "Write a smaller package."));
    throw new AnswerTooLongException();
  }

  /** The answer is over. */
  void end() {
    if (!line.isEmpty()) {
      endLine();
    }
    if (open != null) {
      refuse(
          "answer-cut-off",
          open.path,
          "The answer ended before this file did.",
          "Give the whole file, with its end line.");
      open = null;
    }
    if (files.isEmpty() && deleted.isEmpty() && findings.isEmpty()) {
      refuse(
          "answer-without-files",
          "",
          "The answer holds no file.",
          "Give each file between its marker lines.");
    }
  }

  /** The one line that says what was wrong, if the model gave one. */
  String cause() {
    return cause;
  }

  /** What was refused, and why. */
  List<Finding> findings() {
    return List.copyOf(findings);
  }

  /** The files as they are after this answer. */
  FileSet applyTo(FileSet before) {
    FileSet after = before.with(List.of(), deleted);
    try {
      return after.with(files.values(), Set.of());
    } catch (IllegalArgumentException e) {
      return oneByOne(after);
    }
  }

  private FileSet oneByOne(FileSet before) {
    FileSet after = before;
    for (SourceFile file : files.values()) {
      try {
        after = after.with(List.of(file), Set.of());
      } catch (IllegalArgumentException e) {
        refuse("file-refused", file.path(), sentence(e.getMessage()), "Leave this file out.");
      }
    }
    return after;
  }

  private void endLine() {
    String whole = line.toString();
    line.setLength(0);
    if (whole.endsWith("\r")) {
      whole = whole.substring(0, whole.length() - 1);
    }
    if (whole.startsWith(prefix)) {
      instruction(whole.substring(prefix.length()).strip());
    } else if (open != null) {
      content(open, whole);
    }
  }

  private void instruction(String words) {
    int space = words.indexOf(' ');
    String verb = space < 0 ? words : words.substring(0, space);
    String rest = space < 0 ? "" : words.substring(space + 1).strip();
    if (open != null && !verb.equals("end")) {
      refuse(
          "file-not-closed",
          open.path,
          "The next file began before this one ended.",
          "End each file with its end line.");
      open = null;
    }
    switch (verb) {
      case "file" -> begin(rest);
      case "end" -> close();
      case "delete" -> deleted.add(rest);
      case "cause" -> cause = Text.visible(rest, 300);
      default ->
          refuse(
              "unknown-instruction",
              "",
              "The answer holds the instruction \"" + Text.visible(verb, 40) + "\".",
              "Use file, end, delete and cause only.");
    }
  }

  private void begin(String path) {
    Optional<String> problem = SourceFile.pathProblem(path);
    problem.ifPresent(
        sentence ->
            refuse(
                "path-refused",
                Text.visible(path, 80),
                sentence(sentence),
                "Use a plain relative path inside the package."));
    boolean crowded = problem.isEmpty() && files.size() >= FileSet.MAX_FILES;
    if (crowded) {
      refuse(
          "too-many-files",
          path,
          "A package may have " + FileSet.MAX_FILES + " files.",
          "Write fewer files.");
    }
    open = new OpenFile(path, problem.isPresent() || crowded);
    if (!open.refused) {
      watcher.accept(new FileText(draft, path, 0, "", false));
    }
  }

  private void content(OpenFile file, String text) {
    if (file.refused || file.tooLarge) {
      return;
    }
    if (file.text.length() + text.length() >= SourceFile.MAX_BYTES) {
      file.tooLarge = true;
      return;
    }
    int offset = file.text.length();
    file.text.append(text).append('\n');
    watcher.accept(new FileText(draft, file.path, offset, text + "\n", false));
  }

  private void close() {
    OpenFile file = open;
    open = null;
    if (file == null || file.refused) {
      return;
    }
    String text = file.text.toString();
    Optional<String> problem =
        file.tooLarge
            ? Optional.of("the file has more than " + SourceFile.MAX_BYTES + " bytes")
            : SourceFile.contentProblem(text);
    if (problem.isPresent()) {
      refuse("content-refused", file.path, sentence(problem.get()), "Give plain, short text.");
      return;
    }
    files.put(file.path, new SourceFile(file.path, text));
    watcher.accept(new FileText(draft, file.path, text.length(), "", true));
  }

  private void refuse(String code, String where, String sentence, String remedy) {
    if (findings.size() < MAX_FINDINGS) {
      findings.add(Finding.error(code, where, sentence, remedy));
    }
  }

  private static String sentence(@Nullable String problem) {
    String text = problem == null ? "it cannot be kept" : problem;
    return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
  }
}
