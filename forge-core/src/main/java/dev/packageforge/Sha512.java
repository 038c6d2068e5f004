package dev.packageforge;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The SHA-512 of some bytes (FIPS 180-4): the name of what is stored, tested, approved and
 * published.
 *
 * @param hex 128 hexadecimal digits in lower case
 */
public record Sha512(String hex) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{128}");
  private static final int SHORT = 12;

  /** Checks the form. */
  public Sha512 {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException("not a SHA-512 in hexadecimal digits");
    }
  }

  /** Digests the bytes. */
  public static Sha512 of(byte[] bytes) {
    try {
      return new Sha512(
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(bytes)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-512", e);
    }
  }

  /** As Subresource Integrity writes it: {@code sha512-} and Base64 (W3C SRI, §3.1). */
  public String integrity() {
    return "sha512-" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
  }

  /** The first twelve digits, for lists that people read. */
  public String abbreviated() {
    return hex.substring(0, SHORT);
  }

  @Override
  public String toString() {
    return hex;
  }
}
