package dev.packageforge.npm;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packageforge.PackagePlan.PlannedDependency;
import dev.packageforge.registry.CatalogEntry;
import dev.packageforge.registry.RegistryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Locale;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a script in npm's place, which answers as npm 11 does. */
final class NpmCatalogTest {
  private Path folder;

  @BeforeEach
  void keep(@TempDir Path folder) {
    assumeTrue(
        folder.getFileSystem().supportedFileAttributeViews().contains("posix"),
        "the script in npm's place needs a POSIX shell");
    this.folder = folder;
  }

  @Test
  void oneVersionComesAsAnObject() throws Exception {
    NpmCatalog catalog = answering("{\"name\":\"a\",\"version\":\"1.3.0\"}", 0);
    assertThat(catalog.find(dependency("a", "^1.0.0")))
        .hasValue(new CatalogEntry("a", "1.3.0", ""));
  }

  @Test
  void ofManyTheNewestCountsWhateverTheirOrder() throws Exception {
    NpmCatalog catalog =
        answering(
            "[{\"version\":\"1.10.0\",\"deprecated\":\"use b\"},{\"version\":\"1.9.0\"},"
                + "{\"version\":\"2.0.0-rc.1\"},{\"version\":\"odd\"}]",
            0);
    assertThat(catalog.find(dependency("a", ">=1.0.0")))
        .hasValue(new CatalogEntry("a", "1.10.0", "use b"));
  }

  @Test
  void aPrereleaseCountsIfThereIsNothingElse() throws Exception {
    NpmCatalog catalog =
        answering("[{\"version\":\"1.0.0-rc.10\"},{\"version\":\"1.0.0-rc.9\"}]", 0);
    assertThat(catalog.find(dependency("a", "^1.0.0-rc.1")).map(CatalogEntry::version))
        .hasValue("1.0.0-rc.10");
  }

  @Test
  void anUnknownPackageIsEmpty() throws Exception {
    NpmCatalog catalog =
        answering("{\"error\":{\"code\":\"E404\",\"summary\":\"Not Found - GET x\"}}", 1);
    assertThat(catalog.find(dependency("a", "^1.0.0"))).isEmpty();
  }

  @Test
  void aRangeWithoutVersionIsAnEntryWithoutVersion() throws Exception {
    NpmCatalog catalog =
        answering(
            "{\"error\":{\"code\":\"E404\",\"summary\":\"No match found for version ^99\"}}", 1);
    assertThat(catalog.find(dependency("a", "^99.0.0"))).hasValue(new CatalogEntry("a", "", ""));
  }

  @Test
  void noOutputMeansNoVersion() throws Exception {
    assertThat(answering("", 0).find(dependency("a", "^1.0.0")))
        .hasValue(new CatalogEntry("a", "", ""));
  }

  @Test
  void anUnreachableRegistryIsAnAccidentToTryAgain() throws Exception {
    NpmCatalog catalog =
        answering("{\"error\":{\"code\":\"ECONNREFUSED\",\"summary\":\"request failed\"}}", 1);
    assertThatThrownBy(() -> catalog.find(dependency("a", "^1.0.0")))
        .asInstanceOf(InstanceOfAssertFactories.type(RegistryException.class))
        .satisfies(e -> assertThat(e.retryable()).isTrue())
        .satisfies(e -> assertThat(e).hasMessageContaining("refused the connection"))
        .satisfies(e -> assertThat(e.remedy()).contains("network"));
  }

  @Test
  void everyTroubleOnTheWayIsToldByItsName() throws Exception {
    for (String[] told :
        new String[][] {
          {"ENOTFOUND", "name was not found"},
          {"ETIMEDOUT", "in time"},
          {"ECONNRESET", "broke the connection off"},
          {"E503", "did not answer"}
        }) {
      NpmCatalog catalog = answering("{\"error\":{\"code\":\"" + told[0] + "\"}}", 1);
      assertThatThrownBy(() -> catalog.find(dependency("a", "^1.0.0")))
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining(told[1]);
    }
  }

  @Test
  void aRefusedLookUpIsNotTriedAgain() throws Exception {
    NpmCatalog catalog = answering("{\"error\":{\"code\":\"E401\",\"summary\":\"no\"}}", 1);
    assertThatThrownBy(() -> catalog.find(dependency("a", "^1.0.0")))
        .isInstanceOfSatisfying(RegistryException.class, e -> assertThat(e.retryable()).isFalse());
  }

