package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Draft;
import dev.packageforge.PackageId;
import dev.packageforge.Run;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.Sha512;
import dev.packageforge.llm.DemoLanguageModel;
import dev.packageforge.npm.NpmRegistry;
import dev.packageforge.registry.FolderRegistry;
import dev.packageforge.registry.PackageRegistry;
import dev.packageforge.registry.RegistryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DestinationsTest {
  private static final String NPM = "http://127.0.0.1:9/npm/";
  private static final Sha512 DIGEST = Sha512.of(new byte[] {1});

  private Desk desk;

  @BeforeEach
  void sitDown(@TempDir Path empty) {
    desk = new Desk(empty);
    desk.environment.put("npm_config_registry", NPM);
    desk.environment.put("FORGE_REGISTRY", "auto");
  }

  @Test
  void withoutATokenAllGoesToTheFolderAndThatIsSaid() {
    try (Destinations destinations = destinations(Map.of())) {
      assertThat(destinations.of(brought())).isInstanceOf(FolderRegistry.class);
      assertThat(destinations.place(brought()))
          .startsWith("the folder ")
          .contains("no token for its registry");
      assertThat(destinations.place(by(DemoLanguageModel.NAME)))
          .startsWith("the folder ")
          .doesNotContain("token");
    }
  }

  @Test
  void withATokenOnlyRecordedPackagesGoToTheFolder() {
    desk.environment.put("FORGE_NPM_TOKEN", "sesame");
    try (Destinations destinations = destinations(Map.of())) {
      assertThat(destinations.of(brought())).isInstanceOf(NpmRegistry.class);
      assertThat(destinations.place(brought())).isEqualTo(NPM);
      assertThat(destinations.place(by("gemini-flash-latest"))).isEqualTo(NPM);
      for (Run recorded :
          List.of(by(DemoLanguageModel.NAME), by(""), replayed("gemini-flash-latest"))) {
        assertThat(destinations.of(recorded)).isInstanceOf(FolderRegistry.class);
      }
    }
  }

  @Test
  void theTokenOfNpmsOwnSettingsCountsToo() throws IOException {
    Path home = Files.createDirectories(desk.folder.resolve("home"));
    Files.writeString(home.resolve(".npmrc"), "//127.0.0.1:9/npm/:_authToken=sesame\n");
    try (Destinations destinations = destinations(Map.of())) {
      assertThat(destinations.place(brought())).isEqualTo(NPM);
    }
  }

  @Test
  void whatIsSetIsObeyed() {
    try (Destinations destinations = destinations(Map.of(Setting.REGISTRY, "npm"))) {
      assertThat(destinations.place(brought())).isEqualTo(NPM);
      assertThat(destinations.place(by(DemoLanguageModel.NAME))).isEqualTo(NPM);
    }
    desk.environment.put("FORGE_NPM_TOKEN", "sesame");
    try (Destinations destinations = destinations(Map.of(Setting.REGISTRY, "folder"))) {
      assertThat(destinations.place(brought())).startsWith("the folder ").doesNotContain("token");
    }
    String address = "http://localhost:4873/all";
    try (Destinations destinations = destinations(Map.of(Setting.REGISTRY, address))) {
      assertThat(destinations.place(brought())).isEqualTo(address + "/");
    }
  }

  @Test
  void settingsThatCannotBeReadAreNeverADowngrade() throws IOException {
    Path home = Files.createDirectories(desk.folder.resolve("home"));
    desk.environment.remove("npm_config_registry");
    Files.writeString(home.resolve(".npmrc"), "registry=nonsense\n");
    try (Destinations destinations = destinations(Map.of())) {
      PackageRegistry registry = destinations.of(brought());
      assertThat(registry).isNotInstanceOf(FolderRegistry.class);
      assertThat(destinations.place(brought())).contains("cannot be used");
      assertThatThrownBy(() -> registry.find(new PackageId("a", "1.0.0")))
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining(".npmrc");
      assertThat(destinations.of(by(DemoLanguageModel.NAME))).isInstanceOf(FolderRegistry.class);
    }
  }

  @Test
  void addressesHoldNoCredentialAndAreEncryptedOrHere() {
    for (String bad :
        List.of(
            "somewhere",
            "http://registry.example/",
            "https://ada:sesame@registry.example/",
            "https://registry.example/?token=sesame",
            "ftp://localhost/")) {
      assertThatThrownBy(() -> settings(Map.of(Setting.REGISTRY, bad)))
          .isInstanceOf(CommandException.class)
          .hasMessageContaining("registry is \"");
    }
    assertThat(settings(Map.of(Setting.REGISTRY, "https://registry.example")).registryAddress())
        .hasToString("Optional[https://registry.example/]");
  }

  private Destinations destinations(Map<Setting, String> flags) {
    Settings settings = settings(flags);
    return new Destinations(desk.surroundings(System.out), settings, settings.registryFolder());
  }

  private Settings settings(Map<Setting, String> flags) {
    return Settings.read(desk.surroundings(System.out), flags);
  }

  private static Run brought() {
    return run(
        RunRequest.of("publish it").bringing(new RunRequest.Brought("a-1.0.0.tgz", DIGEST, 1)));
  }

  private static Run replayed(String author) {
    RunRequest usual = RunRequest.of("a thing");
    return drafted(
        run(new RunRequest(usual.prompt(), 1, usual.budget(), "forge replay 1")), author);
  }

  private static Run by(String author) {
    return drafted(run(RunRequest.of("a thing")), author);
  }

  private static Run drafted(Run run, String author) {
    Draft draft = new Draft(1, Draft.Origin.MODEL, 0, DIGEST, List.of(), "", author);
    return run.with(run.work().with(draft));
  }

  private static Run run(RunRequest request) {
    return Run.accepted(new RunId("r" + "0".repeat(25)), request, Instant.EPOCH);
  }
}
