package dev.packageforge.pipeline;

import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads files out of Markdown: a code fence is a file if its path stands behind the opening fence,
 * or alone on the line before it. A fence within a Markdown file does not end it.
 */
final class FencedFiles {
  private static final int MAX_TITLE = 300;
  private static final int MAX_FENCES = 1_000;
  private static final Pattern OPENING = Pattern.compile("( {0,3})(`{3,}|~{3,})([^`]*)");
  private static final Pattern TITLED =
      Pattern.compile("(?:title|file|filename|path|name)=[\"']?([^\"'{}\\s]+)[\"']?");

  /** A path with a folder or an ending, or one of the names that have neither. */
  private static final Pattern PATH =
      Pattern.compile(
          "[^\\s`'\"*:<>|?(){}\\[\\],;=]*(?:[\\w-]\\.\\w{1,10}|/[^\\s`'\"*:<>|?(){}\\[\\],;=/]+)"
              + "|\\.\\w{2,30}|LICENSE|NOTICE|CHANGELOG|README|Makefile");

  private final BiConsumer<String, String> files;
  private final StringBuilder content = new StringBuilder();
  private String before = "";
  private String path = "";
  private @Nullable String fence;
  private boolean found;
  private int inner;
  private int fences;

  /**
   * A reader for one answer.
   *
   * @param files takes paths as they were given, with contents
   */
  FencedFiles(BiConsumer<String, String> files) {
    this.files = files;
  }

  /** Reads all that is in a text, with line feeds only; whether there was anything. */
  boolean read(String text) {
    int from = 0;
    while (from < text.length() && fences < MAX_FENCES) {
      int end = text.indexOf('\n', from);
      int to = end < 0 ? text.length() : end;
      line(text.substring(from, to), end >= 0);
      from = to + 1;
    }
    return found;
  }

  /** The file whose fence was not closed, if there is one. */
  Optional<String> cutOff() {
    return fence == null || path.isEmpty() ? Optional.empty() : Optional.of(path);
  }

  /** A line; one that is not whole may go on, and what looks like an end may be a beginning. */
  private void line(String line, boolean whole) {
    Matcher opening = match(line);
    if (fence == null) {
      if (opening == null) {
        before = line.isBlank() ? before : line;
      } else {
        begin(opening);
      }
    } else if (opening != null
        && (whole || !Wrapping.isMarkdown(path))
        && opening.group(3).isBlank()
        && opening.group(2).startsWith(fence)) {
      end(line);
    } else {
      if (opening != null && Wrapping.isMarkdown(path)) {
        inner++;
      }
      content.append(line).append('\n');
    }
  }

  private static @Nullable Matcher match(String line) {
    if (line.length() > MAX_TITLE || !(line.contains("```") || line.contains("~~~"))) {
      return null;
    }
    Matcher opening = OPENING.matcher(line);
    return opening.matches() ? opening : null;
  }

  private void begin(Matcher opening) {
    fences++;
    fence = opening.group(2);
    content.setLength(0);
    inner = 0;
    path = inInfo(opening.group(3).strip()).or(() -> inTitle(before)).orElse("");
    before = "";
    found |= !path.isEmpty();
  }

  private void end(String line) {
    if (inner > 0) {
      inner--;
      content.append(line).append('\n');
      return;
    }
    fence = null;
    if (!path.isEmpty()) {
      files.accept(path, content.toString());
    }
  }

  private static Optional<String> inInfo(String info) {
    Matcher titled = TITLED.matcher(info);
    if (titled.find()) {
      return Optional.of(titled.group(1));
    }
    for (String word : info.split("[\\s:]+", 6)) {
      if (isPath(word)) {
        return Optional.of(word);
      }
    }
    return Optional.empty();
  }

  /** The path, if the line says little more than it: as a heading, in bold, or with a colon. */
  private static Optional<String> inTitle(String line) {
    if (line.length() > MAX_TITLE) {
      return Optional.empty();
    }
    String title =
        line.strip()
            .replaceFirst("^(?:#{1,6}|[-*+]|\\d{1,3}[.)])\\s+", "")
            .replaceFirst("(?i)^(?:\\*{0,2})(?:create|file(?:name)?|path)\\b[:\\s]*", "")
            .replaceAll("[`*'\"]", "")
            .replaceFirst("\\s*\\([^)]*\\)\\s*:?$", "")
            .replaceFirst("\\s*:$", "")
            .strip();
    return isPath(title) ? Optional.of(title) : Optional.empty();
  }

  private static boolean isPath(String word) {
    return PATH.matcher(word).matches();
  }
}
