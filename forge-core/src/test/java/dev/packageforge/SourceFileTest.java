package dev.packageforge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceFileTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/etc/passwd",
        "../../x",
        "a/../b",
        "./a",
        "a//b",
        "a/",
        ".",
        "C:/x",
        "C:\\x",
        "\\\\host\\share",
        "a\u0000b",
        "a\u202eb",
        "a\u200bb",
        "a\nb",
        "con.js",
        "src/NUL",
        "nul .txt",
        "COM¹",
        "conout$.js",
        "%2e%2e/x",
        "a%2Fb",
        "a.",
        "a ",
        " a",
        "a|b",
        "e\u0301.js",
        "1/2/3/4/5/6/7/8/9/10/11/12/13"
      })
  void aPathThatLeavesThePackageOrCannotExistEverywhereIsRefused(String path) {
    assertThat(SourceFile.pathProblem(path)).isPresent();
    assertThatThrownBy(() -> new SourceFile(path, "")).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "src/index.js", ".gitignore", "test/slug maker.test.js", "é.js", "100%.md"})
  void anOrdinaryPathIsAccepted(String path) {
    assertThat(SourceFile.pathProblem(path)).isEmpty();
  }

  @Test
  void aPathMayHaveTwoHundredBytesAndANameAHundred() {
    assertThat(SourceFile.pathProblem("a".repeat(100))).isEmpty();
    assertThat(SourceFile.pathProblem("a".repeat(101))).isPresent();
    assertThat(SourceFile.pathProblem("é".repeat(50))).isEmpty();
    assertThat(SourceFile.pathProblem("é".repeat(51))).isPresent();
    assertThat(SourceFile.pathProblem("a".repeat(99) + "/" + "b".repeat(100))).isEmpty();
    assertThat(SourceFile.pathProblem("a".repeat(99) + "/" + "b".repeat(99) + "/c")).isPresent();
  }

  @Test
  void contentThatIsNoTextOrTooLongIsRefused() {
    assertThat(SourceFile.contentProblem("a\0b")).isPresent();
    assertThat(SourceFile.contentProblem("\ud800")).isPresent();
    assertThat(SourceFile.contentProblem("a".repeat(SourceFile.MAX_BYTES))).isEmpty();
    assertThat(SourceFile.contentProblem("a".repeat(SourceFile.MAX_BYTES + 1))).isPresent();
  }

  @Test
  void filesForOnePlaceAreRefused() {
    assertThatThrownBy(
            () -> FileSet.of(List.of(new SourceFile("a.js", ""), new SourceFile("A.js", ""))))
        .hasMessageContaining("one file on some systems");
    assertThatThrownBy(
            () -> FileSet.of(List.of(new SourceFile("a", ""), new SourceFile("a/b", ""))))
        .hasMessageContaining("both a file and a folder");
  }

  @Test
  void aSetOfFilesIsReadBackFromItsCanonicalBytes() {
    FileSet files =
        FileSet.of(List.of(new SourceFile("b/ü.js", "zwei\n"), new SourceFile("a.js", "")));
    assertThat(FileSet.fromBytes(files.toBytes())).isEqualTo(files);
    assertThat(files.files()).extracting(SourceFile::path).containsExactly("a.js", "b/ü.js");
  }

  @Test
  void bytesThatAreNoDraftAreRefused() {
    byte[] bytes = FileSet.of(List.of(new SourceFile("a.js", "x"))).toBytes();
    bytes[0] = 127;
    assertThatThrownBy(() -> FileSet.fromBytes(bytes)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSetChangesByReplacingAddingAndRemoving() {
    FileSet before = FileSet.of(List.of(new SourceFile("a", "1"), new SourceFile("b", "1")));
    FileSet after =
        before.with(List.of(new SourceFile("b", "2"), new SourceFile("c", "1")), Set.of("a"));
    assertThat(after.files()).containsExactly(new SourceFile("b", "2"), new SourceFile("c", "1"));
  }
}
