package dev.packageforge.npm.testing;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a token may do.
 *
 * @param user whose it is
 * @param deed the most that it may do
 * @param packages names that it is bound to; empty for all of the user's
 * @param expires when it dies; null for never
 * @param bypass whether it needs no second factor where its user would
 */
public record Grant(
    String user, Deed deed, Set<String> packages, @Nullable Instant expires, boolean bypass) {
  /** What a token is for. Each may do what stands before it. */
  public enum Deed {
    /** Looks. */
    READ,
    /** Uploads what a person has to approve. */
    STAGE,
    /** Publishes and changes. */
    PUBLISH
  }

  /** Copies the names. */
  public Grant {
    packages = Set.copyOf(packages);
  }

  /**
   * For all packages of a user, for ever; the second factor is asked for where the user has one.
   */
  public static Grant publish(String user) {
    return new Grant(user, Deed.PUBLISH, Set.of(), null, false);
  }

  /** As {@link #publish}, for less. */
  public static Grant of(String user, Deed deed) {
    return new Grant(user, deed, Set.of(), null, false);
  }

  /** The same for these packages alone. */
  public Grant boundTo(String... names) {
    return new Grant(user, deed, Set.of(names), expires, bypass);
  }

  /** The same until then. */
  public Grant until(Instant end) {
    return new Grant(user, deed, packages, end, bypass);
  }

  /** The same without a second factor. */
  public Grant bypassing() {
    return new Grant(user, deed, packages, expires, true);
  }
}
