package dev.packageforge.npm;

import dev.packageforge.Artifact;
import dev.packageforge.PackageId;
import dev.packageforge.PackedArtifact;
import dev.packageforge.PublishOptions;
import dev.packageforge.Secret;
import dev.packageforge.Sha512;
import dev.packageforge.registry.PublishRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Publishes a file, in a process of its own that has little memory. */
final class PublishOneFile {
  private PublishOneFile() {}

  public static void main(String[] arguments) throws Exception {
    URI registry = URI.create(arguments[0]);
    Path file = Path.of(arguments[1]);
    Artifact artifact =
        new Artifact(
            new PackageId(arguments[2], "1.0.0"),
            new Sha512(arguments[3]),
            Files.size(file),
            file.getFileName().toString(),
            List.of());
    try (NpmRegistry npm = NpmRegistry.builder(registry).token(Secret.of("npm_child")).build()) {
      PublishRequest request = new PublishRequest(read(artifact, file), PublishOptions.publish());
      System.out.println(npm.publish(request));
    }
  }

  private static PackedArtifact read(Artifact artifact, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return PackedArtifact.read(artifact, in);
    }
  }
}
