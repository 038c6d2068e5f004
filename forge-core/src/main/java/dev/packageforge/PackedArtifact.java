package dev.packageforge;

import java.io.ByteArrayInputStream;
import java.io.IOException;
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
    this.artifact = artifact;
    this.bytes = checked(artifact, bytes.clone());
  }

  private PackedArtifact(byte[] own, Artifact artifact) {
    this.artifact = artifact;
    this.bytes = checked(artifact, own);
  }

  /**
   * Reads the bytes, which are then in memory once.
   *
   * @throws IllegalArgumentException if they are not those the artifact names
   * @throws IOException if they cannot be read
   */
  public static PackedArtifact read(Artifact artifact, InputStream in) throws IOException {
    byte[] own = new byte[Math.toIntExact(artifact.size())];
    int length = in.readNBytes(own, 0, own.length);
    if (length < own.length || in.read() >= 0) {
      throw other(artifact);
    }
    return new PackedArtifact(own, artifact);
  }

  private static byte[] checked(Artifact artifact, byte[] bytes) {
    if (bytes.length != artifact.size() || !Sha512.of(bytes).equals(artifact.digest())) {
      throw other(artifact);
    }
    return bytes;
  }

  private static IllegalArgumentException other(Artifact artifact) {
    return new IllegalArgumentException(
        "these bytes are not " + artifact.id() + " " + artifact.digest().abbreviated());
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