  @Test
  void anUntrustedCertificateIsSaidToBeOne() throws Exception {
    NpmCatalog catalog = script("echo 'npm error code SELF_SIGNED_CERT_IN_CHAIN' >&2; exit 1");
    assertThatThrownBy(() -> catalog.find(dependency("a", "^1.0.0")))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("certificate");
  }

  @Test
  void theNameAndRangeAreOneArgumentBehindTheGuard() throws Exception {
    NpmCatalog catalog = script("printf '%s\\n' \"$@\" > \"" + folder + "/seen\"; echo '{}'");
    catalog.find(dependency("@scope/a", ">=1.0.0 <2.0.0"));
    assertThat(Files.readAllLines(folder.resolve("seen")))
        .containsExactly(
            "view",
            "--json",
            "--fetch-retries=0",
            "--fetch-timeout=20000",
            "--",
            "@scope/a@>=1.0.0 <2.0.0",
            "name",
            "version",
            "deprecated");
  }

  @Test
  void aNameThatIsNoneNeverReachesNpm() throws Exception {
    NpmCatalog catalog = script("touch \"" + folder + "/called\"; echo '{}'");
    for (String name : new String[] {"--registry=x", "a b", "../a", "", "a;b", ".a", "@a", "@a/"}) {
      assertThat(catalog.find(dependency(name, "^1.0.0"))).as(name).isEmpty();
    }
    assertThat(folder.resolve("called")).doesNotExist();
  }

  @Test
  void aRangeThatIsNoneNeverReachesNpm() throws Exception {
    NpmCatalog catalog =
        script("printf '%s\\n' \"$@\" > \"" + folder + "/seen\"; echo '{\"version\":\"1.0.0\"}'");
    assertThat(catalog.find(dependency("a", "file:../x"))).hasValue(new CatalogEntry("a", "", ""));
    assertThat(Files.readString(folder.resolve("seen"))).contains("a@latest").doesNotContain("..");
  }

  @Test
  void npmSeesNoOtherVariables() throws Exception {
    NpmCatalog catalog = script("env > \"" + folder + "/seen\"; echo '{}'");
    catalog.find(dependency("a", "^1.0.0"));
    assertThat(Files.readAllLines(folder.resolve("seen")))
        .extracting(line -> line.split("=", 2)[0].toUpperCase(Locale.ROOT))
        .allMatch(
            name ->
                name.matches(
                    "PATH|HOME|LANG|TMPDIR|TEMP|TMP|NO_COLOR|NPM_CONFIG_.*|HTTPS?_PROXY|NO_PROXY"
                        + "|NODE_EXTRA_CA_CERTS|SSL_CERT_.*|XDG_CONFIG_HOME|PWD|OLDPWD|SHLVL|_"));
  }

  @Test
  void anNpmThatNeverAnswersIsEnded() throws Exception {
    NpmCatalog catalog =
        NpmCatalog.builder()
            .npm(write("echo $$ > \"" + folder + "/pid\"; exec tail -f /dev/null"))
            .timeout(Duration.ofSeconds(1))
            .build();
    assertThatThrownBy(() -> catalog.find(dependency("a", "^1.0.0")))
        .isInstanceOfSatisfying(RegistryException.class, e -> assertThat(e.retryable()).isTrue());
    long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
    ProcessHandle.of(pid).ifPresent(left -> left.onExit().orTimeout(10, SECONDS).join());
  }

  @Test
  void withoutNpmTheRemedyNamesNode() {
    NpmCatalog catalog = NpmCatalog.builder().npm(folder.resolve("missing")).build();
    assertThatThrownBy(() -> catalog.find(dependency("a", "^1.0.0")))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> {
              assertThat(e.retryable()).isFalse();
              assertThat(e.remedy()).contains("Node 20");
            });
  }

  private NpmCatalog answering(String json, int exit) throws IOException {
    Path answer = Files.writeString(folder.resolve("answer.json"), json);
    return script("cat \"" + answer + "\"; exit " + exit);
  }

  private NpmCatalog script(String body) throws IOException {
    return NpmCatalog.builder().npm(write(body)).build();
  }

  private Path write(String body) throws IOException {
    Path npm = Files.writeString(folder.resolve("npm"), "#!/bin/sh\n" + body + "\n");
    return Files.setPosixFilePermissions(npm, PosixFilePermissions.fromString("rwx------"));
  }

  private static PlannedDependency dependency(String name, String range) {
    return new PlannedDependency(name, range, "it helps");
  }
}
