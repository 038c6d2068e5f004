package dev.packageforge.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFileTest {
  private final Path folder;
  private final Path path;

  JournalFileTest(@TempDir Path folder) {
    this.folder = folder;
    this.path = folder.resolve("log");
  }

  @Test
  void whatWasAppendedIsReadInOrder() throws IOException {
    try (JournalFile file = new JournalFile(path, JournalFile::open)) {
      file.append("one", false);
      file.append("", true);
      file.append("three \u00fc", false);
    }
    try (JournalFile file = new JournalFile(path, JournalFile::open)) {
      file.append("four", true);
    }

    assertThat(JournalFile.read(path))
        .isEqualTo(new JournalFile.Content(List.of("one", "", "three \u00fc", "four"), 0));
  }

  @Test
  void lastLineCutAnywhereIsIgnored() throws IOException {
    try (JournalFile file = new JournalFile(path, JournalFile::open)) {
      file.append("first", true);
    }
    int whole = (int) Files.size(path);
    try (JournalFile file = new JournalFile(path, JournalFile::open)) {
      file.append("run 7 {\"a\":1}", true);
    }
    byte[] all = Files.readAllBytes(path);
    assertThat(all.length).isGreaterThan(whole + 10);

    for (int length = whole; length < all.length; length++) {
      Files.write(path, Arrays.copyOf(all, length));
      assertThat(JournalFile.read(path))
          .as("%d bytes", length)
          .isEqualTo(new JournalFile.Content(List.of("first"), 0));
    }
  }

  @Test
  void anyOtherBrokenLineIsDamageAndTheRestIsRead() throws IOException {
    try (JournalFile file = new JournalFile(path, JournalFile::open)) {
      file.append("one", true);
      file.append("two", true);
      file.append("three", true);
    }
    byte[] all = Files.readAllBytes(path);
    int second = 8 + 1 + "one".length() + 1;
    int third = second + 8 + 1 + "two".length() + 1;

    // The end of the line itself is not among them: two lines then look like one.
    for (int at = second; at < third - 1; at++) {
      byte[] flipped = all.clone();
      flipped[at] ^= 0x40;
      Files.write(path, flipped);
      JournalFile.Content content = JournalFile.read(path);
      assertThat(content.lines()).as("byte %d", at).contains("one", "three").doesNotContain("two");
      assertThat(content.damaged()).as("byte %d", at).isPositive();
    }
  }

  @Test
  void lineThatCouldNotBeWrittenLeavesTheFileAsItWas() throws IOException {
    for (FullDisk.When when : FullDisk.When.values()) {
      Files.deleteIfExists(path);
      FullDisk disk = new FullDisk();
      try (JournalFile file = new JournalFile(path, disk)) {
        file.append("one", true);
        disk.full(when);
        assertThatThrownBy(() -> file.append("a long line that does not fit", true))
            .isInstanceOf(IOException.class);
        assertThat(JournalFile.read(path).lines()).containsExactly("one");

        disk.roomy();
        file.append("two", true);
      }
      assertThat(JournalFile.read(path))
          .as(when.name())
          .isEqualTo(new JournalFile.Content(List.of("one", "two"), 0));
    }
  }

  @Test
  void linesAreReplacedAllOrNone() throws IOException {
    FullDisk disk = new FullDisk();
    try (JournalFile file = new JournalFile(path, disk)) {
      file.append("one", true);
      file.append("two", true);
      disk.full(FullDisk.When.HALFWAY);
      assertThatThrownBy(() -> file.replace(List.of("three"))).isInstanceOf(IOException.class);
      assertThat(JournalFile.read(path).lines()).containsExactly("one", "two");

      disk.roomy();
      file.replace(List.of("three"));
      file.append("four", true);
    }

    assertThat(JournalFile.read(path).lines()).containsExactly("three", "four");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(path);
    }
  }

  @Test
  void interruptedThreadWritesLikeAnyOther() throws IOException {
    try (JournalFile file = new JournalFile(path, JournalFile::open)) {
      Thread.currentThread().interrupt();
      file.append("one", true);
      file.replace(List.of("two"));
      file.append("three", true);
      assertThat(Thread.interrupted()).isTrue();
    }

    assertThat(JournalFile.read(path).lines()).containsExactly("two", "three");
  }
}
