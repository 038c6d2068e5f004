package dev.packageforge.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class ManualClockTest {
  private final ManualClock clock = ManualClock.startingAt(Instant.EPOCH);

  @Test
  void standsStillUntilItIsAdvanced() {
    assertThat(clock.instant()).isEqualTo(Instant.EPOCH);

    clock.advance(Duration.ofSeconds(5));

    assertThat(clock.instant()).isEqualTo(Instant.EPOCH.plusSeconds(5));
  }

  @Test
  void isOneClockInEveryZone() {
    ZoneId tokyo = ZoneId.of("Asia/Tokyo");
    Clock there = clock.withZone(tokyo);

    clock.advance(Duration.ofDays(1));

    assertThat(there.instant()).isEqualTo(clock.instant());
    assertThat(there.getZone()).isEqualTo(tokyo);
  }

  @Test
  void refusesToGoBack() {
    assertThatThrownBy(() -> clock.advance(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
