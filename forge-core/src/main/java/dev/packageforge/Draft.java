package dev.packageforge;

import java.util.List;

/**
 * An immutable, numbered state of the package's files. The files themselves are in the store, under
 * their digest.
 *
 * @param number 1 for the first
 * @param origin who wrote it
 * @param parent the number of the draft it was made from; 0 for none
 * @param files the digest of {@link FileSet#toBytes()}
 * @param refusals what its author wanted and was refused, such as a path outside the package
 * @param cause what its author says was wrong with the parent; empty if nothing was said
 * @param author the model that says that it wrote it; empty if none did, or nobody knows
 */
public record Draft(
    int number,
    Origin origin,
    int parent,
    Sha512 files,
    List<Finding> refusals,
    String cause,
    String author) {
  /** Who wrote a draft. */
  public enum Origin {
    /** The model's first answer. */
    MODEL,
    /** The model, after it was told what failed. */
    REPAIR,
    /** The model, after it was told what the next version should do. */
    REFINEMENT,
    /** A person's edit. */
    PERSON
  }

  /** Copies the list. */
  public Draft {
    if (number < 1 || parent < 0 || parent >= number) {
      throw new IllegalArgumentException("draft " + number + " cannot come from " + parent);
    }
    refusals = List.copyOf(refusals);
  }

  /** A draft that no model wrote, or nobody knows which. */
  public Draft(
      int number, Origin origin, int parent, Sha512 files, List<Finding> refusals, String cause) {
    this(number, origin, parent, files, refusals, cause, "");
  }
}
