package dev.packageforge.npm.testing;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param sent whether there was a credential
 * @param grant what the credential is good for; null if there is none, or it is dead
 */
record Caller(boolean sent, @Nullable Grant grant) {
  boolean dead() {
    return sent && grant == null;
  }

  /** The user; empty if nobody is known to ask. */
  String user() {
    return grant == null ? "" : grant.user();
  }

  boolean mayRead(Shelf.Box box) {
    return !box.restricted() || box.owners().contains(user());
  }

  /** Lets pass who may do this with the package; an owner, if it has any. */
  Grant permit(Grant.Deed deed, String name, Set<String> owners) throws RejectedException {
    Grant known = known();
    if (!known.packages().isEmpty() && !known.packages().contains(name)) {
      throw new RejectedException(ErrorRow.NOT_FOUND.answer());
    }
    boolean owner = owners.isEmpty() || owners.contains(known.user());
    if (known.deed().compareTo(deed) < 0 || !owner) {
      throw new RejectedException(
          403,
          "You do not have permission to publish \""
              + name
              + "\". Are you logged in as the correct user?");
    }
    return known;
  }

  /** Lets pass whoever is somebody. */
  Grant known() throws RejectedException {
    if (grant != null) {
      return grant;
    }
    if (sent) {
      throw new RejectedException(ErrorRow.TOKEN_DEAD.answer());
    }
    throw new RejectedException(
        Answer.error(401, "You must be logged in to publish packages.")
            .with("www-authenticate", "Bearer"));
  }
}
