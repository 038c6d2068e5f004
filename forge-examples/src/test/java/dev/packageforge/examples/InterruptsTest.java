package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InterruptsTest {
  private final List<String> done = new ArrayList<>();
  private final Interrupts interrupts =
      new Interrupts(
          new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
          () -> done.add("stop now"));

  @Test
  void theFirstCancelsAndTheSecondStopsAtOnce() {
    interrupts.onFirst(() -> done.add("cancel"));
    assertThat(interrupts.arrived()).isFalse();
    interrupts.arrive();
    assertThat(interrupts.arrived()).isTrue();
    assertThat(done).containsExactly("cancel");
    interrupts.arrive();
    assertThat(done).containsExactly("cancel", "stop now");
  }

  @Test
  void withoutWorkTheFirstStopsAtOnce() {
    interrupts.arrive();
    assertThat(done).containsExactly("stop now");
  }

  @Test
  void workThatBeginsAfterTheFirstIsNotCancelledTwice() {
    interrupts.onFirst(() -> done.add("cancel"));
    interrupts.arrive();
    interrupts.onFirst(() -> done.add("cancel the next"));
    interrupts.arrive();
    assertThat(done).containsExactly("cancel", "stop now");
  }
}
