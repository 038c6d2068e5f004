package dev.packageforge.pipeline;

/**
 * Notices a model that will not stop: it says one thing ten times in a row, at least 500 characters
 * together, or blank lines only, or far more than was planned. Looks at each character once. For
 * one thread.
 */
final class RunawayGuard {
  private static final int WINDOW = 50;
  private static final int TIMES = 10;
  private static final int MAX_BLANK_LINES = 200;

  /** Characters remembered; what repeats itself is shorter. A power of two. */
  private static final int MEMORY = 1 << 14;

  private static final long BASE = 1_000_003L;
  private static final long LEAVING = power(BASE, WINDOW);

  private final long maxCharacters;
  private final char[] memory = new char[MEMORY];

  /** By the hash of a window, the place after it where it was last seen. */
  private final long[] places = new long[MEMORY];

  private long read;
  private long hash;

  /** The distance at which the text has been repeating itself, and for how many characters. */
  private long distance = 1;

  private long repeated;
  private int blankLines;
  private boolean blank = true;
  private boolean tripped;

  /**
   * A guard for one answer.
   *
   * @param maxCharacters characters the answer may have
   */
  RunawayGuard(long maxCharacters) {
    this.maxCharacters = maxCharacters;
  }

  /** Whether the answer is too much with this piece; from then on it always is. */
  boolean tooMuch(String delta) {
    for (int i = 0; i < delta.length() && !tripped; i++) {
      tripped = next(delta.charAt(i));
    }
    return tripped;
  }

  private boolean next(char c) {
    repeated = read >= distance && at(read - distance) == c ? repeated + 1 : 0;
    hash = hash * BASE + c;
    if (read >= WINDOW) {
      hash -= at(read - WINDOW) * LEAVING;
    }
    memory[(int) (read % MEMORY)] = c;
    read++;
    if (read >= WINDOW) {
      remember();
    }
    return read > maxCharacters || blankLines(c) || repeats();
  }

  private char at(long place) {
    return memory[(int) (place % MEMORY)];
  }

  /** While the text does not repeat itself, it may begin to at the last place that looked alike. */
  private void remember() {
    int slot = (int) ((hash ^ (hash >>> 29)) & (MEMORY - 1));
    long last = places[slot];
    places[slot] = read;
    if (repeated == 0 && last > 0 && read - last < MEMORY - WINDOW) {
      long far = read - last;
      int alike = 0;
      while (alike < WINDOW && at(read - 1 - alike) == at(last - 1 - alike)) {
        alike++;
      }
      if (alike == WINDOW) {
        distance = far;
        repeated = WINDOW;
      }
    }
  }

  private boolean repeats() {
    return repeated + distance >= TIMES * Math.max(distance, WINDOW);
  }

  private boolean blankLines(char c) {
    if (c == '\n') {
      blankLines = blank ? blankLines + 1 : 0;
      blank = true;
    } else if (!Character.isWhitespace(c)) {
      blank = false;
    }
    return blankLines > MAX_BLANK_LINES;
  }

  private static long power(long base, int exponent) {
    long result = 1;
    for (int i = 0; i < exponent; i++) {
      result *= base;
    }
    return result;
  }
}
