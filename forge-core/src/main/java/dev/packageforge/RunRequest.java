package dev.packageforge;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asks for.
 *
 * @param prompt the package in plain words; 1 byte to 16 KiB of UTF-8 once spaces around it are
 *     gone
 * @param maxAttempts verifications at most, 1 to 10; default 4
 * @param budget what the run may use
 * @param key the same request sent twice with the same key is one run; empty for none
 * @param base what the package is the next version of, if it is one; then the prompt says what
 *     should change
 * @param brought what was packed elsewhere and is to be published as it is, if nothing is to be
 *     made; then the prompt only says so
 */
public record RunRequest(
    String prompt,
    int maxAttempts,
    Budget budget,
    String key,
    @Nullable Base base,
    @Nullable Brought brought) {
  /** Bytes a prompt may have: 16 KiB. */
  public static final int MAX_PROMPT_BYTES = 16 * 1024;

  /** Verifications that are enough for a draft, two repairs and one fresh start: 4. */
  public static final int DEFAULT_ATTEMPTS = 4;

  private static final int MAX_ATTEMPTS = 10;
  private static final int MAX_KEY = 200;

  /** Strips and checks. */
  public RunRequest {
    prompt = prompt.strip();
    if (prompt.isEmpty()) {
      throw new IllegalArgumentException("the prompt is empty");
    }
    int bytes = prompt.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_PROMPT_BYTES) {
      throw new IllegalArgumentException(
          "the prompt has " + bytes + " bytes, it may have " + MAX_PROMPT_BYTES);
    }
    if (maxAttempts < 1 || maxAttempts > MAX_ATTEMPTS) {
      throw new IllegalArgumentException(
          "attempts must be 1 to " + MAX_ATTEMPTS + ", was " + maxAttempts);
    }
    if (key.length() > MAX_KEY) {
      throw new IllegalArgumentException("the key has more than " + MAX_KEY + " characters");
    }
    if (base != null && brought != null) {
      throw new IllegalArgumentException("what was packed elsewhere is no next version of ours");
    }
  }

  /** A request for a new package. */
  public RunRequest(String prompt, int maxAttempts, Budget budget, String key) {
    this(prompt, maxAttempts, budget, key, null, null);
  }

  /**
   * A verified package that another version is made from.
   *
   * @param run the run that made it
   * @param draft the number of the draft that was verified
   * @param files the digest of that draft's {@link FileSet#toBytes()}
   * @param plan what was planned then; the name stays
   * @param version the version it has
   */
  public record Base(RunId run, int draft, Sha512 files, PackagePlan plan, String version) {}

  /**
   * A package that somebody packed elsewhere.
   *
   * @param fileName what its file was called, without a folder
   * @param digest of its bytes, which are kept
   * @param size bytes
   */
  public record Brought(String fileName, Sha512 digest, long size) {}

  /** The same request, of the next version of something. */
  public RunRequest from(Base what) {
    return new RunRequest(prompt, maxAttempts, budget, key, what, null);
  }

  /** The same request, of something that was packed elsewhere. */
  public RunRequest bringing(Brought what) {
    return new RunRequest(prompt, maxAttempts, budget, key, null, what);
  }

  /** A request with every default. */
  public static RunRequest of(String prompt) {
    return new RunRequest(prompt, DEFAULT_ATTEMPTS, Budget.ofDefaults(), "");
  }
}
