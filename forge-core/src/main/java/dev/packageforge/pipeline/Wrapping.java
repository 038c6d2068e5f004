package dev.packageforge.pipeline;

import java.util.Locale;
import java.util.regex.Pattern;

/** What models put around a file's content though they were asked not to. */
final class Wrapping {
  private static final Pattern FENCE = Pattern.compile("\\s{0,3}(`{3,}|~{3,})[^`]{0,80}");

  private Wrapping() {}

  /**
   * The content alone: without a byte order mark, and without a code fence if the fence is the
   * first and the last line; a Markdown file keeps its fences.
   */
  static String unwrap(String path, String content) {
    String text = content.startsWith("\uFEFF") ? content.substring(1) : content;
    if (isMarkdown(path)) {
      return text;
    }
    int first = text.indexOf('\n');
    int last = text.lastIndexOf('\n', text.length() - 2);
    if (first < 0 || last < first || !FENCE.matcher(text.substring(0, first)).matches()) {
      return text;
    }
    String opening = text.substring(0, first).strip();
    String closing = text.substring(last + 1).strip();
    boolean closes = closing.length() >= 3 && opening.startsWith(closing);
    return closes && closing.chars().allMatch(c -> c == closing.charAt(0))
        ? text.substring(first + 1, last + 1)
        : text;
  }

  /** The content as a file has it: line feeds only, and one at the end if there is any text. */
  static String asFile(String path, String content) {
    String text = content.replace("\r\n", "\n").replace('\r', '\n');
    String ended = text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
    return unwrap(path, ended);
  }

  /** Whether fences belong to such a file. */
  static boolean isMarkdown(String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    return lower.endsWith(".md") || lower.endsWith(".mdx") || lower.endsWith(".markdown");
  }
}
