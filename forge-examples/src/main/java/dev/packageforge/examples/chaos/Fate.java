package dev.packageforge.examples.chaos;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is to become of one request if nothing goes wrong. Follows from the seed and the number
 * alone, so that the person, the model and the judge agree without talking to each other.
 *
 * @param number which request
 * @param will what the person wants
 * @param goodDraft the first draft that passes; one that is never reached fails the run
 * @param plans how many plans the model makes; all but the last build on what does not exist
 * @param cancelAfter when a person who cancels does so
 */
record Fate(int number, Will will, int goodDraft, int plans, Duration cancelAfter) {
  /** Verifications a request may have. */
  static final int ATTEMPTS = 4;

  private static final String PREFIX = "chaos-";
  private static final Pattern NAME = Pattern.compile("chaos-([0-9]{1,7})");
  private static final int HUNDRED = 100;
  private static final int LONGEST_WAIT_MILLIS = 3_000;

  /** What the person wants. */
  enum Will {
    APPROVE,
    EDIT_THEN_APPROVE,
    APPROVE_THEN_CANCEL,
    REJECT,
    CANCEL
  }

  static Fate of(long seed, int number) {
    SplittableRandom dice = new SplittableRandom(seed * 1_000_003 + number);
    int will = dice.nextInt(HUNDRED);
    int draft = dice.nextInt(HUNDRED);
    return new Fate(
        number,
        will < 76
            ? Will.APPROVE
            : will < 81
                ? Will.EDIT_THEN_APPROVE
                : will < 85 ? Will.APPROVE_THEN_CANCEL : will < 90 ? Will.REJECT : Will.CANCEL,
        draft < 65 ? 1 : draft < 88 ? 2 : draft < 96 ? ATTEMPTS - 1 : ATTEMPTS + 1,
        dice.nextInt(HUNDRED) < 5 ? 2 : 1,
        Duration.ofMillis(dice.nextInt(dice.nextBoolean() ? HUNDRED : LONGEST_WAIT_MILLIS)));
  }

  /** The fate of the request with this prompt, which is also the package's name. */
  static Fate of(long seed, String name) {
    Matcher found = NAME.matcher(name);
    if (!found.matches()) {
      throw new IllegalArgumentException("nobody asked for " + name);
    }
    return of(seed, Integer.parseInt(found.group(1)));
  }

  /** The prompt, the package's name, and the request's key. */
  String name() {
    return PREFIX + number;
  }

  boolean hopeless() {
    return goodDraft > ATTEMPTS;
  }
}
