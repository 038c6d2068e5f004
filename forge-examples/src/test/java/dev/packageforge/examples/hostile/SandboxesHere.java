package dev.packageforge.examples.hostile;

import dev.packageforge.docker.DockerSandbox;
import dev.packageforge.sandbox.BubblewrapSandbox;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The sandboxes of this machine that hold against malice, and what tests of them need. */
final class SandboxesHere {
  private static final String IMAGE = "FORGE_TEST_SANDBOX_IMAGE";

  private SandboxesHere() {}

  /** The image that tests use; needs an engine that has it. */
  static String image() {
    String image = System.getenv().getOrDefault(IMAGE, "");
    Requirement.need(
        "docker", !image.isEmpty(), IMAGE + " must name an image, as .ci/sandbox-image builds it.");
    return image;
  }

  /**
   * A sandbox of containers; needs an engine.
   *
   * @param app the label by which what it makes is found again
   */
  static DockerSandbox docker(String app) {
    DockerSandbox sandbox =
        DockerSandbox.builder(System.getenv(), Path.of(System.getProperty("user.home")))
            .image(image())
            .app(app)
            .build();
    try {
      sandbox.probe();
    } catch (SandboxException e) {
      sandbox.close();
      Requirement.need("docker", false, e.getMessage() + " " + e.remedy());
    }
    return sandbox;
  }

  static BubblewrapSandbox bubblewrap() {
    BubblewrapSandbox sandbox = BubblewrapSandbox.builder(System.getenv("PATH")).build();
    try {
      sandbox.probe();
    } catch (SandboxException e) {
      Requirement.need("bubblewrap", false, e.getMessage() + " " + e.remedy());
    }
    return sandbox;
  }

  /** Opens a folder to everybody, so that who comes to it is seen. */
  static Path open(Path folder) throws IOException {
    return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
  }
}
