package dev.packageforge.pipeline;

import dev.packageforge.FileSet;
import dev.packageforge.RunEvent.FileText;
import dev.packageforge.SourceFile;
import dev.packageforge.Text;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a model's answer while it is given: what changes in the files, and what it says of it.
 *
 * <p>A line that begins with {@code @@@ MARKER}, where the marker is a random word of this one
 * call, is an instruction; nothing in a file can be taken for one. {@code file PATH} and {@code
 * end} enclose a whole file. {@code edit PATH}, {@code with} and {@code end} enclose the lines to
 * find and the lines instead. {@code delete PATH}, {@code cause SENTENCE}, {@code contradiction
 * PATH SENTENCE} and {@code cannot SENTENCE} stand alone. If the answer has no file in this form,
 * it is read as a JSON object with a list of files, and else as Markdown with a fence for each
 * file.
 *
 * <p>All line ends become line feeds, and a file that is not empty ends with one. What is refused
 * becomes a finding, and nothing of it is kept; all other files are. For one thread.
 */
final class ReplyReader {
  /** Characters of one answer that are read: beyond it the call is stopped. */
  static final int MAX_ANSWER = 8 * 1024 * 1024;

  private static final int MAX_SENTENCE = 300;
  private static final Set<String> VERBS =
      Set.of("file", "edit", "with", "end", "delete", "cause", "contradiction", "cannot", "data");

  private final String marker;
  private final int draft;
  private final Consumer<FileText> watcher;

  /** Tells that the answer ended too early. */
  static final String CUT_OFF = "answer-cut-off";

  private final Refusals refusals = new Refusals();
  private final Changes changes;

  /** The answer so far, as long as no file was found in it. */
  private final StringBuilder loose = new StringBuilder();

  private final StringBuilder line = new StringBuilder();
  private final Map<String, String> contradictions = new LinkedHashMap<>();
  private @Nullable Block open;
  private String cause = "";
  private @Nullable String cannot;
  private @Nullable String cutOff;
  private boolean found;
  private boolean stopped;
  private int read;
  private int lineNumber;
  private int returns;

  /** The first line outside of all files that has another marker; 0 if there is none. */
  private int strangeLine;

  private String stranger = "";
  private boolean otherForm;

  /**
   * A reader for one answer.
   *
   * @param marker the call's random word
   * @param draft the number of the draft the files will be
   * @param before the files as they are, which the answer changes
   * @param watcher hears files while they are written; edited ones, and those of the other forms,
   *     whole at the end
   */
  ReplyReader(String marker, int draft, FileSet before, Consumer<FileText> watcher) {
    this.marker = marker;
    this.draft = draft;
    this.watcher = watcher;
    this.changes = new Changes(draft, before, watcher, refusals);
  }

  /** What an instruction opened and {@code end} will close. */
  private abstract static class Block {
    /** What it is about; null if that was refused, and then nothing of it is kept. */
    final @Nullable String path;

    Block(@Nullable String path) {
      this.path = path;
    }

    /** A line without its end. */
    abstract void line(String text);
  }

  /** Lines that are no file's. */
  private static final class Skipped extends Block {
    Skipped() {
      super(null);
    }

    @Override
    void line(String text) {}
  }

  private static final class FileBlock extends Block {
    final StringBuilder text = new StringBuilder();
    int lines;
    int told;
    int longLine;
    boolean tooLarge;

    FileBlock(@Nullable String path) {
      super(path);
    }

    @Override
    void line(String next) {
      lines++;
      if (next.length() > Changes.MAX_LINE && longLine == 0) {
        longLine = lines;
      }
      tooLarge |= text.length() + next.length() >= SourceFile.MAX_BYTES;
      if (isGood()) {
        text.append(next).append('\n');
      }
    }

    boolean isGood() {
      return path != null && longLine == 0 && !tooLarge;
    }
  }

  private static final class EditBlock extends Block {
    final StringBuilder search = new StringBuilder();
    final StringBuilder replacement = new StringBuilder();
    boolean with;
    boolean tooLarge;

    EditBlock(@Nullable String path) {
      super(path);
    }

    @Override
    void line(String next) {
      StringBuilder text = with ? replacement : search;
      tooLarge |= text.length() + next.length() >= SourceFile.MAX_BYTES;
      if (path != null && !tooLarge) {
        text.append(next).append('\n');
      }
    }
  }

  /** An instruction: a verb, and what follows it. */
  private record Instruction(String word, String verb, String rest) {}

