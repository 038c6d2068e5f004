package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ToolVersionsTest {
  @Test
  void readsWhatNpmPrints() {
    ToolVersions versions =
        ToolVersions.parse("{\n  npm: '11.19.1',\n  node: '20.20.2',\n  acorn: '8.16.0'\n}");
    assertThat(versions).isEqualTo(new ToolVersions("20.20.2", "11.19.1"));
    assertThat(ToolVersions.parse("{\"npm\": \"10.0.0\", \"node\": \"24.0.0-pre\"}"))
        .isEqualTo(new ToolVersions("24.0.0-pre", "10.0.0"));
    assertThat(ToolVersions.parse("hello")).isEqualTo(new ToolVersions("", ""));
  }

  @Test
  void node20AndNpm10WillDo() {
    assertThat(new ToolVersions("20.0.0", "10.0.0").problem()).isEmpty();
    assertThat(new ToolVersions("v26.1.0", "12.2.0").problem()).isEmpty();
  }

  @Test
  void olderOnesAreNamed() {
    assertThat(new ToolVersions("18.20.0", "10.0.0").problem().orElseThrow())
        .isEqualTo("Node 18.20.0 is too old; 20 or later is needed");
    assertThat(new ToolVersions("20.0.0", "9.9.9").problem().orElseThrow()).contains("npm 9.9.9");
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThat(new NpmEnvironment("", "").problem()).hasValue("Node was not found.");
    assertThat(new NpmEnvironment("20.0.0", "").problem()).hasValue("npm was not found.");
    assertThat(new NpmEnvironment("", "").remedy()).contains("PATH");
  }

  @Test
  void flagsGoByTheVersion() {
    assertThat(new ToolVersions("20.0.0", "11.9.0").npmIsAtLeast(11, 9)).isTrue();
    assertThat(new ToolVersions("20.0.0", "11.8.9").npmIsAtLeast(11, 9)).isFalse();
    assertThat(new ToolVersions("20.0.0", "12.0.0").npmIsAtLeast(11, 9)).isTrue();
    assertThat(new ToolVersions("20.0.0", "10.99.0").npmIsAtLeast(11, 9)).isFalse();
  }
}
