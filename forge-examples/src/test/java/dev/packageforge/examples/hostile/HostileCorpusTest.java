package dev.packageforge.examples.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.npm.NpmToolchain;
import dev.packageforge.sandbox.Sandbox;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The corpus itself, and what of it needs no sandbox. */
@Timeout(120)
final class HostileCorpusTest {
  @Test
  void theIndexNamesEveryCase() throws Exception {
    URI index =
        Objects.requireNonNull(HostileCorpus.class.getResource("index.txt"), "index").toURI();
    try (Stream<Path> files = Files.list(Path.of(index).resolveSibling("."))) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(n -> n.matches("\\d.*")))
          .containsExactlyInAnyOrderElementsOf(
              HostileCorpus.text("index.txt").lines().map(name -> name + ".txt").toList());
    }
  }

  @Test
  void noTwoCasesHaveTheSameNumber() throws IOException {
    assertThat(HostileCorpus.shipped()).extracting(HostileCase::number).doesNotHaveDuplicates();
  }

  @Test
  void whatReadingIsEnoughForIsHeldWithoutRunningAnything(@TempDir Path folder) throws Exception {
    Sandbox closed = Sandbox.closed("Nothing is to be run here.", "Read instead.");
    HostileRun run = new HostileRun(closed, NpmToolchain.builder().build(), folder);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<CaseReport> reports = run.all(HostileCorpus.shipped(), threads, 2);
      assertThat(reports).filteredOn(report -> !report.held()).isEmpty();
      assertThat(reports).hasSizeGreaterThan(60);
    } finally {
      threads.shutdownNow();
    }
  }
}
