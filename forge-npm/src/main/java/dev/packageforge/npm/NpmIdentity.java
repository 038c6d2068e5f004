package dev.packageforge.npm;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who a registry takes us for, as far as it tells.
 *
 * @param state whether it knows our credential
 * @param user its name for us; empty if it does not say
 * @param token what it tells of our token; empty if it does not say which of its tokens ours is
 * @param notice what it wants people to be told; empty if nothing
 */
public record NpmIdentity(State state, String user, Optional<Token> token, String notice) {
  /** Whether a credential is good. */
  public enum State {
    /** It is good. */
    KNOWN,
    /** There is none. */
    MISSING,
    /** It is expired, revoked or wrong. */
    DEAD,
    /** The registry has no way to tell. */
    UNTOLD
  }

  /**
   * What is known of a token; a registry tells much or little of it.
   *
   * @param name the name its owner gave it; empty if it has none
   * @param kind as the registry calls it; empty if it does not say
   * @param readOnly whether it can change nothing
   * @param expires when it dies
   * @param reach what it is for, such as packages and scopes; empty if that is not told
   */
  public record Token(
      String name,
      String kind,
      Optional<Boolean> readOnly,
      Optional<Instant> expires,
      List<String> reach) {
    /** Copies the list. */
    public Token {
      reach = List.copyOf(reach);
    }
  }
}
