package dev.packageforge.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What an embedder gets with this module, as the build resolved it. */
class WeightTest {
  private static final long MEGABYTE = 1_000_000;

  @Test
  void theLibrariesAreFewAndSmall() throws IOException {
    List<Path> libraries = runtime().stream().filter(path -> !isOurs(path)).toList();
    assertThat(libraries).hasSizeBetween(1, 10);
    assertThat(weight(libraries)).isBetween(4 * MEGABYTE, 9 * MEGABYTE);
  }

  @Test
  void nothingThatOnlyAClientOfEveryRequestNeedsIsThere() throws IOException {
    assertThat(runtime())
        .extracting(path -> path.getFileName().toString())
        .noneMatch(name -> name.matches("(docker-java-(core|api)|guava|bcp|commons|value-).*"));
  }

  private static boolean isOurs(Path path) {
    return Files.isDirectory(path) || path.getFileName().toString().startsWith("forge-");
  }

  private static List<Path> runtime() throws IOException {
    try (InputStream in = WeightTest.class.getResourceAsStream("/runtime-classpath.txt")) {
      if (in == null) {
        throw new AssertionError("the build did not write the class path");
      }
      String line = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
      return Stream.of(line.split(File.pathSeparator, -1)).map(Path::of).toList();
    }
  }

  private static long weight(List<Path> paths) throws IOException {
    long sum = 0;
    for (Path path : paths) {
      try (Stream<Path> files = Files.walk(path)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          sum += Files.size(file);
        }
      }
    }
    return sum;
  }
}
