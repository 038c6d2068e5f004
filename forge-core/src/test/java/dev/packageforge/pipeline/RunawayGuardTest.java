package dev.packageforge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunawayGuardTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 49, 50, 51, 73, 400, 1_500})
  void whatIsSaidTenTimesInARowIsTooMuch(int length) {
    String piece = text(length, length);
    int times = Math.max(10, (500 + length - 1) / length);
    String begin = text(300, 99);
    assertThat(new RunawayGuard(1_000_000).tooMuch(begin + piece.repeat(times + 1))).isTrue();
    assertThat(new RunawayGuard(1_000_000).tooMuch(begin + piece.repeat(times - 2) + begin))
        .isFalse();
  }

  @Test
  void aPieceThatRepeatsWithinItselfIsNoticedToo() {
    String piece = "=".repeat(70) + " " + text(60, 3) + "=".repeat(60) + "\n";
    assertThat(new RunawayGuard(1_000_000).tooMuch(piece.repeat(11))).isTrue();
  }

  @Test
  void linesThatAreMerelyAlikeAreNotTooMuch() {
    StringBuilder table = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      table.append(
          String.format("  { input: %03d, options: { strict: true, locale: 'en' } },%n", i));
    }
    assertThat(new RunawayGuard(1_000_000).tooMuch(table.toString())).isFalse();
  }

  @Test
  void blankLinesWithoutEndAreTooMuch() {
    assertThat(new RunawayGuard(1_000_000).tooMuch("a" + "\n".repeat(201))).isFalse();
    StringBuilder blank = new StringBuilder("a");
    Random random = new Random(1);
    for (int i = 0; i < 202; i++) {
      blank.append('\n').append(" ".repeat(random.nextInt(9)));
    }
    assertThat(new RunawayGuard(1_000_000).tooMuch(blank.toString())).isTrue();
  }

  @Test
  void moreThanWasPlannedIsTooMuchFromThenOn() {
    RunawayGuard guard = new RunawayGuard(100);
    assertThat(guard.tooMuch(text(100, 5))).isFalse();
    assertThat(guard.tooMuch("x")).isTrue();
    assertThat(guard.tooMuch("")).isTrue();
  }

  @Test
  void itDoesNotMatterHowTheAnswerIsCut() {
    String answer = text(777, 8) + text(120, 9).repeat(30);
    int whole = tripsAt(answer, answer.length());
    for (int step = 1; step < 40; step++) {
      assertThat(tripsAt(answer, step) / step).isEqualTo(whole / step);
    }
  }

  private static int tripsAt(String answer, int step) {
    RunawayGuard each = new RunawayGuard(1_000_000);
    if (step == answer.length()) {
      int at = 0;
      while (!each.tooMuch(answer.substring(at, at + 1))) {
        at++;
      }
      return at;
    }
    int at = 0;
    while (!each.tooMuch(answer.substring(at, Math.min(answer.length(), at + step)))) {
      at += step;
    }
    return at;
  }

  private static String text(int length, long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }
}
