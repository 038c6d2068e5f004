package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.sandbox.ExecResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RanTest {
  private static final Duration TOOK = Duration.ofSeconds(3);

  @Test
  void everyCeilingIsTheDraftsFaultAndHasACodeOfItsOwn() {
    Map<String, ExecResult> ceilings =
        Map.of(
            "timed-out", new ExecResult.TimedOut(TOOK),
            "output-capped", new ExecResult.OutputCapped(TOOK),
            "out-of-memory", new ExecResult.OutOfMemory(TOOK),
            "disk-full", new ExecResult.DiskFull(TOOK),
            "too-many-processes", new ExecResult.TooManyProcesses(TOOK));
    ceilings.forEach(
        (code, result) -> {
          Failure failure = ran(result).ceiling("The build").orElseThrow();
          assertThat(failure.finding().code()).isEqualTo(code);
          assertThat(failure.finding().isError()).isTrue();
          assertThat(failure.finding().sentence()).startsWith("The build ");
          assertThat(failure.finding().remedy()).isNotBlank();
          assertThat(failure.evidence()).containsExactly("last words");
        });
  }

  @Test
  void whatEndedByItselfMetNoCeiling() {
    assertThat(ran(new ExecResult.Exited(0, TOOK)).ceiling("The build")).isEmpty();
    assertThat(ran(new ExecResult.Exited(137, TOOK)).ceiling("The build")).isEmpty();
  }

  private static Ran ran(ExecResult result) {
    return new Ran(result, List.of("last words", "last words"));
  }
}
