package dev.packageforge.examples.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.packageforge.Artifact;
import dev.packageforge.PackedArtifact;
import dev.packageforge.Sha512;

/** What nobody asked for. */
final class Others {
  private static final byte[] BYTES = "something else".getBytes(UTF_8);

  private Others() {}

  /** Other bytes under the same name. */
  static PackedArtifact than(Artifact artifact) {
    return new PackedArtifact(
        new Artifact(
            artifact.id(), Sha512.of(BYTES), BYTES.length, artifact.fileName(), artifact.entries()),
        BYTES);
  }
}
