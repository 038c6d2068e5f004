package dev.packageforge.npm;

import dev.packageforge.Secret;
import java.util.Optional;

/**
 * A change that a registry is asked for.
 *
 * @param kind what sort of change
 * @param name of the package
 * @param doing for people, to follow "while": {@code publishing demo@1.0.0}
 * @param code a person's one-time code, if one is sent along
 * @param deadline until when all of it must be over
 */
record Deed(Kind kind, String name, String doing, Optional<Secret> code, Deadline deadline) {
  enum Kind {
    PUBLISH,
    STAGE,
    OTHER
  }
}
