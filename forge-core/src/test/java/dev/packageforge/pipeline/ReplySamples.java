package dev.packageforge.pipeline;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.packageforge.FileSet;
import dev.packageforge.SourceFile;
import java.util.ArrayList;
import java.util.List;

/** Good answers in every form that is read, and where in them each file is complete. */
final class ReplySamples {
  static final String MARKER = "7f3a9c51d2e84b60";

  /** What an answer may change. */
  static final FileSet BEFORE =
      FileSet.of(
          List.of(
              new SourceFile("package.json", "{\n  \"name\": \"old\"\n}\n"),
              new SourceFile("old.js", "export const old = 1;\n")));

  private static final List<SourceFile> FILES =
      List.of(
          new SourceFile("package.json", "{\n  \"name\": \"slug\",\n  \"files\": [\"src\"]\n}\n"),
          new SourceFile(
              "src/index.js",
              """
              // Says "slug" \\ ä €
              export function slug(text) {
                return text.replace(/[^\\w\\n]+/g, '-');
              }
              """),
          new SourceFile(
              "test/index.test.js", "\n@@@ other end\n@@@ 00 file x\ntest('{[', f);\n\n"),
          new SourceFile("README.md", "# slug\n\n```js\nslug('a b');\n```\n\nDone.\n"),
          new SourceFile("empty.txt", ""));

  private ReplySamples() {}

  /**
   * An answer.
   *
   * @param ends for each file, the length of the shortest beginning of the answer that holds it all
   */
  record Sample(String form, String answer, List<SourceFile> files, List<Integer> ends) {
    /** The files that are complete in a beginning of the answer. */
    List<SourceFile> completeAt(int length) {
      List<SourceFile> complete = new ArrayList<>();
      for (int i = 0; i < ends.size(); i++) {
        if (ends.get(i) <= length) {
          complete.add(files.get(i));
        }
      }
      return complete;
    }

    @Override
    public String toString() {
      return form;
    }
  }

  static List<Sample> all() {
    return List.of(
        blocks("\n"),
        blocks("\r\n"),
        json(),
        prettyJson(),
        wrapped(1),
        wrapped(2),
        map(),
        fenced());
  }

  /** The files between marker lines, with an edit and a deletion. */
  static Sample blocks(String lineEnd) {
    StringBuilder answer = new StringBuilder("Here it is:\n\n");
    instruct(answer, "cause The name was missing.\n");
    List<Integer> ends = new ArrayList<>();
    for (SourceFile file : FILES) {
      instruct(answer, "file " + file.path() + "\n" + file.content());
      instruct(answer, "end");
      ends.add(answer.toString().replace("\n", lineEnd).length());
      answer.append("\n\n");
    }
    instruct(answer, "delete old.js\n");
    answer.append("That is all.\n");
    return new Sample(
        "blocks" + lineEnd.length(), answer.toString().replace("\n", lineEnd), FILES, ends);
  }

  /** What a repair looks like: words, edits, a deletion. */
  static String repair() {
    StringBuilder answer = new StringBuilder();
    instruct(answer, "cause The name was old.\n");
    instruct(answer, "contradiction test/old.test.js It asks for the old name.\n");
    instruct(answer, "edit package.json\n{\n  \"name\": \"old\"\n");
    instruct(answer, "with\n{\n  \"name\": \"slug\",\n  \"version\": \"1.0.0\"\n");
    instruct(answer, "end\n");
    instruct(answer, "edit old.js\nexport const old = 1;\n");
    instruct(answer, "with\nexport const old = 2;\n");
    instruct(answer, "end\n");
    instruct(answer, "edit package.json\n}\n");
    instruct(answer, "with\n}\n\n");
    instruct(answer, "end\n");
    instruct(answer, "delete none.js\n");
    return answer.toString();
  }

  private static void instruct(StringBuilder answer, String words) {
    answer.append("@@@ ").append(MARKER).append(' ').append(words);
  }

  private static Sample json() {
    StringBuilder answer = new StringBuilder("Sure.\n{");
    answer.append("\"packageName\":\"slug\",\"files\":[");
    List<Integer> ends = new ArrayList<>();
    for (SourceFile file : FILES) {
      answer.append(ends.isEmpty() ? "" : ",").append("{\"name\":").append(quoted(file.path()));
      answer.append(",\"content\":").append(quoted(file.content())).append('}');
      ends.add(answer.length());
    }
    answer.append("],\"version\":\"1.0.0\"}\nDone.");
    return new Sample("json", answer.toString(), FILES, ends);
  }

  private static Sample prettyJson() {
    StringBuilder answer = new StringBuilder("```json\n{\n  // all of it\n  \"files\": [\n");
    List<Integer> ends = new ArrayList<>();
    for (SourceFile file : FILES) {
      answer.append("    {\n      \"content\": ").append(quoted(file.content()));
      answer.append(",\n      \"path\": ").append(quoted(file.path())).append(",\n    }");
      ends.add(answer.length());
      answer.append(",\n");
    }
    answer.append("  ],\n}\n```\n");
    return new Sample("pretty", answer.toString(), FILES, ends);
  }

  /** The object as a string, or as a string in a string. */
  private static Sample wrapped(int times) {
    Sample plain = json();
    String answer = plain.answer().substring("Sure.\n".length()).replace("\nDone.", "");
    List<Integer> ends = plain.ends().stream().map(end -> end - "Sure.\n".length()).toList();
    for (int i = 0; i < times; i++) {
      String inner = answer;
      ends = ends.stream().map(end -> quoted(inner.substring(0, end)).length() - 1).toList();
      answer = quoted(answer);
    }
    return new Sample("wrapped" + times, answer, FILES, ends);
  }

  private static Sample map() {
    StringBuilder answer = new StringBuilder("{\"files\":{");
    List<Integer> ends = new ArrayList<>();
    for (SourceFile file : FILES) {
      answer.append(ends.isEmpty() ? "" : ",").append(quoted(file.path())).append(':');
      answer.append(quoted(file.content()));
      ends.add(answer.length());
    }
    return new Sample("map", answer.append("}}").toString(), FILES, ends);
  }

  private static Sample fenced() {
    StringBuilder answer = new StringBuilder("The files:\n\n");
    List<Integer> ends = new ArrayList<>();
    for (SourceFile file : FILES) {
      boolean title = ends.size() % 2 == 0;
      answer.append(title ? "**`" + file.path() + "`**\n\n```js\n" : "```js " + file.path() + "\n");
      answer.append(file.content()).append("```");
      ends.add(answer.length() + (file.path().endsWith(".md") ? 1 : 0));
      answer.append("\n\n");
    }
    return new Sample("fenced", answer.append("Done.\n").toString(), FILES, ends);
  }

  private static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
