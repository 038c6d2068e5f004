package dev.packageforge;

import java.math.BigInteger;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Names one run, in addresses and in commands. 128 random bits, so that it cannot be guessed.
 *
 * @param value {@code r} and 25 characters of {@code 0-9a-z}
 */
public record RunId(String value) {
  private static final Pattern FORM = Pattern.compile("r[0-9a-z]{25}");
  private static final int BITS = 128;
  private static final int RADIX = 36;
  private static final int DIGITS = 25;

  /** Checks the form. */
  public RunId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("not a run's id: \"" + Text.visible(value, 60) + "\"");
    }
  }

  /** A new id; give a {@code SecureRandom} where strangers could try to guess. */
  public static RunId random(RandomGenerator random) {
    byte[] bytes = new byte[BITS / Byte.SIZE];
    random.nextBytes(bytes);
    String digits = new BigInteger(1, bytes).toString(RADIX);
    return new RunId("r" + "0".repeat(DIGITS - digits.length()) + digits);
  }

  @Override
  public String toString() {
    return value;
  }
}
