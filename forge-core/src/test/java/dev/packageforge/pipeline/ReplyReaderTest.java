package dev.packageforge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.RunEvent.FileText;
import dev.packageforge.SourceFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyReaderTest {
  private final List<FileText> watched = new ArrayList<>();
  private Reply reply = new ReplyReader("", 1, FileSet.empty(), event -> {}).end();
  private final ReplyReader reader = new ReplyReader("m4rk", 1, FileSet.empty(), watched::add);

  @Test
  void filesStandBetweenMarkerLines() {
    FileSet files =
        read("Here you are.\n@@@ m4rk file a.js\none\n\ntwo\n@@@ m4rk end\nThat is all.\n");
    assertThat(files.files()).containsExactly(new SourceFile("a.js", "one\n\ntwo\n"));
    assertThat(reply.refusals()).isEmpty();
  }

  @Test
  void theSameIsReadHoweverTheAnswerIsCut() {
    String answer =
        "@@@ m4rk cause A typo.\r\n@@@ m4rk file ü/a.js\r\nx\r\n@@@ m4rk end\r\n"
            + "@@@ m4rk file b.js\n@@@ other end\n@@@ m4rk end";
    FileSet whole = read(answer);
    for (long seed = 0; seed < 200; seed++) {
      ReplyReader cut = new ReplyReader("m4rk", 1, FileSet.empty(), event -> {});
      Random random = new Random(seed);
      for (int at = 0; at < answer.length(); ) {
        int next = Math.min(answer.length(), at + 1 + random.nextInt(9));
        cut.add(answer.substring(at, next));
        at = next;
      }
      Reply reply = cut.end();
      assertThat(reply.files()).as("seed %d", seed).isEqualTo(whole);
      assertThat(reply.cause()).isEqualTo("A typo.");
    }
    assertThat(whole.find("b.js")).hasValue(new SourceFile("b.js", "@@@ other end\n"));
  }

  @Test
  void aFileIsWatchedWhileItGrows() {
    read("@@@ m4rk file a.js\none\ntwo\n@@@ m4rk end\n");
    assertThat(watched)
        .containsExactly(
            new FileText(1, "a.js", 0, "", false), new FileText(1, "a.js", 0, "one\ntwo\n", true));
  }

  @Test
  void aRepairReplacesAddsAndDeletes() {
    FileSet before =
        FileSet.of(
            List.of(
                new SourceFile("a", "1\n"), new SourceFile("b", "1\n"), new SourceFile("c", "")));
    ReplyReader repair = new ReplyReader("m4rk", 1, before, watched::add);
    repair.add("@@@ m4rk delete c\n@@@ m4rk file b\n2\n@@@ m4rk end\n");
    assertThat(repair.end().files().files())
        .containsExactly(new SourceFile("a", "1\n"), new SourceFile("b", "2\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../x",
        "/etc/cron.d/x",
        "C:\\x",
        "a/../../b",
        "nul",
        "..\\x",
        "a\u202ejs",
        "//host/share"
      })
  void aPathOutsideThePackageIsRefusedAndTheRestIsKept(String path) {
    FileSet files =
        read(
            "@@@ m4rk file "
                + path
                + "\nbad\n@@@ m4rk end\n@@@ m4rk file good.js\nx\n@@@ m4rk end\n");
    assertThat(files.files()).containsExactly(new SourceFile("good.js", "x\n"));
    assertThat(reply.refusals()).extracting(Finding::code).containsExactly("path-refused");
    assertThat(watched).extracting(FileText::path).containsOnly("good.js");
  }

  @Test
  void fiveThousandFilesAreRefusedOnceTheSetIsFull() {
    StringBuilder answer = new StringBuilder();
    for (int i = 0; i < 5_000; i++) {
      answer.append("@@@ m4rk file f").append(i).append("\nx\n@@@ m4rk end\n");
    }
    assertThatThrownBy(() -> feed(answer.toString())).isInstanceOf(AnswerTooLongException.class);
    reply = reader.end();
    assertThat(reply.files().count()).isEqualTo(Changes.MAX_FILES);
    assertThat(reply.refusals()).extracting(Finding::code).contains("too-many-files");
  }

  @Test
  void aFileOfFiftyMegabytesStopsTheAnswer() {
    assertThatThrownBy(
            () -> {
              feed("@@@ m4rk file big.txt\n");
              String line = "x".repeat(1023) + "\n";
              for (int i = 0; i < 50 * 1024; i++) {
                feed(line);
              }
            })
        .isInstanceOf(AnswerTooLongException.class);
    reply = reader.end();
    assertThat(reply.files().count()).isZero();
    assertThat(reply.refusals()).extracting(Finding::code).contains("answer-too-long");
  }

  @Test
  void aFileOverTheLimitIsRefusedEvenInOneLine() {
    FileSet files =
        read("@@@ m4rk file big\n" + "x".repeat(SourceFile.MAX_BYTES + 9) + "\n@@@ m4rk end\n");
    assertThat(files.count()).isZero();
    assertThat(reply.refusals()).extracting(Finding::code).containsExactly("line-too-long");
  }

  @Test
  void aFileWithNulCharactersIsRefused() {
    assertThat(read("@@@ m4rk file a\nx\0y\n@@@ m4rk end\n").count()).isZero();
    assertThat(reply.refusals()).extracting(Finding::code).containsExactly("content-refused");
  }

  @Test
  void aFileThatTheAnswerDoesNotEndIsRefused() {
    FileSet files = read("@@@ m4rk file a\nx\n@@@ m4rk end\n@@@ m4rk file b\nhal");
    assertThat(files.files()).extracting(SourceFile::path).containsExactly("a");
    assertThat(reply.refusals()).extracting(Finding::code).containsExactly("answer-cut-off");
  }

  @Test
  void aFileThatIsNotClosedEndsWhereTheNextOneBegins() {
    FileSet files = read("@@@ m4rk file a\nx\n@@@ m4rk file b\ny\n@@@ m4rk end\n");
    assertThat(files.files())
        .containsExactly(new SourceFile("a", "x\n"), new SourceFile("b", "y\n"));
    assertThat(reply.refusals())
        .containsExactly(
            Finding.warning(
                "file-not-closed",
                "a",
                "The next instruction came before this file's end line; the file is taken to end"
                    + " there.",
                "End each file with its end line."));
  }

  @Test
  void twoNamesForOneFileAreRefusedAndTheFirstIsKept() {
    FileSet files = read("@@@ m4rk file a\n1\n@@@ m4rk end\n@@@ m4rk file A\n2\n@@@ m4rk end\n");
    assertThat(files.files()).containsExactly(new SourceFile("a", "1\n"));
    assertThat(reply.refusals()).extracting(Finding::code).containsExactly("file-refused");
  }

  @Test
  void anAnswerWithoutFilesIsAFinding() {
    assertThat(read("I would rather not.").count()).isZero();
    assertThat(reply.refusals()).extracting(Finding::code).containsExactly("answer-without-files");
  }

  @Test
  void mutatedAnswersNeverBreakTheReader() {
    String good =
        "@@@ m4rk cause c\n@@@ m4rk file src/a.js\nexport {};\n@@@ m4rk end\n@@@ m4rk delete b\n";
    for (long seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      StringBuilder answer = new StringBuilder(good);
      for (int edits = 1 + random.nextInt(6); edits > 0; edits--) {
        int at = random.nextInt(answer.length());
        switch (random.nextInt(3)) {
          case 0 -> answer.deleteCharAt(at);
          case 1 -> answer.insert(at, (char) random.nextInt(0x3000));
          default -> answer.insert(at, good, 0, random.nextInt(good.length()));
        }
      }
      ReplyReader any = new ReplyReader("m4rk", 1, FileSet.empty(), event -> {});
      any.add(answer.toString());
      for (SourceFile file : any.end().files()) {
        assertThat(Path.of("/root").resolve(file.path()).normalize())
            .as("seed %d", seed)
            .startsWithRaw(Path.of("/root"));
      }
    }
  }

  private FileSet read(String answer) {
    feed(answer);
    reply = reader.end();
    return reply.files();
  }

  private void feed(String answer) {
    reader.add(answer);
  }
}
