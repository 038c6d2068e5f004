package dev.packageforge;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** An artifact together with its bytes, which are known to be the ones it names. Immutable. */
public final class PackedArtifact {
  private final Artifact artifact;
  private final byte[] bytes;

  /**
   * Binds the two.
   *
   * @throws IllegalArgumentException if the bytes are not those the artifact names
   */
  public PackedArtifact(Artifact artifact, byte[] bytes) {
    byte[] copy = bytes.clone();
    if (copy.length != artifact.size() || !Sha512.of(copy).equals(artifact.digest())) {
      throw new IllegalArgumentException(
          "these bytes are not " + artifact.id() + " " + artifact.digest().abbreviated());
    }
    this.artifact = artifact;
    this.bytes = copy;
  }

  /** What the bytes are. */
  public Artifact artifact() {
    return artifact;
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The bytes one after the other, without a copy. Never fails, and need not be closed. */
  public InputStream open() {
    return new ByteArrayInputStream(bytes);
  }

  @Override
  public String toString() {
    return "PackedArtifact[" + artifact.id() + ", " + artifact.digest().abbreviated() + "]";
  }
}
