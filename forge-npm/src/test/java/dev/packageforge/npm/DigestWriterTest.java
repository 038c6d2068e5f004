package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.FailureDigest;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.SourceFile;
import dev.packageforge.Step;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class DigestWriterTest {
  private static final String TWENTY_LINES =
      IntStream.rangeClosed(1, 20).mapToObj(i -> "line" + i).collect(Collectors.joining("\n"));
  private static final FileSet FILES =
      FileSet.of(List.of(new SourceFile("src/a.js", TWENTY_LINES)));

  @Test
  void showsSixLinesOnEachSideOfThePlace() {
    String text = write(failure("src/a.js:10", "It fell.")).text();
    assertThat(text)
        .contains("     4 | line4\n", ">  10 | line10\n", "    16 | line16\n")
        .doesNotContain("line3\n", "line17");
  }

  @Test
  void showsEachPlaceOnce() {
    String text = write(failure("src/a.js:1", "One."), failure("src/a.js:1", "Two.")).text();
    assertThat(text).containsOnlyOnce(">   1 | line1\n");
  }

  @Test
  void aPlaceThatIsNoneIsOnlyNamed() {
    assertThat(write(failure("src/a.js:99", "It fell.")).text()).contains("src/a.js:99: It fell.");
    assertThat(write(failure("no/such.js:1", "It fell.")).text())
        .contains("no/such.js:1: It fell.");
  }

  @Test
  void staysWithinItsBoundsAndSaysWhatItLeftOut() {
    List<Failure> loud =
        IntStream.rangeClosed(1, 9)
            .mapToObj(
                line ->
                    Failure.of(
                        Finding.error("crashed", "src/a.js:" + line, "x".repeat(5_000), ""),
                        Collections.nCopies(200, "y".repeat(1_000))))
            .toList();
    FailureDigest digest = new DigestWriter(FILES).write(Step.TEST, loud);
    assertThat(digest.text()).hasSizeLessThanOrEqualTo(DigestWriter.MAX_CHARACTERS);
    assertThat(digest.text()).contains("1. [crashed]", "6. [crashed]", "and 3 more");
    assertThat(digest.headline()).hasSizeLessThan(310);
  }

  @Test
  void noFailureTakesMoreThanItsLines() {
    Failure loud =
        Failure.of(
            Finding.error("crashed", "src/a.js:10", "It fell.", "Rise."),
            Collections.nCopies(100, "y"));
    assertThat(write(loud).text().lines()).hasSize(25).anyMatch(line -> line.contains("> "));
  }

  @Test
  void whatFollowsFromOneCauseIsCounted() {
    FailureDigest digest =
        write(
            failure("test/a.test.js:1", "One."),
            named("src/a.js:3", "first", "Test \"first\" failed: TypeError: no"),
            named("src/a.js:3", "second", "Test \"second\" failed: TypeError: no"),
            named("src/a.js:3", "third", "Test \"third\" failed: TypeError: other"));
    assertThat(digest.text())
        .startsWith("1. [test-failed] src/a.js:3: Test \"first\" failed: TypeError: no\n")
        .contains(
            "and 2 more follow from this: \"second\", \"third\"\n", "2. [crashed] test/a.test.js")
        .doesNotContain("other", "3. ");
    assertThat(digest.failures()).isEqualTo(4);
    assertThat(digest.headline()).contains("\"first\"");
  }

  @Test
  void whatIsSaidTwiceOfOnePlaceIsSaidOnce() {
    assertThat(write(failure("", "One."), failure("", "One.")).text())
        .isEqualTo("1. [crashed] One.\n   and 1 more follows from this\n");
  }

  @Test
  void anImportThatLeadsNowhereHasItsLine() {
    FileSet files =
        FileSet.of(List.of(new SourceFile("src/a.js", "import 'x';\nimport './b.js';\n")));
    Finding file =
        Finding.error("module-not-found", "src/a.js", "Cannot find module 'src/b.js'", "");
    Finding other = Finding.error("module-not-found", "src/a.js", "Cannot find package 'x'", "");
    assertThat(
            new DigestWriter(files)
                .write(
                    Step.TEST, List.of(Failure.of(file, List.of()), Failure.of(other, List.of())))
                .text())
        .contains("src/a.js:2: Cannot find module", "src/a.js:1: Cannot find package");
  }

  @Test
  void anErrorWithoutAPlaceHasThatOfItsOnlyMessage() {
    FileSet files =
        FileSet.of(
            List.of(
                new SourceFile("src/a.js", "\nthrow new Error('the cache is cold');\n"),
                new SourceFile("src/b.js", "f('twice'); g('twice');\n")));
    assertThat(crashed(files, "It left work behind: Error: the cache is cold"))
        .startsWith("1. [unhandled-rejection] src/a.js:2: It left");
    assertThat(crashed(files, "It left work behind: twice"))
        .startsWith("1. [unhandled-rejection] test/a.test.js:1: It left");
  }

  private static String crashed(FileSet files, String sentence) {
    Finding finding = Finding.error("unhandled-rejection", "test/a.test.js:1", sentence, "");
    return new DigestWriter(files).write(Step.TEST, List.of(Failure.of(finding, List.of()))).text();
  }

  @Test
  void whatAModuleExportsInPlaceOfWhatWasWantedIsTold() {
    FileSet files =
        FileSet.of(
            List.of(
                new SourceFile("src/a.js", "import { b } from './b.js';\n"),
                new SourceFile("src/b.js", "export const c = 1, d = 2;\n")));
    Finding finding =
        Finding.error(
            "export-missing",
            "src/a.js:1",
            "SyntaxError: The requested module './b.js' does not provide an export named 'b'",
            "");
    assertThat(
            new DigestWriter(files)
                .write(Step.TEST, List.of(Failure.of(finding, List.of())))
                .text())
        .contains("src/b.js exports c, d\n");
  }

  @Test
  void oneLoudFailureHidesNoOther() {
    Failure loud =
        Failure.of(
            Finding.error("crashed", "", "Loud.", ""), Collections.nCopies(100, "y".repeat(290)));
    assertThat(write(loud, failure("", "Quiet.")).text()).contains("Loud.", "Quiet.");
  }

  @Test
  void failuresThatLookAlikeShareASignature() {
    String first = write(failure("src/a.js:1", "Expected 17 but got 3.")).signature();
    assertThat(write(failure("src/a.js:9", "Expected 18 but got 44.")).signature())
        .isEqualTo(first);
    assertThat(write(failure("src/a.js:1", "Expected a slug.")).signature()).isNotEqualTo(first);
    assertThat(write(failure("", "Test \"a\" failed: expected 'x', got 'y'")).signature())
        .isEqualTo(write(failure("", "Test \"a\" failed: expected 'z', got []")).signature());
    assertThat(write(failure("", "ENOENT: open '/tmp/box1/a' after 3 ms")).signature())
        .isEqualTo(write(failure("", "ENOENT: open '/tmp/box22/a' after 14 ms")).signature());
  }

  @Test
  void theOrderOfFailuresDoesNotChangeTheSignature() {
    Failure one = failure("", "One.");
    Failure two = failure("", "Two.");
    assertThat(write(one, two).signature()).isEqualTo(write(two, one).signature());
  }

  @Test
  void escapeSequencesAndCredentialsDoNotPass() {
    String token = "ghp_" + "a1B2".repeat(10);
    FailureDigest digest =
        write(
            Failure.of(
                Finding.error("crashed", "", "It said " + token + " \u001B[31m", ""),
                List.of("\u202Eevil " + token)));
    assertThat(digest.text() + digest.headline())
        .contains("[redacted]", "<U+202E>")
        .doesNotContain(token, "\u001B", "\u202E");
  }

  private static FailureDigest write(Failure... failures) {
    return new DigestWriter(FILES).write(Step.TEST, List.of(failures));
  }

  private static Failure named(String where, String name, String sentence) {
    return new Failure(Finding.error("test-failed", where, sentence, ""), name, List.of());
  }

  private static Failure failure(String where, String sentence) {
    return Failure.of(Finding.error("crashed", where, sentence, ""), List.of());
  }
}
