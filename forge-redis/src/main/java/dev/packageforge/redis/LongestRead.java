package dev.packageforge.redis;

import java.time.Duration;

/**
 * How long a read may wait in silence. Some services end connections that say nothing for a while;
 * where that seems to be so, reads wait half as long from then on. Shared by all tails, so that a
 * new one knows it too.
 */
final class LongestRead {
  private static final Duration SHORTEST = Duration.ofSeconds(5);

  /** Without the kernel's help a dead link is found by reading again. */
  private static final Duration UNWATCHED = Duration.ofSeconds(30);

  private Duration longest = Duration.ofDays(1);
  private int cuts;

  /** How long to wait where somebody would wait that long. */
  synchronized Duration of(Duration patience, Link link) {
    Duration most =
        link.livenessWatched() || longest.compareTo(UNWATCHED) < 0 ? longest : UNWATCHED;
    return patience.compareTo(most) < 0 ? patience : most;
  }

  /** A read was answered, with or without news, after so long a silence. */
  synchronized void lasted(Duration silence) {
    if (silence.compareTo(SHORTEST) >= 0) {
      cuts = 0;
    }
  }

  /** The connection ended in a read, after so long a silence. Once is an accident. */
  synchronized void wasCut(Duration silence) {
    if (silence.compareTo(SHORTEST) >= 0 && ++cuts >= 2) {
      cuts = 0;
      Duration half = silence.dividedBy(2);
      longest = half.compareTo(SHORTEST) < 0 ? SHORTEST : half;
    }
  }
}
