package dev.packageforge.npm;

import static java.util.Objects.requireNonNull;

import dev.packageforge.Secret;

/**
 * What a registry is shown so that it knows who asks.
 *
 * @param scheme how it is shown
 * @param value what follows the scheme's name in the header
 * @param source where it was found, for people: {@code user .npmrc, line 2}
 */
public record NpmCredential(Scheme scheme, Secret value, String source) {
  /** The two ways npm has. */
  public enum Scheme {
    /** A token. */
    BEARER("Bearer"),
    /** A user's name and password, in base64. */
    BASIC("Basic");

    private final String word;

    Scheme(String word) {
      this.word = word;
    }
  }

  /** Checks that all three are there. */
  public NpmCredential {
    requireNonNull(scheme, "scheme");
    requireNonNull(value, "value");
    requireNonNull(source, "source");
  }

  /** The whole value of the {@code authorization} header. */
  public Secret header() {
    return Secret.of(scheme.word + " " + value.reveal());
  }
}
