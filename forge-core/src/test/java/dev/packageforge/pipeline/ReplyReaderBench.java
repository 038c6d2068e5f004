package dev.packageforge.pipeline;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.packageforge.FileSet;
import dev.packageforge.SourceFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Measures how long a reply of a megabyte takes to be read, in each form; to be run by hand. Prints
 * the least and the median time of forty rounds.
 */
final class ReplyReaderBench {
  private static final int FILES = 40;
  private static final int ROUNDS = 40;
  private static final int PIECE = 64;
  private static final String MARKER = "7f3a9c51d2e84b60";

  private ReplyReaderBench() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) {
    List<SourceFile> files = files();
    FileSet before = FileSet.of(files);
    measure("blocks", FileSet.empty(), blocks(files));
    measure("json", FileSet.empty(), json(files));
    measure("json in a string", FileSet.empty(), quoted(json(files)));
    measure("fences", FileSet.empty(), fences(files));
    measure("200 edits", before, edits(files));
  }

  private static void measure(String form, FileSet before, String answer) {
    List<Long> times = new ArrayList<>();
    int changed = 0;
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      ReplyReader reader = new ReplyReader(MARKER, 1, before, event -> {});
      for (int at = 0; at < answer.length(); at += PIECE) {
        reader.add(answer.substring(at, Math.min(answer.length(), at + PIECE)));
      }
      changed = reader.end().changed().size();
      times.add(System.nanoTime() - start);
    }
    times.sort(null);
    System.out.printf(
        "%-16s %8d characters, %2d files changed: %6.1f ms at best, %6.1f ms in the middle%n",
        form, answer.length(), changed, times.get(0) / 1e6, times.get(ROUNDS / 2) / 1e6);
  }

  private static List<SourceFile> files() {
    List<SourceFile> files = new ArrayList<>();
    for (int i = 0; i < FILES; i++) {
      StringBuilder text = new StringBuilder();
      for (long seed = 100L * i; text.length() < 26_000; seed++) {
        text.append(EditCorpus.of(seed).before());
      }
      files.add(new SourceFile("src/file" + i + ".js", text.toString()));
    }
    return files;
  }

  private static String blocks(List<SourceFile> files) {
    return files.stream()
        .map(file -> mark("file " + file.path()) + file.content() + mark("end"))
        .collect(Collectors.joining());
  }

  private static String json(List<SourceFile> files) {
    return files.stream()
        .map(f -> "{\"name\":" + quoted(f.path()) + ",\"content\":" + quoted(f.content()) + "}")
        .collect(Collectors.joining(",", "{\"files\":[", "]}"));
  }

  private static String fences(List<SourceFile> files) {
    return files.stream()
        .map(f -> "~~~~~ " + f.path() + "\n" + f.content() + "~~~~~\n")
        .collect(Collectors.joining());
  }

  /** Five edits of each file, of lines that stand there once. */
  private static String edits(List<SourceFile> files) {
    StringBuilder answer = new StringBuilder();
    for (SourceFile file : files) {
      List<String> lines = Arrays.asList(file.content().split("\n"));
      for (int i = 0; i < 5; i++) {
        int at = lines.size() / 6 * (i + 1);
        answer.append(mark("edit " + file.path()));
        for (int k = at; k < at + 12; k++) {
          answer.append("  ").append(lines.get(k)).append('\n');
        }
        answer.append(mark("with")).append("replaced(").append(i).append(");\n");
        answer.append(mark("end"));
      }
    }
    return answer.toString();
  }

  private static String mark(String words) {
    return "@@@ " + MARKER + " " + words + "\n";
  }

  private static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
