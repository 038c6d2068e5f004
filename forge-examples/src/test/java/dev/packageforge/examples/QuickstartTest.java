package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartTest {
  private static final Path SOURCE =
      Path.of("src/main/java/dev/packageforge/examples/Quickstart.java");

  @Test
  void fortyLinesAreEnough() throws IOException {
    assertThat(Files.readAllLines(SOURCE)).hasSizeLessThanOrEqualTo(40);
  }

  @Test
  void theReadmeShowsThisVeryFile() throws IOException {
    assertThat(Files.readString(Path.of("..", "README.md")))
        .contains(Files.readString(SOURCE).strip());
  }

  @Test
  void itMakesAPackage(@TempDir Path folder) throws InterruptedException {
    Node.need();
    String out = said(() -> Quickstart.main(arguments(folder)));
    assertThat(out).contains("sha512-", "npm install ");
    assertThat(folder.resolve("registry")).isDirectory();
  }

  @Test
  void eventsCanBeWatchedFromAnotherThread(@TempDir Path folder) throws InterruptedException {
    Node.need();
    String out = said(() -> WatchEvents.main(arguments(folder)));
    assertThat(out.lines().toList())
        .anyMatch(line -> line.contains("Planned["))
        .anyMatch(line -> line.contains("FileText["))
        .last()
        .asString()
        .contains("AWAITING_APPROVAL");
  }

  /** An example's {@code main}. */
  private interface Example {
    void run() throws InterruptedException;
  }

  private static String said(Example example) throws InterruptedException {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      example.run();
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String[] arguments(Path folder) {
    return new String[] {folder.toString(), "a duration parser and formatter"};
  }
}
