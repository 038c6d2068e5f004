package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Secret;
import dev.packageforge.registry.RegistryException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NpmAccessTest {
  private static final URI REGISTRY = URI.create("https://packages.example.test/npm/");

  private Path folder;
  private Path project;
  private Path home;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void foldersAreThere(@TempDir Path folder) throws IOException {
    this.folder = folder;
    project = Files.createDirectories(folder.resolve("work/project"));
    home = Files.createDirectories(folder.resolve("home"));
    Files.writeString(project.resolve("package.json"), "{}");
  }

  private NpmAccess read() throws InterruptedException {
    return NpmAccess.read(environment, project, home, () -> "https://said.example.test/");
  }

  private static void write(Path folder, String... lines) throws IOException {
    Files.writeString(folder.resolve(".npmrc"), String.join("\n", lines));
  }

  private static String shown(NpmAccess access, String address) {
    return access
        .credentialFor(URI.create(address))
        .map(NpmCredential::header)
        .map(Secret::reveal)
        .orElse("");
  }

  @Test
  void whatNobodySaysIsAskedOfTheClient() throws Exception {
    assertThat(read().registry().value()).isEqualTo(URI.create("https://said.example.test/"));
    assertThat(read().registry().source()).isEqualTo("npm config get registry");
  }

  @Test
  void environmentWinsOverProjectOverUserOverGlobal() throws Exception {
    Path global = Files.writeString(folder.resolve("npmrc"), "registry=https://global.test/\n");
    environment.put("NPM_CONFIG_GLOBALCONFIG", global.toString());
    assertThat(read().registry())
        .isEqualTo(
            new NpmAccess.Setting<>(URI.create("https://global.test/"), "global npmrc, line 1"));
    write(home, "; mine", "", "registry = https://user.test");
    assertThat(read().registry())
        .isEqualTo(
            new NpmAccess.Setting<>(URI.create("https://user.test/"), "user .npmrc, line 3"));
    write(project, "registry=https://project.test/");
    assertThat(read().registry().source()).isEqualTo("project .npmrc, line 1");
    environment.put("NPM_CONFIG_REGISTRY", "https://upper.test/");
    assertThat(read().registry().source()).isEqualTo("environment NPM_CONFIG_REGISTRY");
    environment.put("npm_config_registry", "https://lower.test/a/b");
    assertThat(read().registry())
        .isEqualTo(
            new NpmAccess.Setting<>(
                URI.create("https://lower.test/a/b/"), "environment npm_config_registry"));
  }

  @Test
  void anEmptyVariableSaysNothing() throws Exception {
    environment.put("npm_config_registry", "");
    assertThat(read().registry().source()).isEqualTo("npm config get registry");
  }

  @Test
  void theProjectIsTheNearestFolderWithAManifestOrTheWorkspaceRootAboveIt() throws Exception {
    write(project, "registry=https://nearest.test/");
    Path deep = Files.createDirectories(project.resolve("src/deep"));
    NpmAccess nearest = NpmAccess.read(environment, deep, home, () -> "");
    assertThat(nearest.registry().value()).hasHost("nearest.test");

    Path root = folder.resolve("work");
    Files.writeString(root.resolve("package.json"), "{\"workspaces\":[\"./proj*\"]}");
    write(root, "registry=https://root.test/");
    NpmAccess workspace = NpmAccess.read(environment, deep, home, () -> "");
    assertThat(workspace.registry().value()).hasHost("root.test");
    assertThat(workspace.remarks())
        .singleElement()
        .asString()
        .contains("project" + java.io.File.separator + ".npmrc is not read");
  }

  @Test
  void aFolderOfAnotherNameIsNoWorkspaceOfTheOneAbove() throws Exception {
    Files.writeString(folder.resolve("work/package.json"), "{\"workspaces\":[\"others/*\"]}");
    write(folder.resolve("work"), "registry=https://root.test/");
    assertThat(read().registry().value()).hasHost("said.example.test");
  }

  @Test
  void theUsersFileIsWhereTheEnvironmentSays() throws Exception {
    Path other = Files.writeString(home.resolve("other.rc"), "registry=https://other.test/");
    environment.put("NPM_CONFIG_USERCONFIG", "~/other.rc");
    assertThat(read().registry())
        .isEqualTo(
            new NpmAccess.Setting<>(URI.create("https://other.test/"), "user other.rc, line 1"));
    assertThat(other).exists();
  }

  @Test
  void aScopeHasItsOwnRegistry() throws Exception {
    write(project, "registry=" + REGISTRY, "@mine:registry=https://mine.test");
    NpmAccess access = read();
    assertThat(access.registryFor("@mine/a").value()).isEqualTo(URI.create("https://mine.test/"));
    assertThat(access.registryFor("@mine/a").source()).isEqualTo("project .npmrc, line 2");
    assertThat(access.registryFor("@theirs/a").value()).isEqualTo(REGISTRY);
    assertThat(access.registryFor("mine").value()).isEqualTo(REGISTRY);
  }

  @ParameterizedTest
  @CsvSource({
    "https://packages.example.test/npm/left-pad, Bearer near",
    "https://packages.example.test/npm/-/whoami, Bearer near",
    "https://packages.example.test/npm, Bearer far",
    "https://packages.example.test/other/x.tgz, Bearer far",
    "https://packages.example.test:443/npm/x, Bearer near",
    "https://PACKAGES.example.test/npm/x, Bearer near",
    "https://packages.example.test:8443/npm/x, ''",
    "https://example.test/npm/x, ''",
    "https://packages.example.test.evil.test/npm/x, ''",
    "https://evil.test/packages.example.test/npm/x, ''",
    "http://packages.example.test/npm/x, ''",
  })
  void aTokenGoesOnlyWhereItIsWrittenFor(String address, String shown) throws Exception {
    write(
        home,
        "registry=" + REGISTRY,
        "//packages.example.test/:_authToken=far",
        "//packages.example.test/npm/:_authToken=near");
    assertThat(shown(read(), address)).isEqualTo(shown);
  }

  @Test
  void anAddressOfTheRegistrysHostGetsTheRegistrysToken() throws Exception {
    write(home, "registry=" + REGISTRY, "//packages.example.test/npm/:_authToken=t");
    assertThat(shown(read(), "https://packages.example.test/files/a.tgz")).isEqualTo("Bearer t");
    assertThat(shown(read(), "https://files.example.test/npm/a.tgz")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"//127.0.0.1:4873/", "//127.0.0.1:4873"})
  void aPortIsPartOfTheHostAndTheSlashMayBeLeftOut(String prefix) throws Exception {
    write(home, "registry=http://127.0.0.1:4873", prefix + ":_authToken=t");
    assertThat(shown(read(), "http://127.0.0.1:4873/a")).isEqualTo("Bearer t");
    assertThat(shown(read(), "http://127.0.0.1:4874/a")).isEmpty();
  }

  @Test
  void aTokenOfTheEnvironmentKeepsItsName() throws Exception {
    environment.put("npm_config_registry", REGISTRY.toString());
    environment.put("npm_config_//packages.example.test/npm/:_authToken", "fromOutside");
    NpmCredential found = read().credentialFor(REGISTRY).orElseThrow();
    assertThat(found.header().reveal()).isEqualTo("Bearer fromOutside");
    assertThat(found.source()).startsWith("environment npm_config_//");
  }

  @Test
  void aNameAndAPasswordAreShownInBase64() throws Exception {
    String password = base64("p:ä");
    write(
        home,
        "registry=" + REGISTRY,
        "//packages.example.test/npm/:username=kim",
        "//packages.example.test/npm/:_password=" + password);
    assertThat(shown(read(), REGISTRY.toString())).isEqualTo("Basic " + base64("kim:p:ä"));
    write(home, "registry=" + REGISTRY, "//packages.example.test/npm/:_auth=" + base64("a:b"));
    assertThat(shown(read(), REGISTRY.toString())).isEqualTo("Basic " + base64("a:b"));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "${TOKEN}|abc",
        "\"${TOKEN}\"|abc",
        "'${TOKEN}' |abc",
        "x${TOKEN}y|xabcy",
        "${NONE?}z|z",
        "${NONE-other}|other",
        "${EMPTY-other}z|z",
        "${EMPTY:-other}|other",
        "${TOKEN-other}|abc",
        "abc ; a remark|abc",
        "abc# a remark|abc",
        "a\\;b\\#c|a;b#c",
      })
  void variablesQuotesAndRemarksAreReadAsNpmDoes(String written, String token) throws Exception {
    environment.put("TOKEN", "abc");
    environment.put("EMPTY", "");
    write(home, "registry=" + REGISTRY, "//packages.example.test/npm/:_authToken = " + written);
    assertThat(shown(read(), REGISTRY.toString())).isEqualTo("Bearer " + token);
  }

  @Test
  void aCredentialWhoseVariableIsNotSetIsNotSentAndThatIsSaid() throws Exception {
    write(home, "registry=" + REGISTRY, "//packages.example.test/:_authToken=${NO_SUCH}");
    assertThat(shown(read(), REGISTRY.toString())).isEmpty();
    assertThat(read().remarks())
        .containsExactly(
            home.resolve(".npmrc")
                + ", line 2 names ${NO_SUCH}, which is not set, so that credential is not used.");
  }

  @Test
  void aCredentialForNoRegistryIsSentToNoneAndThatIsSaid() throws Exception {
    write(home, "registry=" + REGISTRY, "_authToken=s3cr3t");
    assertThat(shown(read(), REGISTRY.toString())).isEmpty();
    assertThat(read().remarks())
        .singleElement()
        .asString()
        .contains("line 2 holds _authToken for no registry")
        .contains("//packages.example.test/npm/:_authToken")
        .doesNotContain("s3cr3t");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://${NO_SUCH}/", "ftp://a.test/", "nothing", "https://u:s3cr3t@a.test/"})
  void anAddressThatCannotBeUsedIsToldWithFileAndLine(String address) throws Exception {
    write(project, "# first", "registry=" + address);
    assertThatThrownBy(this::read)
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining(project.resolve(".npmrc") + ", line 2")
        .hasMessageNotContaining("s3cr3t");
  }

  @Test
  void anUnreadableFileIsAnError() throws Exception {
    Files.write(home.resolve(".npmrc"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThatThrownBy(this::read)
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining(home.resolve(".npmrc").toString());
  }

  @Test
  void whatStandsInASectionIsNoSetting() throws Exception {
    write(project, "[other]", "registry=https://section.test/");
    assertThat(read().registry().value()).hasHost("said.example.test");
  }

  @Test
  void certificatesAreCheckedWhateverIsSaid() throws Exception {
    write(project, "strict-ssl=false");
    assertThat(read().remarks()).singleElement().asString().contains("strict-ssl=false");
  }

  @Test
  void moreCertificatesComeFromValuesAndFiles() throws Exception {
    Files.writeString(folder.resolve("extra.pem"), "EXTRA");
    Files.writeString(home.resolve("ca.pem"), "FILE");
    environment.put("NODE_EXTRA_CA_CERTS", folder.resolve("extra.pem").toString());
    write(project, "ca[]=\"ONE\\nLINE\"", "ca[]=TWO", "cafile=~/ca.pem");
    assertThat(read().certificates())
        .extracting(NpmAccess.Setting::value)
        .containsExactly("ONE\nLINE\nTWO", "FILE", "EXTRA");
    assertThat(read().certificates())
        .extracting(NpmAccess.Setting::source)
        .containsExactly(
            "project .npmrc, line 2", "project .npmrc, line 3", "environment NODE_EXTRA_CA_CERTS");
    write(project, "cafile=no-such.pem");
    assertThat(read().remarks()).singleElement().asString().contains("no-such.pem");
  }

  @Test
  void aProxyIsUsedForOthersButNotForThisMachine() throws Exception {
    environment.put("HTTP_PROXY", "http://env.test:1");
    environment.put("no_proxy", "inner.test, .local.test");
    assertThat(proxy("https://far.test/")).isEqualTo("http://env.test:1");
    write(project, "https-proxy=http://kim:s3cr3t@proxy.test:3128");
    NpmAccess.Proxy proxy = read().proxyFor(URI.create("https://far.test/")).orElseThrow();
    assertThat(proxy.address()).isEqualTo(URI.create("http://proxy.test:3128"));
    assertThat(proxy.credential().orElseThrow().reveal()).isEqualTo(base64("kim:s3cr3t"));
    assertThat(proxy.toString()).doesNotContain("s3cr3t");
    assertThat(proxy("https://inner.test/")).isEmpty();
    assertThat(proxy("https://a.inner.test/")).isEmpty();
    assertThat(proxy("https://a.local.test/")).isEmpty();
    assertThat(proxy("https://notinner.test/")).isNotEmpty();
    assertThat(proxy("http://127.0.0.1:4873/")).isEmpty();
    write(project, "proxy=false");
    assertThat(proxy("https://far.test/")).isEmpty();
  }

  private String proxy(String address) throws InterruptedException {
    return read().proxyFor(URI.create(address)).map(each -> each.address().toString()).orElse("");
  }

  @Test
  void aTokenGivenByTheProgramIsForItsRegistryAlone() {
    NpmAccess access = NpmAccess.of(URI.create("http://127.0.0.1:1")).withToken(Secret.of("t0ken"));
    assertThat(access.registry().value()).isEqualTo(URI.create("http://127.0.0.1:1/"));
    assertThat(shown(access, "http://127.0.0.1:1/a")).isEqualTo("Bearer t0ken");
    assertThat(shown(access, "http://127.0.0.1:2/a")).isEmpty();
    assertThat(access.toString()).contains("http://127.0.0.1:1/").doesNotContain("t0ken");
    assertThatThrownBy(() -> NpmAccess.of(URI.create("file:/tmp")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
