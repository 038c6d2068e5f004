package dev.packageforge.docker;

import java.util.ArrayList;
import java.util.List;

/**
 * What the holder of a container sees.
 *
 * @param outOfMemory how many processes the kernel ended for want of memory so far
 * @param tooMany how often a process could not be started because there were too many
 * @param left how many processes of the job there are
 * @param full whether one of the file systems that a job can fill is full
 */
record Look(long outOfMemory, long tooMany, int left, boolean full) {
  /** At the beginning. */
  static final Look NOTHING = new Look(0, 0, 0, false);

  private static final long ROOM_BYTES = 16_384;
  private static final int WORDS = 4;
  private static final int PLACE_WORDS = 3;

  /**
   * Reads the holder's answer.
   *
   * @throws NumberFormatException if it is none
   */
  static Look of(String answer) {
    List<Long> numbers = new ArrayList<>();
    for (String word : answer.trim().split(" +", -1)) {
      numbers.add(Long.parseLong(word));
    }
    if (numbers.size() < WORDS) {
      throw new NumberFormatException("too short: " + answer);
    }
    boolean full = false;
    for (int i = WORDS; i + PLACE_WORDS <= numbers.size(); i += PLACE_WORDS) {
      full |= numbers.get(i) * numbers.get(i + 1) < ROOM_BYTES || numbers.get(i + 2) < 1;
    }
    return new Look(numbers.get(1), numbers.get(2), Math.toIntExact(numbers.get(3)), full);
  }
}