  /**
   * The next piece of the answer.
   *
   * @throws AnswerTooLongException once the answer is longer or worse than can be read
   */
  void add(String delta) {
    if (stopped) {
      throw new AnswerTooLongException();
    }
    read += delta.length();
    if (read > MAX_ANSWER) {
      stop();
    }
    if (!found) {
      loose.append(delta);
    }
    int from = 0;
    for (int i = 0; i < delta.length(); i++) {
      char c = delta.charAt(i);
      if (c == '\n') {
        take(delta, from, i);
        from = i + 1;
        returns = 0;
        endLine(true);
        if (refusals.full()) {
          stop();
        }
      } else if (c == '\r') {
        take(delta, from, i);
        from = i + 1;
        returns++;
      } else if (returns > 0) {
        // A carriage return alone ends a line; several before a line feed are one end with it.
        for (; returns > 0; returns--) {
          endLine(true);
        }
      }
    }
    take(delta, from, delta.length());
    if (open instanceof FileBlock file) {
      tell(file);
    }
  }

  /** Adds to the line, whose length no file may have beyond a limit. */
  private void take(String delta, int from, int to) {
    int most = Math.min(to, from + Math.max(0, Changes.MAX_LINE + 1 - line.length()));
    line.append(delta, from, most);
  }

  private void stop() {
    stopped = true;
    refusals.last(
        "answer-too-long",
        "The answer is longer or worse than can be read.",
        "Write a smaller package.");
    throw new AnswerTooLongException();
  }

  /** The answer is over, or the call has failed: what can be kept of it. Once. */
  Reply end() {
    for (; returns > 0; returns--) {
      endLine(true);
    }
    if (line.length() > 0) {
      endLine(false);
    }
    if (open != null) {
      cutOff(open.path == null ? "" : open.path);
      open = null;
    }
    if (!found && cannot == null) {
      otherForms(loose.toString());
    }
    if (strangeLine > 0 && !otherForm) {
      refusals.error(
          "marker-unknown",
          stranger,
          "Line " + strangeLine + " of the answer begins with a marker that is not this request's.",
          "Use the marker of this request.");
    }
    boolean empty = !found && !otherForm && cannot == null;
    if (empty) {
      refusals.error(
          "answer-without-files",
          "",
          "The answer holds no file.",
          "Give each file between its marker lines.");
    }
    Changes.Outcome outcome = changes.apply();
    return new Reply(
        outcome.files(),
        refusals.findings(),
        cause,
        Optional.ofNullable(cannot),
        contradictions,
        outcome.changed(),
        outcome.missed(),
        Optional.ofNullable(cutOff),
        empty);
  }

  /** Reads an answer that does not have the form that was asked for. */
  private void otherForms(String text) {
    JsonFiles json = new JsonFiles(this::whole, refusals);
    FencedFiles fenced = new FencedFiles(this::whole);
    if (json.read(text)) {
      otherForm = true;
      json.cutOff().ifPresent(this::cutOff);
    } else if (fenced.read(text.replace("\r\n", "\n").replace('\r', '\n'))) {
      otherForm = true;
      fenced.cutOff().ifPresent(this::cutOff);
    }
  }

  /** A file that is at hand all at once. */
  private void whole(String given, String content) {
    changes
        .path(given)
        .ifPresent(
            path -> {
              String text = Wrapping.asFile(path, content);
              if (changes.write(path, text)) {
                watcher.accept(new FileText(draft, path, 0, text, true));
              }
            });
  }

  private void cutOff(String path) {
    cutOff = path;
    refusals.error(
        CUT_OFF,
        path,
        "The answer ended before this file did.",
        "Give the whole file, with its end line.");
  }

