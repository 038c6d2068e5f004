package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Secret;
import dev.packageforge.llm.ModelInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  private Path folder;
  private Desk desk;

  @BeforeEach
  void sitDown(@TempDir Path empty) {
    folder = empty;
    desk = new Desk(folder);
  }

  @Test
  void defaultsFollowTheXdgDirectories() {
    Settings settings = read();
    assertThat(settings.data()).isEqualTo(folder.resolve("home/.local/share/package-forge"));
    assertThat(settings.registryFolder()).isEqualTo(settings.data().resolve("registry"));
    assertThat(settings.userFile())
        .isEqualTo(folder.resolve("home/.config/package-forge/config.properties"));
    assertThat(settings.maxAttempts()).isEqualTo(4);
    assertThat(settings.budget().wall()).isEqualTo(Duration.ofMinutes(10));
    assertThat(settings.approver()).isEqualTo("ada");
    assertThat(settings.liveModelKeySource()).isEmpty();

    desk.environment.put("XDG_DATA_HOME", "/srv/data");
    desk.environment.put("XDG_CONFIG_HOME", "relative/is/ignored");
    assertThat(read().data()).isEqualTo(Path.of("/srv/data/package-forge"));
    assertThat(read().userFile()).startsWithRaw(folder.resolve("home/.config"));
  }

  @Test
  void otherSystemsHavePlacesOfTheirOwn() {
    desk.properties.put("os.name", "Mac OS X");
    assertThat(read().data())
        .isEqualTo(folder.resolve("home/Library/Application Support/package-forge"));
    desk.properties.put("os.name", "Windows 11");
    desk.properties.put("user.home", "/users/ada");
    assertThat(read().data()).isEqualTo(Path.of("/users/ada/AppData/Local/package-forge"));
    desk.environment.put("LOCALAPPDATA", "/local");
    assertThat(read().data()).isEqualTo(Path.of("/local/package-forge"));
  }

  @Test
  void eachSourceGivesWayToTheOneBefore() throws IOException {
    ownFile("# mine\n\nmax.attempts = 4\n");
    assertSource(4, folder.resolve("home/.config/package-forge/config.properties") + " line 3");
    dotEnv("OTHER=1\nexport FORGE_MAX_ATTEMPTS=\"5\" # five\n");
    assertSource(5, ".env line 2");
    desk.environment.put("FORGE_MAX_ATTEMPTS", "6");
    assertSource(6, "environment FORGE_MAX_ATTEMPTS");
    desk.properties.put("forge.max.attempts", "7");
    assertSource(7, "system property forge.max.attempts");
    Settings settings = Settings.read(surroundings(), Map.of(Setting.MAX_ATTEMPTS, "8"));
    assertThat(settings.maxAttempts()).isEqualTo(8);
    assertThat(value(settings, Setting.MAX_ATTEMPTS).source()).isEqualTo("flag --max-attempts");
  }

  @Test
  void whatIsBlankInTheEnvironmentIsNotSet() throws IOException {
    desk.environment.put("FORGE_DATA", " ");
    dotEnv("FORGE_DATA=\n");
    assertThat(value(read(), Setting.DATA).source()).isEqualTo("default");
  }

  @Test
  void budgetsAreReadInPlainUnits() {
    desk.environment.put("FORGE_BUDGET_CALLS", "2");
    desk.environment.put("FORGE_BUDGET_TOKENS", "1000");
    desk.environment.put("FORGE_BUDGET_DOLLARS", "0.05");
    desk.environment.put("FORGE_BUDGET_MINUTES", "1.5");
    assertThat(read().budget().calls()).isEqualTo(2);
    assertThat(read().budget().tokens()).isEqualTo(1000);
    assertThat(read().budget().microDollars()).isEqualTo(50_000);
    assertThat(read().budget().wall()).isEqualTo(Duration.ofSeconds(90));
  }

  @Test
  void foldersMayBeRelativeOrBelowTheHome() throws IOException {
    desk.environment.put("FORGE_DATA", "here");
    assertThat(read().data()).isEqualTo(folder.resolve("here"));
    desk.environment.put("FORGE_DATA", "~/there");
    assertThat(read().data()).isEqualTo(folder.resolve("home/there"));
    desk.environment.remove("FORGE_DATA");
    ownFile("data = somewhere\n");
    assertBad("config.properties line 1", "absolute folder");
  }

  @Test
  void unknownKeysNameFileAndLine() throws IOException {
    ownFile("data = /x\nmax.atempts = 2\n");
    assertBad("config.properties line 2", "max.atempts");
    ownFile("just words\n");
    assertBad("config.properties line 1", "just words");
    ownFile("");
    dotEnv("\nFORGE_DTA=/x\n");
    assertBad(".env line 2", "FORGE_DTA");
  }

  @Test
  void badValuesNameKeySourceAndWhatIsAccepted() {
    for (Map.Entry<Setting, String> bad :
        Map.of(
                Setting.MAX_ATTEMPTS, "11",
                Setting.BUDGET_CALLS, "many",
                Setting.BUDGET_TOKENS, "-1",
                Setting.BUDGET_DOLLARS, "1e9",
                Setting.BUDGET_MINUTES, "0",
                Setting.DEMO_PACE, "NaN",
                Setting.SANDBOX, "vm",
                Setting.DATA, "a\0b",
                Setting.APPROVER, "x".repeat(101))
            .entrySet()) {
      assertThatThrownBy(() -> Settings.read(surroundings(), Map.of(bad.getKey(), bad.getValue())))
          .as(bad.toString())
          .isInstanceOf(CommandException.class)
          .hasMessageContaining(bad.getKey().key())
          .hasMessageContaining("flag " + bad.getKey().flag())
          .hasMessageContaining(bad.getKey().accepted())
          .extracting(e -> ((CommandException) e).exit())
          .isEqualTo(Exit.USAGE);
    }
  }

  @Test
  void theStoresSettingsAreCheckedToo() {
    for (Map.Entry<Setting, String> bad :
        Map.of(
                Setting.STORE, "http://localhost",
                Setting.STORE_PLAIN, "yes",
                Setting.STORE_CA, "a\0b",
                Setting.QUEUE, "Mine:1")
            .entrySet()) {
      assertThatThrownBy(() -> Settings.read(surroundings(), Map.of(bad.getKey(), bad.getValue())))
          .as(bad.toString())
          .isInstanceOf(CommandException.class)
          .hasMessageContaining(bad.getKey().key())
          .hasMessageContaining(bad.getKey().accepted());
    }
    desk.environment.put("FORGE_STORE_CA", "~/ca.pem");
    assertThat(read().storeCertificates()).hasValue(folder.resolve("home/ca.pem"));
  }

  @Test
  void aKeyIsFoundButNeverShown() throws IOException {
    dotEnv("GEMINI_API_KEY='sesame-open'\n");
    assertThat(read().liveModelKeySource()).hasValue(".env line 1");
    assertThat(value(read(), Setting.GEMINI_API_KEY).shown()).isEqualTo("****");
    for (String[] arguments : new String[][] {{"config"}, {"config", "--json"}, {"doctor"}}) {
      Desk.Result result = desk.run(arguments);
      assertThat(result.out()).isNotEmpty();
      assertThat(result.out() + result.err()).doesNotContain("sesame");
    }
  }

  @Test
  void thePasswordOfAStoreIsNeverShownAndNeverAFlag() {
    for (String address :
        List.of(
            "rediss://ada:sesame@example.org",
            "redis://:sesame@127.0.0.1:6379/1",
            "rediss://ada:se@same@example.org")) {
      desk.environment.put("FORGE_STORE", address);
      Desk.Result result = desk.run("config");
      assertThat(result.exit()).isZero();
      assertThat(result.out()).contains("****@").doesNotContain("sesame").doesNotContain("same@");
    }
    desk.environment.put("FORGE_STORE", "sesame@example.org");
    Desk.Result bad = desk.run("config");
    assertThat(bad.exit()).isEqualTo(Exit.USAGE.code());
    assertThat(bad.err()).contains("store is \"****@example.org\"").doesNotContain("sesame");
    desk.environment.clear();
    desk.err.reset();
    Desk.Result flag = desk.run("config", "--store", "redis://ada:sesame@example.org");
    assertThat(flag.exit()).isEqualTo(Exit.USAGE.code());
    assertThat(flag.err()).contains("FORGE_STORE_PASSWORD").doesNotContain("sesame");
    assertThat(desk.run("config", "--store", "rediss://example.org").exit()).isZero();
    assertThat(desk.run("config", "--store-password", "sesame").exit()).isEqualTo(2);
    desk.err.reset();
    Desk.Result alone = desk.run("config", "--store", "rediss://ada@example.org");
    assertThat(alone.exit()).isEqualTo(Exit.USAGE.code());
    assertThat(alone.err()).contains("a user needs a password");
    desk.environment.put("FORGE_STORE_PASSWORD", "sesame");
    Desk.Result apart = desk.run("config", "--store", "rediss://ada@example.org");
    assertThat(apart.exit()).isZero();
    assertThat(apart.out()).doesNotContain("sesame");
  }

  @Test
  void aStoreElsewhereMustBeAskedForInTheOpenExplicitly() {
    desk.environment.put("FORGE_STORE", "redis://:sesame@example.org");
    Desk.Result refused = desk.run("runs");
    assertThat(refused.exit()).isEqualTo(Exit.USAGE.code());
    assertThat(refused.err())
        .contains("is another machine", "--store-plain allow")
        .doesNotContain("sesame");
    desk.environment.put("FORGE_STORE_PLAIN", "allow");
    assertThat(desk.run("runs").exit()).isZero();
    desk.environment.put("FORGE_STORE", "redis://127.0.0.1:70000");
    assertThat(desk.run("runs").err()).contains("a port is a number from 1 to 65535");
  }

  @Test
  void theKeyIsReadAsGooglesOwnToolsReadIt() throws IOException {
    dotEnv("GOOGLE_API_KEY=one\nGEMINI_API_KEY=two\n");
    assertThat(read().liveModelKeySource()).hasValue(".env line 1");
    dotEnv("GEMINI_API_KEY=two\nGOOGLE_API_KEY=one\n");
    assertThat(read().liveModelKeySource()).hasValue(".env line 2");
    desk.environment.put("GEMINI_API_KEY", "three");
    assertThat(read().liveModelKeySource()).hasValue("environment GEMINI_API_KEY");
    desk.environment.put("GOOGLE_API_KEY", "four");
    assertThat(read().liveModelKeySource()).hasValue("environment GOOGLE_API_KEY");
    desk.environment.put("FORGE_GEMINI_API_KEY", "five");
    assertThat(read().liveModelKeySource()).hasValue("environment FORGE_GEMINI_API_KEY");
    assertThat(read().secrets()).containsExactly(Secret.of("five"));
  }

  @Test
  void theLiveModelsSettingsAreCheckedToo() {
    for (Map.Entry<Setting, String> bad :
        Map.of(
                Setting.MODEL, "gemini flash",
                Setting.GEMINI_BASE_URL, "http://example.org",
                Setting.PRICE_INPUT, "free")
            .entrySet()) {
      Map<Setting, String> flags = new EnumMap<>(Setting.class);
      flags.put(Setting.PRICE_OUTPUT, bad.getKey() == Setting.PRICE_INPUT ? "1" : "");
      flags.put(bad.getKey(), bad.getValue());
      assertThatThrownBy(() -> Settings.read(surroundings(), flags))
          .as(bad.toString())
          .isInstanceOf(CommandException.class)
          .hasMessageContaining(bad.getKey().key())
          .hasMessageContaining(bad.getKey().accepted());
    }
    desk.environment.put("GOOGLE_GEMINI_BASE_URL", "https://gate.example.org/gemini");
    assertThat(read().liveModelAddress()).hasValue("https://gate.example.org/gemini");
    desk.environment.put("FORGE_GEMINI_BASE_URL", "http://127.0.0.1:8080");
    assertThat(read().liveModelAddress()).hasValue("http://127.0.0.1:8080");
  }

  @Test
  void halfAPriceIsNone() {
    desk.environment.put("FORGE_MODEL_PRICE_INPUT", "0.3");
    assertThatThrownBy(this::read)
        .isInstanceOf(CommandException.class)
        .hasMessage(
            "model.price.input is set (environment FORGE_MODEL_PRICE_INPUT) and model.price.output"
                + " is not.");
    desk.environment.put("FORGE_MODEL_PRICE_OUTPUT", "2.5");
    assertThat(read().price()).hasValue(new ModelInfo.Price(300_000, 2_500_000));
  }

  @Test
  void aBadKeyIsNotRepeatedInTheError() {
    desk.environment.put("GEMINI_API_KEY", "sesame\nopen");
    Desk.Result result = desk.run("config");
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("gemini.api.key", "GEMINI_API_KEY").doesNotContain("sesame");
  }

  @Test
  void configPrintsEachValueWithItsSource() {
    desk.environment.put("FORGE_BUDGET_CALLS", "5");
    Desk.Result plain = desk.run("config", "--max-attempts", "2");
    assertThat(plain.exit()).isZero();
    assertThat(plain.out())
        .containsPattern("max\\.attempts +2 +flag --max-attempts")
        .containsPattern("budget\\.calls +5 +environment FORGE_BUDGET_CALLS")
        .containsPattern("gemini\\.api\\.key +\\(not set\\)")
        .contains("demo");
    Desk.Result json = desk.run("config", "--json");
    assertThat(json.out().lines())
        .hasSize(Setting.values().length)
        .contains(
            "{\"type\":\"setting\",\"key\":\"budget.calls\",\"value\":\"5\","
                + "\"source\":\"environment FORGE_BUDGET_CALLS\"}");
  }

  private void assertSource(int attempts, String source) {
    Settings settings = read();
    assertThat(settings.maxAttempts()).isEqualTo(attempts);
    assertThat(value(settings, Setting.MAX_ATTEMPTS).source()).isEqualTo(source);
  }

  private void assertBad(String where, String what) {
    assertThatThrownBy(this::read)
        .isInstanceOf(CommandException.class)
        .hasMessageContaining(where)
        .hasMessageContaining(what);
  }

  private static Settings.Value value(Settings settings, Setting setting) {
    return settings.values().stream()
        .filter(value -> value.setting() == setting)
        .findFirst()
        .orElseThrow();
  }

  private Settings read() {
    return Settings.read(surroundings(), Map.of());
  }

  private Surroundings surroundings() {
    return desk.surroundings(
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
  }

  private void ownFile(String text) throws IOException {
    Path file = folder.resolve("home/.config/package-forge/config.properties");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void dotEnv(String text) throws IOException {
    Files.writeString(folder.resolve(".env"), text);
  }
}
