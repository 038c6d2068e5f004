package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.testing.ManualClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LayerStoreTest {
  private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-10T10:00:00Z"));
  private Path root;
  private LayerStore store;

  @BeforeEach
  void open(@TempDir Path folder) {
    root = folder.resolve("layers");
    store = new LayerStore(root, 1000, clock);
  }

  @Test
  void whatIsKeptIsFoundUnderItsKeyOnly() throws IOException {
    assertThat(store.find("a")).isEmpty();
    store.keep("a", bytes("some"));
    assertThat(text("a")).isEqualTo("some");
    assertThat(store.find("b")).isEmpty();
    store.keep("a", bytes("other"));
    assertThat(text("a")).isEqualTo("other");
  }

  @Test
  void whatWasChangedOnDiskIsNotUsed() throws IOException {
    store.keep("a", bytes("some"));
    byte[] all = Files.readAllBytes(root.resolve("a.layer"));
    for (int at : List.of(0, 63, 64, all.length - 1)) {
      byte[] changed = all.clone();
      changed[at] ^= 1;
      Files.write(root.resolve("a.layer"), changed);
      assertThat(store.find("a")).as("byte %s", at).isEmpty();
    }
    Files.write(root.resolve("a.layer"), new byte[5]);
    assertThat(store.find("a")).isEmpty();
    assertThat(names()).isEmpty();
  }

  @Test
  void whatWasNotUsedForLongestGoesFirst() throws IOException {
    byte[] large = new byte[300];
    new Random(7).nextBytes(large);
    for (String key : List.of("a", "b")) {
      store.keep(key, large);
      clock.advance(Duration.ofMinutes(1));
    }
    assertThat(store.find("a")).isPresent();
    clock.advance(Duration.ofMinutes(1));
    store.keep("c", large);
    assertThat(names()).containsExactly("a.layer", "c.layer");
  }

  @Test
  void whatIsLargerThanTheStoreIsNotKept() throws IOException {
    byte[] large = new byte[2000];
    new Random(7).nextBytes(large);
    store.keep("a", large);
    assertThat(store.find("a")).isEmpty();
  }

  @Test
  void whatWasRefusedIsNotKeptAgain() throws IOException {
    store.keep("a", bytes("some"));
    store.refuse("a");
    assertThat(store.find("a")).isEmpty();
    store.keep("a", bytes("some"));
    assertThat(store.find("a")).isEmpty();
  }

  @Test
  void whatAKilledProgramLeftIsRemovedAfterAnHour() throws IOException {
    store.keep("a", bytes("some"));
    Files.write(root.resolve("making-1"), new byte[10]);
    Files.setLastModifiedTime(root.resolve("making-1"), FileTime.from(clock.instant()));
    store.keep("b", bytes("some"));
    assertThat(names()).contains("making-1");
    clock.advance(Duration.ofMinutes(61));
    store.keep("c", bytes("some"));
    assertThat(names()).containsExactly("a.layer", "b.layer", "c.layer");
  }

  @Test
  void aFolderThatCannotBeUsedIsNoAccident(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    LayerStore broken = new LayerStore(file.resolve("layers"), 1000, clock);
    broken.keep("a", bytes("some"));
    broken.refuse("a");
    assertThat(broken.find("a")).isEmpty();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(root)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  private String text(String key) throws IOException {
    try (GZIPInputStream in =
        new GZIPInputStream(new ByteArrayInputStream(store.find(key).orElseThrow()))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
