package dev.packageforge.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LabelsTest {
  private static final Instant NOW = Instant.EPOCH.plus(Duration.ofDays(1));
  private static final Duration LIFE = Duration.ofHours(6);

  private final Labels labels = new Labels("app");

  @Test
  void whatIsYoungAndRunsIsNeeded() {
    Found found = new Found("id", labels.cell(NOW, LIFE), /* running= */ true);
    assertThat(labels.abandoned(found, NOW.plus(LIFE))).isFalse();
  }

  @Test
  void whatIsOverItsTimeIsNot() {
    Found found = new Found("id", labels.cell(NOW, LIFE), /* running= */ true);
    assertThat(labels.abandoned(found, NOW.plus(LIFE).plusSeconds(1))).isTrue();
  }

  @Test
  void whatWasNeverStartedIsNotNeededForLong() {
    Found found = new Found("id", labels.cell(NOW, LIFE), /* running= */ false);
    assertThat(labels.abandoned(found, NOW.plusSeconds(60))).isFalse();
    assertThat(labels.abandoned(found, NOW.plusSeconds(180))).isTrue();
  }

  @Test
  void whatAProcessMadeThatIsGoneIsNotNeeded() {
    Map<String, String> marks = new HashMap<>(labels.cell(NOW, LIFE));
    String process =
        marks.keySet().stream().filter(name -> name.endsWith(".process")).findAny().orElseThrow();
    marks.computeIfPresent(process, (name, value) -> value + "0"); // started at another time
    assertThat(labels.abandoned(new Found("id", marks, true), NOW)).isTrue();
    marks.put(process, "another-machine/1/1/1");
    assertThat(labels.abandoned(new Found("id", marks, true), NOW)).isFalse();
  }

  @Test
  void aProcessIsKnownByItsTicks() throws Exception {
    String maker = maker(labels.cell(NOW, LIFE));
    String stat = Files.readString(Path.of("/proc/self/stat"));
    assertThat(stat).contains(" " + maker.substring(maker.lastIndexOf('/') + 1) + " ");
  }

  @Test
  void aMakerIsGoneOnlyIfThatIsSeen() {
    Map<String, String> marks = new HashMap<>(labels.cell(NOW, LIFE));
    String maker = maker(marks);
    String here = maker.substring(0, maker.lastIndexOf('/', maker.lastIndexOf('/') - 1) + 1);
    marks.replaceAll((name, value) -> value.equals(maker) ? here + Long.MAX_VALUE + "/1" : value);
    assertThat(labels.abandoned(new Found("id", marks, true), NOW)).isTrue();
    marks.replaceAll((name, value) -> value.startsWith(here) ? here + "odd" : value);
    assertThat(labels.abandoned(new Found("id", marks, true), NOW)).isFalse();
  }

  private static String maker(Map<String, String> marks) {
    return marks.entrySet().stream()
        .filter(mark -> mark.getKey().endsWith(".process"))
        .map(Map.Entry::getValue)
        .findAny()
        .orElseThrow();
  }

  @Test
  void whatWeMadeAndForgotIsOursToRemove() {
    Found ours = new Found("id", labels.cell(NOW, LIFE), /* running= */ true);
    assertThat(labels.forgotten(ours, NOW.plusSeconds(60))).isFalse();
    assertThat(labels.forgotten(ours, NOW.plusSeconds(180))).isTrue();
    Found theirs = new Found("id", new Labels("app").cell(NOW, LIFE), /* running= */ true);
    assertThat(labels.forgotten(theirs, NOW.plusSeconds(180))).isFalse();
  }

  @Test
  void aLayerIsKeptForAMonth() {
    Found layer = new Found("name", labels.layer("content", NOW), /* running= */ false);
    assertThat(labels.abandoned(layer, NOW.plus(Duration.ofDays(29)))).isFalse();
    assertThat(labels.abandoned(layer, NOW.plus(Duration.ofDays(31)))).isTrue();
  }
}
