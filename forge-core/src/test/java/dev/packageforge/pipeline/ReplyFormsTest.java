package dev.packageforge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.RunEvent.FileText;
import dev.packageforge.SourceFile;
import dev.packageforge.pipeline.ReplySamples.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyFormsTest {
  private static final int MUTATIONS = 100_000;

  static List<Sample> samples() {
    return ReplySamples.all();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyFormGivesTheSameFiles(Sample sample) {
    Reply reply = read(sample.answer());
    assertThat(reply.files().files()).containsAll(sample.files());
    assertThat(reply.refusals()).isEmpty();
    assertThat(reply.cutOff()).isEmpty();
    assertThat(reply.empty()).isFalse();
    assertThat(reply.changed()).containsAll(sample.files().stream().map(SourceFile::path).toList());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyCompleteFileIsKeptWhereverTheAnswerIsCutOff(Sample sample) {
    for (int cut = 0; cut < sample.answer().length(); cut++) {
      Reply reply = read(sample.answer().substring(0, cut));
      List<SourceFile> complete = sample.completeAt(cut);
      FileSet expected = expected(complete, reply);
      assertThat(reply.files()).as("cut at %d", cut).isEqualTo(expected);
      boolean before = complete.isEmpty() && reply.cutOff().isEmpty();
      assertThat(reply.empty()).as("cut at %d", cut).isEqualTo(before);
      reply
          .cutOff()
          .ifPresent(
              path ->
                  assertThat(reply.refusals())
                      .extracting(Finding::code, Finding::where)
                      .contains(tuple("answer-cut-off", path)));
    }
  }

  private static FileSet expected(List<SourceFile> complete, Reply reply) {
    boolean deleted = reply.changed().contains("old.js");
    return ReplySamples.BEFORE.with(complete, deleted ? Set.of("old.js") : Set.of());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void whoWatchesEndsUpWithTheSameFiles(Sample sample) {
    Map<String, StringBuilder> watched = new HashMap<>();
    List<String> done = new ArrayList<>();
    ReplyReader reader =
        new ReplyReader(
            ReplySamples.MARKER,
            3,
            ReplySamples.BEFORE,
            event -> {
              assertThat(event.draft()).isEqualTo(3);
              StringBuilder text =
                  event.offset() == 0
                      ? new StringBuilder()
                      : watched.getOrDefault(event.path(), new StringBuilder());
              assertThat(event.offset()).isEqualTo(text.length());
              watched.put(event.path(), text.append(event.text()));
              if (event.done()) {
                done.add(event.path());
              }
            });
    Random random = new Random(5);
    for (int at = 0; at < sample.answer().length(); ) {
      int next = Math.min(sample.answer().length(), at + 1 + random.nextInt(20));
      reader.add(sample.answer().substring(at, next));
      at = next;
    }
    reader.end();
    for (SourceFile file : sample.files()) {
      assertThat(watched.get(file.path())).hasToString(file.content());
      assertThat(done).contains(file.path());
    }
  }

  @Test
  void mutatedAnswersNeverBreakTheReaderNorLeaveThePackage() {
    List<String> answers = new ArrayList<>(samples().stream().map(Sample::answer).toList());
    answers.add(ReplySamples.repair());
    answers.add(ReplySamples.repair());
    int kept = 0;
    for (long seed = 0; seed < MUTATIONS; seed++) {
      Random random = new Random(seed);
      String answer = mutated(answers.get(random.nextInt(answers.size())), random);
      ReplyReader reader =
          new ReplyReader(ReplySamples.MARKER, 1, ReplySamples.BEFORE, event -> {});
      Reply reply;
      try {
        int half = random.nextInt(answer.length() + 1);
        reader.add(answer.substring(0, half));
        reader.add(answer.substring(half));
      } catch (AnswerTooLongException e) {
        kept--;
      }
      reply = reader.end();
      kept += reply.changed().isEmpty() ? 0 : 1;
      for (SourceFile file : reply.files()) {
        Path root = Path.of("/root");
        assertThat(root.resolve(file.path()).normalize().startsWith(root) && !file.path().isEmpty())
            .as("seed %d: %s", seed, file.path())
            .isTrue();
      }
      for (String path : reply.missed()) {
        assertThat(reply.files().find(path))
            .as("seed %d: %s", seed, path)
            .isEqualTo(ReplySamples.BEFORE.find(path));
      }
      assertThat(reply.refusals().size()).as("seed %d", seed).isLessThan(110);
      assertThat(reply.files().count()).as("seed %d", seed).isLessThanOrEqualTo(102);
    }
    assertThat(kept).as("mutations are mild enough to be read").isGreaterThan(MUTATIONS / 2);
  }

  private static String mutated(String good, Random random) {
    StringBuilder answer = new StringBuilder(good);
    String[] pieces = {
      "@@@ " + ReplySamples.MARKER + " ",
      "\n",
      "\r",
      "\"",
      "\\",
      "{",
      "}",
      "```",
      "../",
      "/",
      "\0",
      "\ud800",
      "\u202e",
      "\uFEFF",
      "C:\\",
      "end",
      "file ",
      "edit package.json\n",
      "with\n",
      "delete ",
      "x".repeat(300),
      "%2e%2e",
      ".git/",
      "nul",
      ":"
    };
    for (int edits = 1 + random.nextInt(6); edits > 0 && answer.length() > 0; edits--) {
      int at = random.nextInt(answer.length());
      int to = Math.min(answer.length(), at + random.nextInt(60));
      switch (random.nextInt(6)) {
        case 0 -> answer.deleteCharAt(at);
        case 1 -> answer.delete(at, to);
        case 2 -> answer.insert(at, (char) random.nextInt(0x10000));
        case 3 -> answer.insert(at, answer.substring(at, to));
        case 4 -> answer.insert(random.nextInt(answer.length()), answer.substring(at, to));
        default -> answer.insert(at, pieces[random.nextInt(pieces.length)]);
      }
    }
    return answer.toString();
  }

  @Test
  void hostileAnswersAreReadInOneGo() {
    int many = 2 * 1024 * 1024;
    String mark = "@@@ " + ReplySamples.MARKER;
    for (String piece :
        List.of(
            mark + " end\n",
            mark + " with\n",
            mark + " delete a\n",
            mark + " contradiction a b\n",
            mark + " edit old.js\nx\n" + mark + " with\n" + mark + " end\n",
            mark + " file a\n" + mark + " end\n",
            "@@@ x file a\n",
            "\r",
            "\n",
            " ",
            "```",
            "```\n",
            "```js a.js\n",
            "{\"files\":[",
            "{\"files\":[{\"path\":\"a\",\"content\":\"\"}]}",
            "a.b/")) {
      StringBuilder live = new StringBuilder();
      ReplyReader reader =
          new ReplyReader(
              ReplySamples.MARKER, 1, ReplySamples.BEFORE, event -> live.append(event.text()));
      try {
        reader.add(piece.repeat(many / piece.length()));
      } catch (AnswerTooLongException e) {
        assertThat(piece).contains(ReplySamples.MARKER);
      }
      Reply reply = reader.end();
      assertThat(reply.refusals().size()).isLessThan(110);
      assertThat(live.length()).isLessThanOrEqualTo(2 * many);
    }
  }

  @Test
  void aFenceAroundAFileIsDroppedUnlessTheFileIsMarkdown() {
    assertThat(file("a.js", "```js\nx\n```\n")).isEqualTo("x\n");
    assertThat(file("a.js", "~~~~\nx\n~~~~\n")).isEqualTo("x\n");
    assertThat(file("a.js", "```js\nx\n```\ny\n")).isEqualTo("```js\nx\n```\ny\n");
    assertThat(file("a.md", "```js\nx\n```\n")).isEqualTo("```js\nx\n```\n");
  }

  @Test
  void byteOrderMarksAndLineEndsAreBroughtInOrder() {
    assertThat(file("a.js", "\uFEFFx\r\ny\rz\n")).isEqualTo("x\ny\nz\n");
    assertThat(read("\uFEFF" + block("a.js", "x\n")).files().find("a.js")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"./a.js", "`a.js`", "\"a.js\"", "**a.js**", " a.js "})
  void aPathMayBeDressedUp(String path) {
    assertThat(read(block(path, "x\n")).files().find("a.js")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a//b",
        "a\\b",
        "..\\x",
        "%2e%2e/x",
        ".git/config",
        "src/.GIT/x",
        "/x",
        "C:/x",
        "a/",
        ".",
        "",
        "a\u200b.js",
        "aux.js",
        "a.",
        "a/../b"
      })
  void aPathThatIsNoPlaceInThePackageIsRefused(String path) {
    Reply reply = read(block(path, "x\n"));
    assertThat(reply.files()).isEqualTo(ReplySamples.BEFORE);
    assertThat(reply.refusals()).extracting(Finding::code).containsExactly("path-refused");
    assertThat(reply.empty()).isFalse();
  }

  @Test
  void aPathInAnotherUnicodeFormIsTheSamePath() {
    Reply reply = read(block("e\u0301.js", "1\n") + block("\u00e9.js", "2\n"));
    assertThat(reply.files().find("\u00e9.js")).hasValue(new SourceFile("\u00e9.js", "2\n"));
    assertThat(reply.refusals()).extracting(Finding::code).containsExactly("file-twice");
    assertThat(reply.refusals()).noneMatch(Finding::isError);
  }

  @Test
  void theSameFileTwiceIsNoNewsIfBothAreAlike() {
    assertThat(read(block("a", "1\n") + block("a", "1\n")).refusals()).isEmpty();
  }

  @Test
  void aWholeFileIsNotLostToASecondOneThatIsCutOff() {
    Reply reply = read(block("a", "1\n") + mark("file a\n2"));
    assertThat(reply.files().find("a")).hasValue(new SourceFile("a", "1\n"));
    assertThat(reply.cutOff()).hasValue("a");
  }

  @Test
  void aWrongMarkerIsContentInAFileAndTroubleOutside() {
    assertThat(file("a", "@@@ 00ff end\n")).isEqualTo("@@@ 00ff end\n");
    Reply reply = read("@@@ 00ff file a.js\nx\n@@@ 00ff end\n" + block("b", "y\n"));
    assertThat(reply.files().find("a.js")).isEmpty();
    assertThat(reply.files().find("b")).isPresent();
    assertThat(reply.refusals())
        .extracting(Finding::code, Finding::where, Finding::isError)
        .containsExactly(tuple("marker-unknown", "a.js", true));
  }

  @Test
  void aDeletionThatMayBeCutShortDeletesNothingElse() {
    FileSet before =
        FileSet.of(List.of(new SourceFile("a.js", "1\n"), new SourceFile("a.json", "{}\n")));
    assertThat(read(before, mark("delete a.js")).files()).isEqualTo(before);
    assertThat(read(before, mark("delete a.js")).cutOff()).hasValue("");
    assertThat(read(before, mark("delete a.js\n")).changed()).containsExactly("a.js");
    assertThat(read(before, mark("delete a.json")).changed()).containsExactly("a.json");
  }

  @Test
  void aFileThatChangesNothingIsNoChange() {
    Reply reply = read(block("old.js", "export const old = 1;\n"));
    assertThat(reply.changed()).isEmpty();
    assertThat(reply.empty()).isFalse();
  }

  @Test
  void editsChangeAFileAndAreShownWhole() {
    List<FileText> watched = new ArrayList<>();
    Reply reply =
        read(
            ReplySamples.BEFORE,
            editBlock("old.js", "export const old = 1;\n", "export const old = 2;\n"),
            watched::add);
    SourceFile after = new SourceFile("old.js", "export const old = 2;\n");
    assertThat(reply.files().find("old.js")).hasValue(after);
    assertThat(reply.changed()).containsExactly("old.js");
    assertThat(watched).containsExactly(new FileText(1, "old.js", 0, after.content(), true));
  }

  @Test
  void aRepairIsReadWhole() {
    Reply reply = read(ReplySamples.repair());
    assertThat(reply.refusals()).extracting(Finding::code).containsExactly("nothing-to-delete");
    assertThat(reply.files().find("package.json").orElseThrow().content())
        .isEqualTo("{\n  \"name\": \"slug\",\n  \"version\": \"1.0.0\"\n}\n\n");
    assertThat(reply.changed()).containsExactlyInAnyOrder("package.json", "old.js");
  }

  @Test
  void anEditThatFitsNowhereMissesAndTellsTheNearestLines() {
    Reply reply =
        read(
            editBlock("package.json", "  \"name\": \"older\"\n", "x\n")
                + editBlock("package.json", "{\n", "{\n\n")
                + editBlock("none.js", "a\n", "b\n"));
    assertThat(reply.files()).isEqualTo(ReplySamples.BEFORE);
    assertThat(reply.missed()).containsExactlyInAnyOrder("package.json", "none.js");
    assertThat(reply.changed()).isEmpty();
    assertThat(reply.refusals())
        .containsExactly(
            Finding.error(
                "edit-missed",
                "package.json:2",
                "Edit 1 of this file finds no such lines.",
                "The nearest lines are 2:   \"name\": \"old\""),
            Finding.error(
                "edit-missed",
                "none.js",
                "There is no such file to edit.",
                "Give the whole file."));
  }

  @Test
  void anEditThatFitsTwiceIsAmbiguous() {
    FileSet before = FileSet.of(List.of(new SourceFile("a", "x\ny\nx\n")));
    Reply reply = read(before, editBlock("a", "x\n", "z\n"));
    assertThat(reply.missed()).containsExactly("a");
    assertThat(reply.refusals())
        .containsExactly(
            Finding.error(
                "edit-ambiguous",
                "a:1",
                "Edit 1 of this file fits at the lines 1, 3.",
                "Give more lines to find, or the whole file."));
  }

  @ParameterizedTest
  @CsvSource({
    "'edit old.js\na\nM end\n'",
    "'edit old.js\na\nM with\nb\nM with\nc\nM end\n'",
    "'edit old.js\na\nM with\nb\nM delete none\n'",
    "'edit old.js\na\nM delete none\n'"
  })
  void anEditThatIsNotWellFormedMisses(String words) {
    Reply reply = read(mark(words.replace("M ", mark(""))));
    assertThat(reply.missed()).containsExactly("old.js");
    assertThat(reply.files()).isEqualTo(ReplySamples.BEFORE);
  }

  @Test
  void anEditThatIsCutOffChangesNothing() {
    Reply reply = read(mark("edit old.js\nexport const old = 1;\n") + mark("with\nexport"));
    assertThat(reply.cutOff()).hasValue("old.js");
    assertThat(reply.files()).isEqualTo(ReplySamples.BEFORE);
  }

  @Test
  void aWholeFileMakesUpForEditsBeforeItAndTakesEditsAfterIt() {
    String bad = editBlock("old.js", "no such line\n", "x\n");
    Reply made = read(bad + block("old.js", "1\n"));
    assertThat(made.missed()).isEmpty();
    assertThat(made.refusals()).extracting(Finding::code).containsExactly("file-after-edits");
    Reply taken = read(block("new.js", "1\n") + editBlock("new.js", "1\n", "2\n"));
    assertThat(taken.files().find("new.js")).hasValue(new SourceFile("new.js", "2\n"));
  }

  @Test
  void anEditWithoutLinesToFindWritesANewFile() {
    assertThat(read(editBlock("new.js", "", "1\n")).files().find("new.js"))
        .hasValue(new SourceFile("new.js", "1\n"));
    assertThat(read(editBlock("old.js", "", "1\n")).missed()).containsExactly("old.js");
  }

  @Test
  void wordsAreKeptBesideTheFiles() {
    Reply reply =
        read(
            mark("cause It was\u202e off by one.\n")
                + mark("contradiction test/a.test.js It asks for 3, the plan for 4.\n")
                + mark("contradiction ../x No.\n")
                + mark("contradiction test/b.test.js\n")
                + mark("cannot The request asks for two things at odds.\n"));
    assertThat(reply.cause()).isEqualTo("It was<U+202E> off by one.");
    assertThat(reply.contradictions())
        .containsExactly(Map.entry("test/a.test.js", "It asks for 3, the plan for 4."));
    assertThat(reply.cannot()).hasValue("The request asks for two things at odds.");
    assertThat(reply.refusals())
        .extracting(Finding::code)
        .containsExactly("path-refused", "contradiction-incomplete");
    assertThat(reply.empty()).isFalse();
  }

  @Test
  void quotedDataIsSkipped() {
    Reply reply = read(mark("data request\nfile a\n") + mark("end\n") + block("a", "x\n"));
    assertThat(reply.refusals()).isEmpty();
    assertThat(reply.changed()).containsExactly("a");
  }

  @Test
  void refusalsNameTheLine() {
    assertThat(read(block("a", "x\n\0\n")).refusals())
        .extracting(Finding::code, Finding::where)
        .containsExactly(tuple("content-refused", "a:2"));
    assertThat(read(block("a", "x\ny\ud800\n")).refusals())
        .extracting(Finding::where)
        .containsExactly("a:2");
    assertThat(read(block("a", "x\n\n" + "y".repeat(Changes.MAX_LINE + 1) + "\n")).refusals())
        .extracting(Finding::code, Finding::where)
        .containsExactly(tuple("line-too-long", "a:3"));
  }

  @Test
  void moreBytesThanAPackageMayHaveAreRefused() {
    String line = "x".repeat(1_023) + "\n";
    StringBuilder answer = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      answer.append(block("f" + i, line.repeat(480)));
    }
    Reply reply = read(answer.toString());
    assertThat(reply.files().size()).isLessThanOrEqualTo(FileSet.MAX_BYTES);
    assertThat(reply.refusals()).extracting(Finding::code).contains("package-too-large");
  }

  @Test
  void jsonMayHoldLinesOrAnObjectForContent() {
    Reply reply =
        read(
            """
            {"files": [{"path": "a.js", "content": ["one", "two"]},
              {"path": "b.json", "content": {"x": [1, 2.50], "y": {"z": "é"}}},
              {"path": "c.js", "content": "\\"one;\\\\ntwo;\\""},
              {"path": "d.js", "content": "```js\\nx\\n```"},
              {"path": "e.js"}]}
            """);
    assertThat(reply.files().find("a.js")).hasValue(new SourceFile("a.js", "one\ntwo\n"));
    assertThat(reply.files().find("b.json").orElseThrow().content())
        .isEqualTo("{\n  \"x\": [\n    1,\n    2.50\n  ],\n  \"y\": {\n    \"z\": \"é\"\n  }\n}\n");
    assertThat(reply.files().find("c.js")).hasValue(new SourceFile("c.js", "one;\ntwo;\n"));
    assertThat(reply.files().find("d.js")).hasValue(new SourceFile("d.js", "x\n"));
    assertThat(reply.refusals())
        .extracting(Finding::code, Finding::where)
        .containsExactly(tuple("content-missing", "e.js"));
  }

  @Test
  void twoObjectsAreOneAnswer() {
    Reply reply =
        read(
            "{\"files\":[{\"name\":\"a\",\"content\":\"1\"}]} or {\"name\":\"b\",\"content\":\"2\"}");
    assertThat(reply.changed()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void jsonThatIsNoFileIsNoAnswer() {
    Reply reply = read("{\"name\": \"slug\", \"files\": [\"src\"]} and ```js\nf();\n```\n");
    assertThat(reply.empty()).isTrue();
    assertThat(reply.refusals()).extracting(Finding::code).containsExactly("answer-without-files");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "### `src/a.js`\n```js",
        "**src/a.js**:\n\n```js",
        "File: src/a.js\n```",
        "1. src/a.js (new)\n```js",
        "```js:src/a.js",
        "```js title=\"src/a.js\"",
        "```src/a.js",
        "   ````js src/a.js"
      })
  void aFenceWithAPathIsAFile(String opening) {
    String fence = opening.contains("````") ? "````" : "```";
    Reply reply = read("Look:\n" + opening + "\nx\n" + fence + "\n");
    assertThat(reply.files().find("src/a.js")).hasValue(new SourceFile("src/a.js", "x\n"));
  }

  private static String file(String path, String content) {
    return read(block(path, content)).files().find(path).orElseThrow().content();
  }

  private static String mark(String words) {
    return "@@@ " + ReplySamples.MARKER + " " + words;
  }

  private static String block(String path, String content) {
    return mark("file " + path + "\n") + content + mark("end\n");
  }

  private static String editBlock(String path, String search, String replacement) {
    return mark("edit " + path + "\n") + search + mark("with\n") + replacement + mark("end\n");
  }

  private static Reply read(String answer) {
    return read(ReplySamples.BEFORE, answer);
  }

  private static Reply read(FileSet before, String answer) {
    return read(before, answer, event -> {});
  }

  private static Reply read(FileSet before, String answer, Consumer<FileText> watcher) {
    ReplyReader reader = new ReplyReader(ReplySamples.MARKER, 1, before, watcher);
    reader.add(answer);
    return reader.end();
  }
}
