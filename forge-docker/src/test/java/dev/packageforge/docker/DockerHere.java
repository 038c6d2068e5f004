package dev.packageforge.docker;

import dev.packageforge.testing.Requirement;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;

/** The engine and the image that tests on this machine use. */
final class DockerHere {
  /** The variable that names the image. */
  static final String IMAGE = "FORGE_TEST_SANDBOX_IMAGE";

  /** By which everything is found that tests of this process make. */
  static final String APP = "package-forge-test-" + UUID.randomUUID();

  private DockerHere() {}

  /** A sandbox with a name of its own; needs an engine and the image. */
  static DockerSandbox.Builder sandbox() throws InterruptedException {
    String image = image();
    try (Engine engine = EngineSearch.find(settings())) {
      Requirement.need(
          "docker",
          engine.images().find(image).isPresent(),
          "the engine does not have the image " + image + ".");
    } catch (dev.packageforge.sandbox.SandboxException e) {
      Requirement.need("docker", false, String.valueOf(e.getMessage()));
    }
    return DockerSandbox.builder(System.getenv(), home()).image(image).app(APP);
  }

  /** Removes what tests of this process left for later ones: the volumes of their layers. */
  static void tidy() throws InterruptedException {
    try (Engine engine = EngineSearch.find(settings())) {
      engine.volumes(new Labels(APP).common()).forEach(found -> engine.removeVolume(found.id()));
    }
  }

  static String image() {
    String image = System.getenv().getOrDefault(IMAGE, "");
    Requirement.need(
        "docker", !image.isEmpty(), IMAGE + " must name an image, as .ci/sandbox-image builds it.");
    return image;
  }

  static EngineSettings settings() {
    return EngineSettings.of(null, null, Map.copyOf(System.getenv()), home());
  }

  static Path home() {
    return Path.of(System.getProperty("user.home"));
  }
}