  private void endLine(boolean whole) {
    String text = line.toString();
    line.setLength(0);
    lineNumber++;
    if (lineNumber == 1 && text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    Instruction instruction = instruction(text);
    if (instruction != null && instruction.word().equalsIgnoreCase(marker)) {
      obey(instruction, whole);
    } else if (open != null) {
      open.line(text);
    } else if (instruction != null && strangeLine == 0 && VERBS.contains(instruction.verb())) {
      // Outside of all files; within one it would be content.
      strangeLine = lineNumber;
      stranger = Text.visible(instruction.rest(), 80);
    }
  }

  private static @Nullable Instruction instruction(String text) {
    int start = 0;
    while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    if (!text.startsWith("@@@", start) || text.length() > 1_000) {
      return null;
    }
    String[] word = split(text.substring(start + 3));
    String[] verb = split(word[1]);
    return new Instruction(word[0], verb[0].toLowerCase(Locale.ROOT), verb[1]);
  }

  /** The first word, and the rest. */
  private static String[] split(String words) {
    String bare = words.strip();
    int end = 0;
    while (end < bare.length() && !Character.isWhitespace(bare.charAt(end))) {
      end++;
    }
    return new String[] {bare.substring(0, end), bare.substring(end).strip()};
  }

  private void obey(Instruction instruction, boolean whole) {
    String rest = instruction.rest();
    switch (instruction.verb()) {
      case "end" -> close();
      case "with" -> with();
      case "file" -> {
        leave();
        beginFile(rest, whole);
      }
      case "edit" -> {
        leave();
        beginEdit(rest, whole);
      }
      case "delete" -> {
        leave();
        delete(rest, whole);
      }
      case "cause" -> {
        leave();
        cause = cause.isEmpty() ? Text.visible(rest, MAX_SENTENCE) : cause;
      }
      case "cannot" -> {
        leave();
        cannot = cannot == null ? Text.visible(rest, MAX_SENTENCE) : cannot;
      }
      case "contradiction" -> {
        leave();
        contradict(rest);
      }
      case "data" -> {
        leave();
        open = new Skipped();
      }
      default -> unknown(instruction.verb(), whole);
    }
  }

  private void unknown(String verb, boolean whole) {
    if (whole) {
      refusals.error(
          "unknown-instruction",
          "",
          "Line "
              + lineNumber
              + " of the answer is the instruction \""
              + Text.visible(verb, 40)
              + "\".",
          "Use file, edit, with, end, delete, cause, contradiction and cannot only.");
    }
  }

  /** The next block begins. A file before it that has no end line is taken to end there. */
  private void leave() {
    if (open instanceof FileBlock file && file.path != null) {
      refusals.warn(
          "file-not-closed",
          file.path,
          "The next instruction came before this file's end line; the file is taken to end there.",
          "End each file with its end line.");
      close();
    } else if (open instanceof EditBlock edit && edit.path != null) {
      changes.miss(edit.path, "An edit of this file has no end line.");
    }
    open = null;
  }

  private void beginFile(String rest, boolean whole) {
    foundFiles();
    if (!whole) {
      cutOff("");
      return;
    }
    String path = changes.path(rest).filter(changes::room).orElse(null);
    open = new FileBlock(path);
    if (path != null) {
      watcher.accept(new FileText(draft, path, 0, "", false));
    }
  }

  private void beginEdit(String rest, boolean whole) {
    foundFiles();
    if (!whole) {
      cutOff("");
      return;
    }
    open = new EditBlock(changes.path(rest).orElse(null));
  }

  private void delete(String rest, boolean whole) {
    foundFiles();
    if (whole || changes.onlyMeans(rest)) {
      changes.path(rest).ifPresent(changes::delete);
    } else {
      cutOff("");
    }
  }

  private void contradict(String rest) {
    String[] words = split(rest);
    if (!words[1].isEmpty() && contradictions.size() < Changes.MAX_FILES) {
      changes
          .path(words[0])
          .ifPresent(path -> contradictions.put(path, Text.visible(words[1], MAX_SENTENCE)));
    } else {
      refusals.error(
          "contradiction-incomplete",
          Text.visible(words[0], 80),
          "The contradiction lacks a path or a sentence.",
          "Name the test's path and, after it, what contradicts the plan.");
    }
  }

  private void with() {
    if (open instanceof EditBlock edit && !edit.with) {
      edit.with = true;
    } else if (open instanceof EditBlock edit && edit.path != null) {
      changes.miss(
          edit.path, "An edit of this file has two lines instead of one between its parts.");
    } else {
      extra("with");
    }
  }

  private void extra(String verb) {
    refusals.warn(
        "marker-extra",
        "",
        "Line "
            + lineNumber
            + " of the answer, \""
            + verb
            + "\", belongs to nothing; it was left out.",
        "Begin a block before it is ended.");
  }

  private void close() {
    Block block = open;
    open = null;
    if (block instanceof FileBlock file && file.path != null) {
      close(file, file.path);
    } else if (block instanceof EditBlock edit && edit.path != null) {
      close(edit, edit.path);
    } else if (block == null) {
      extra("end");
    }
  }

  private void close(FileBlock file, String path) {
    if (file.longLine > 0) {
      changes.lineTooLong(path, file.longLine);
    } else if (file.tooLarge) {
      refusals.error(
          "content-refused",
          path,
          "The file has more than " + SourceFile.MAX_BYTES + " bytes.",
          "Write a smaller file.");
    } else {
      String content = Wrapping.unwrap(path, file.text.toString());
      if (changes.write(path, content)) {
        if (content.length() == file.text.length()) {
          watcher.accept(new FileText(draft, path, file.told, content.substring(file.told), true));
        } else {
          watcher.accept(new FileText(draft, path, 0, content, true));
        }
      }
    }
  }

  private void close(EditBlock edit, String path) {
    if (!edit.with) {
      changes.miss(path, "An edit of this file lacks the lines instead.");
    } else if (edit.tooLarge) {
      changes.miss(path, "An edit of this file is longer than a file may be.");
    } else {
      changes.edit(path, new Edit(edit.search.toString(), edit.replacement.toString()));
    }
  }

  private void tell(FileBlock file) {
    if (file.isGood() && file.path != null && file.told < file.text.length()) {
      String text = file.text.substring(file.told);
      watcher.accept(new FileText(draft, file.path, file.told, text, false));
      file.told = file.text.length();
    }
  }

  private void foundFiles() {
    found = true;
    loose.setLength(0);
    loose.trimToSize();
  }
}
