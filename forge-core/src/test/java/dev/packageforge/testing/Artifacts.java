package dev.packageforge.testing;

import dev.packageforge.Artifact;
import dev.packageforge.PackageId;
import dev.packageforge.PackedArtifact;
import dev.packageforge.Sha512;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Makes artifacts for tests that do not care what is inside. */
public final class Artifacts {
  private Artifacts() {}

  /** An artifact of these very bytes. */
  public static PackedArtifact packed(String name, String version, byte[] bytes) {
    Artifact artifact =
        new Artifact(
            new PackageId(name, version),
            Sha512.of(bytes),
            bytes.length,
            "package-1.tgz",
            List.of(new Artifact.Entry("index.js", bytes.length)));
    return new PackedArtifact(artifact, bytes);
  }

  /** As {@link #packed(String, String, byte[])}, of a text. */
  public static PackedArtifact packed(String name, String version, String text) {
    return packed(name, version, text.getBytes(StandardCharsets.UTF_8));
  }
}
