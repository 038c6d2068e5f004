package dev.packageforge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.sandbox.SandboxSpec.Layer;
import dev.packageforge.sandbox.SandboxSpec.Limits;
import dev.packageforge.sandbox.SandboxSpec.Network;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SandboxSpecTest {
  @Test
  void hasNoLayersUnlessAsked() {
    assertThat(SandboxSpec.ofDefaults().layers()).isEmpty();
    assertThat(new SandboxSpec(Network.NONE, Limits.ofDefaults()))
        .isEqualTo(SandboxSpec.ofDefaults());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/etc", "..", "a/../b", "./a", "a//b", "a/", "a\\b", "c:a", "a\0b"})
  void aLayerStaysInTheWorkFolder(String path) {
    assertThatThrownBy(() -> new Layer(path, Path.of("tools")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLayersFolderIsAbsolute() {
    assertThat(new Layer("tools", Path.of("x/../y")).folder())
        .isEqualTo(Path.of("y").toAbsolutePath());
  }

  @Test
  void noLayerIsInsideAnother() {
    Path folder = Path.of("tools");
    List<Layer> apart = List.of(new Layer("a/b", folder), new Layer("a/bc", folder));
    assertThat(new SandboxSpec(Network.NONE, Limits.ofDefaults(), apart).layers()).hasSize(2);
    for (String inner : List.of("a/b", "a/b/c")) {
      List<Layer> nested = List.of(new Layer("a/b", folder), new Layer(inner, folder));
      assertThatThrownBy(() -> new SandboxSpec(Network.NONE, Limits.ofDefaults(), nested))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("a/b");
    }
  }
}
