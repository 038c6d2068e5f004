package dev.packageforge.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxSpec;
import dev.packageforge.testing.SandboxContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(Lifecycle.PER_CLASS)
class DockerSandboxTest extends SandboxContract {
  private @Nullable DockerSandbox sandbox;

  @BeforeAll
  void find() throws InterruptedException {
    sandbox = DockerHere.sandbox().build();
  }

  @AfterAll
  void end() throws InterruptedException {
    if (sandbox != null) {
      sandbox.close();
      DockerHere.tidy();
    }
  }

  @Override
  protected Sandbox sandbox() {
    if (sandbox == null) {
      throw new IllegalStateException("no sandbox was made");
    }
    return sandbox;
  }

  @Test
  void aVolumeThatSomebodyElseStillFillsIsLeftAlone(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("file"), "of this test alone");
    SandboxSpec.Layer layer = new SandboxSpec.Layer("layer", folder);
    try (Engine engine = TestEngine.find()) {
      Labels labels = new Labels(DockerHere.APP);
      Layers layers = new Layers(engine, TestEngine.image(engine), labels, Clock.systemUTC());
      String first = layers.volume(layer);
      assertThat(layers.volume(layer)).isEqualTo(first);
      assertThat(engine.removeVolume(first + "-filled")).isTrue();
      String second = layers.volume(layer);
      assertThat(second).isNotEqualTo(first);
      assertThat(layers.volume(layer)).isEqualTo(second);
    }
  }
}
