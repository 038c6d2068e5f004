package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NpmSettingsTest {
  private static final String AGE = "npm_config_min_release_age";

  private static Map<String, String> told(NpmToolchain toolchain, String npm) {
    return toolchain.settings().variables(new ToolVersions("20.0.0", npm), false);
  }

  @ParameterizedTest
  @CsvSource({"PT0S, ''", "PT1H, 1", "P1D, 1", "P1DT1S, 2", "P7D, 7"})
  void npmIsToldHowOldAReleaseMustBeInWholeDays(Duration cooldown, String days) {
    NpmToolchain toolchain = NpmToolchain.builder().dependencyCooldown(cooldown).build();
    assertThat(told(toolchain, "11.10.0").getOrDefault(AGE, "")).isEqualTo(days);
  }

  @Test
  void itIsSevenDaysUnlessSomebodySaysElse() {
    assertThat(told(NpmToolchain.builder().build(), "12.0.0")).containsEntry(AGE, "7");
    assertThat(told(NpmToolchain.builder().build().ofAnyAge(), "12.0.0")).doesNotContainKey(AGE);
  }

  @Test
  void anNpmThatDoesNotKnowTheSettingIsNotTold() {
    assertThat(told(NpmToolchain.builder().build(), "11.9.0")).doesNotContainKey(AGE);
    assertThat(told(NpmToolchain.builder().build(), "10.8.0")).doesNotContainKey(AGE);
  }

  @Test
  void onlyWhoReachesTheRegistryIsToldWhoElseIsToBeTrusted() {
    NpmToolchain toolchain =
        NpmToolchain.builder().extraCaCertificates(Path.of("authority.pem")).build();
    ToolVersions tools = new ToolVersions("20.0.0", "11.10.0");
    assertThat(toolchain.settings().variables(tools, /* offline= */ false))
        .containsKey("NODE_EXTRA_CA_CERTS");
    assertThat(toolchain.settings().variables(tools, /* offline= */ true))
        .doesNotContainKey("NODE_EXTRA_CA_CERTS");
  }

  @Test
  void aNegativeAgeIsRefused() {
    assertThatThrownBy(() -> NpmToolchain.builder().dependencyCooldown(Duration.ofDays(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
