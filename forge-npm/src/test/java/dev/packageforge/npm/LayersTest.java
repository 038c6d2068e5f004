package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packageforge.Cancellation;
import dev.packageforge.SandboxReport;
import dev.packageforge.sandbox.Command;
import dev.packageforge.sandbox.ExecResult;
import dev.packageforge.sandbox.OutputListener;
import dev.packageforge.sandbox.ProcessSandbox;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import dev.packageforge.testing.ManualClock;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationListener;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Dependencies that were installed once, with this machine's Node and npm. */
@Timeout(120)
final class LayersTest {
  private static final String DASH = "exports.dash = () => '-';\n";

  private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-10T10:00:00Z"));
  private Path folder;
  private LocalRegistry registry;
  private Observed sandbox;
  private NpmToolchain toolchain;

  @BeforeEach
  void openRegistry(@TempDir Path folder) throws Exception {
    this.folder = folder;
    sandbox = new Observed(Machine.sandbox(folder.resolve("sandbox")));
    registry = new LocalRegistry().serve("helper", "1.2.0", packed("helper", DASH));
    toolchain = keeping(registry.address());
  }

  @AfterEach
  void closeRegistry() {
    registry.close();
  }

  @Test
  void theSecondDraftWithTheSameDependenciesInstallsNoneAndReachesNobody() throws Exception {
    passes(dependent());
    assertThat(sandbox.networks)
        .as("the artifact is installed with what its build fetched")
        .containsOnlyOnce(SandboxSpec.Network.REGISTRY_ONLY);
    sandbox.forget();
    registry.close();
    passes(dependent().with("README.md", Drafts.README + "\nOnce more.\n"));
    assertThat(sandbox.networks).containsOnly(SandboxSpec.Network.NONE).hasSize(2);
    assertThat(sandbox.commands)
        .filteredOn(command -> command.line().contains("install"))
        .extracting(Command::toString)
        .singleElement()
        .asString()
        .contains("./forge/tiny-slug-1.0.0.tgz");
    assertThat(sandbox.commands)
        .filteredOn(command -> command.line().get(0).equals("npm"))
        .allMatch(command -> "true".equals(command.environment().get("npm_config_offline")));
  }

  @Test
  void whatABuildDoesToThemIsNotKept() throws Exception {
    Drafts spoiling =
        dependent()
            .manifest("node --test\"", "node --test\", \"build\": \"node build.mjs\"")
            .with(
                "build.mjs",
                """
                import { writeFileSync } from 'node:fs';
                writeFileSync('node_modules/helper/index.js', "exports.dash = () => '!';");
                """);
    passes(spoiling);
    registry.close();
    passes(spoiling);
    passes(dependent());
  }

  @Test
  void aBuildFindsThemWhereTheyWere() throws Exception {
    Drafts building =
        dependent()
            .manifest("node --test\"", "node --test\", \"build\": \"node build.mjs\"")
            .with("build.mjs", "import helper from 'helper';\nhelper.dash();\n");
    passes(building);
    sandbox.forget();
    toolchain = keeping(registry.address()); // as another program has it
    passes(building);
    assertThat(sandbox.networks).containsOnly(SandboxSpec.Network.NONE);
  }

  @Test
  void toolsOfDevelopersAreKeptApartFromWhatUsersGet() throws Exception {
    registry.serve("typescript", "5.9.2", packed("typescript", "exports.no = 1;\n"));
    Drafts developed =
        dependent()
            .manifest(
                "\"license\"", "\"devDependencies\": {\"typescript\": \"^5.0.0\"}, \"license\"")
            .with(
                "test/slug.test.js",
                Drafts.TEST
                    + """
                    test('finds no compiler', () =>
                      assert.rejects(import('typescript'), { code: 'ERR_MODULE_NOT_FOUND' }));
                    """);
    passes(developed);
    sandbox.forget();
    registry.close();
    passes(developed);
    assertThat(sandbox.networks).containsOnly(SandboxSpec.Network.NONE);
    // What users get does not depend on the developers' tools.
    passes(dependent());
  }

  @Test
  void aTarballIsJudgedOnWhatAnEarlierOneBrought() throws Exception {
    byte[] bytes =
        Tars.empty()
            .file(
                "package/package.json",
                """
                {"name": "@acme/tool", "version": "1.0.0", "license": "MIT", "main": "index.js",
                 "bin": {"tool": "bin.js"}, "dependencies": {"helper": "^1.0.0"}}
                """)
            .file("package/index.js", "module.exports = require('helper');\n")
            .file("package/bin.js", "#!/usr/bin/env node\nconsole.log(require('helper').dash());\n")
            .gzipped();
    NpmGate gate = NpmGate.builder(toolchain).build();
    Path tarball = Files.write(folder.resolve("tool.tgz"), bytes);
    for (boolean first : List.of(true, false)) {
      sandbox.forget();
      GateReport report =
          gate.check(tarball, sandbox, VerificationListener.SILENT, Cancellation.never());
      assertThat(report.passed()).as("%s", report).isTrue();
      assertThat(sandbox.networks.contains(SandboxSpec.Network.REGISTRY_ONLY)).isEqualTo(first);
      registry.close();
    }
  }

  @Test
  void whatNoLongerServesIsToldAsOursAndFetchedAnew() throws Exception {
    passes(dependent());
    LayerStore store = new LayerStore(folder.resolve("layers"), 1 << 20, clock);
    String key = key();
    store.keep(key, Tars.empty().file("node_modules/other/index.js", "").plain());
    assertThatThrownBy(() -> verify(dependent()))
        .isInstanceOfSatisfying(
            SandboxException.class, e -> assertThat(e.retryable()).as("%s", e).isTrue());
    assertThat(store.find(key)).isEmpty();
    passes(dependent());
    passes(dependent());
  }

  @Test
  void withoutATarNothingIsKeptAndNothingIsLost() throws Exception {
    Path bin = Files.createDirectory(folder.resolve("bin"));
    assumeTrue(
        folder.getFileSystem().supportedFileAttributeViews().contains("posix"),
        "programs are put into a folder as links");
    for (String program : List.of("node", "npm", "sh")) {
      Files.createSymbolicLink(bin.resolve(program), onPath(program).toRealPath());
    }
    sandbox = new Observed(ProcessSandbox.builder(folder.resolve("bare"), bin.toString()).build());
    for (int time = 0; time < 2; time++) {
      sandbox.forget();
      passes(dependent());
      assertThat(sandbox.networks).contains(SandboxSpec.Network.REGISTRY_ONLY);
    }
    assertThat(folder.resolve("layers")).doesNotExist();
  }

  private static Path onPath(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .map(part -> Path.of(part).resolve(program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void anotherDayRegistryOrToolIsAnotherKey() {
    Toolbox.Found found =
        new Toolbox.Found(new ToolVersions("20.1.0", "11.1.0"), "linux x64 glibc");
    List<String> today = toolchain.surroundings(found);
    assertThat(toolchain.surroundings(found)).isEqualTo(today);
    clock.advance(Duration.ofDays(1));
    assertThat(
            List.of(
                today,
                toolchain.surroundings(found),
                toolchain.ofAnyAge().surroundings(found),
                keeping(URI.create("http://127.0.0.1:1/")).surroundings(found),
                toolchain.surroundings(new Toolbox.Found(found.tools(), "linux arm64 glibc")),
                toolchain.surroundings(
                    new Toolbox.Found(new ToolVersions("20.1.0", "11.2.0"), found.platform()))))
        .doesNotHaveDuplicates();
  }

  @Test
  void anotherRegistryBehindTheGatewayIsAnotherKey() {
    Toolbox.Found found =
        new Toolbox.Found(new ToolVersions("20.1.0", "11.1.0"), "linux x64 glibc");
    List<List<String>> all = new ArrayList<>(List.of(toolchain.surroundings(found)));
    for (String address : List.of("http://127.0.0.1:1/", "http://127.0.0.1:2/")) {
      NpmAccess access = NpmAccess.of(URI.create(address));
      try (NpmGateway gateway = NpmGateway.builder(access, folder.resolve("cache")).build()) {
        all.add(NpmToolchain.builder().gateway(gateway).clock(clock).build().surroundings(found));
      }
    }
    assertThat(all).doesNotHaveDuplicates();
  }

  @Test
  void whatIsNotOfARegistryIsNeverKept() throws Exception {
    for (String range : List.of("file:../other", "github:a/b", "a/b", "https://localhost/a.tgz")) {
      assertThat(Dependencies.mayBeKept(manifest("\"dependencies\": {\"a\": \"" + range + "\"}")))
          .as(range)
          .isFalse();
    }
    assertThat(Dependencies.mayBeKept(manifest("\"bundleDependencies\": [\"a\"]"))).isFalse();
    for (String range : List.of("^1.0.0", "npm:@b/c@^1.0.0", "latest", ">=1 <3 || 5.x", "*")) {
      assertThat(Dependencies.mayBeKept(manifest("\"dependencies\": {\"a\": \"" + range + "\"}")))
          .as(range)
          .isTrue();
    }
  }

  @Test
  void theKeyNamesWhatDecidesWhatIsInstalled() throws Exception {
    Manifest plain = manifest("\"dependencies\": {\"a\": \"1\", \"b\": \"2\"}");
    String key = Dependencies.key(plain, true, List.of("npm 11"));
    assertThat(key).isEqualTo(Dependencies.key(plain, false, List.of("npm 11")));
    assertThat(
            Dependencies.key(
                manifest("\"version\": \"2.0.0\", \"dependencies\": {\"b\": \"2\", \"a\": \"1\"}"),
                true,
                List.of("npm 11")))
        .isEqualTo(key);
    assertThat(
            Stream.of(
                Dependencies.key(plain, true, List.of("npm 12")),
                developed("\"devDependencies\": {\"c\": \"1\"}", true),
                developed("\"overrides\": {\"c\": \"1\"}", true),
                developed("\"peerDependencies\": {\"c\": \"1\"}", false),
                developed("\"optionalDependencies\": {\"c\": \"1\"}", false),
                developed("\"peerDependenciesMeta\": {\"a\": {\"optional\": true}}", false),
                key))
        .doesNotHaveDuplicates();
    assertThat(developed("\"devDependencies\": {\"c\": \"1\"}", false)).isEqualTo(key);
    assertThat(developed("\"overrides\": {\"c\": \"1\"}", false)).isEqualTo(key);
  }

  private static String developed(String more, boolean withDevelopment) throws Exception {
    return Dependencies.key(
        manifest("\"dependencies\": {\"a\": \"1\", \"b\": \"2\"}, " + more),
        withDevelopment,
        List.of("npm 11"));
  }

  private static Manifest manifest(String fields) throws UnreadableManifestException {
    return Manifest.parse("{\"name\": \"x\", " + fields + "}");
  }

  /** Of the one layer that is kept. */
  private String key() throws IOException {
    try (Stream<Path> kept = Files.list(folder.resolve("layers"))) {
      List<String> names = kept.map(file -> String.valueOf(file.getFileName())).toList();
      assertThat(names).singleElement().asString().endsWith(".layer");
      return names.get(0).replace(".layer", "");
    }
  }

  private NpmToolchain keeping(URI address) {
    return NpmToolchain.builder()
        .registryAddress(address)
        .layers(folder.resolve("layers"))
        .clock(clock)
        .build();
  }

  private static byte[] packed(String name, String code) {
    return Tars.empty()
        .file("package/package.json", "{\"name\":\"" + name + "\",\"version\":\"1.2.0\"}")
        .file("package/index.js", code.getBytes(StandardCharsets.UTF_8), entry -> {})
        .gzipped();
  }

  private static Drafts dependent() {
    return Drafts.good()
        .manifest("\"license\"", "\"dependencies\": {\"helper\": \"^1.0.0\"}, \"license\"")
        .planning("helper", "^1.0.0")
        .with(
            "src/index.js",
            """
            import helper from 'helper';

            export function slug(text) {
              return text.toLowerCase().replaceAll(' ', helper.dash());
            }
            """);
  }

  private void passes(Drafts draft) throws InterruptedException {
    Verification result = verify(draft);
    assertThat(result).as("%s", result).isInstanceOf(Verification.Passed.class);
  }

  private Verification verify(Drafts draft) throws InterruptedException {
    return toolchain.verify(
        draft.request(), sandbox, VerificationListener.SILENT, Cancellation.never());
  }

  /** A sandbox that remembers what was asked of it. */
  private static final class Observed implements Sandbox {
    final List<SandboxSpec.Network> networks = new CopyOnWriteArrayList<>();
    final List<Command> commands = new CopyOnWriteArrayList<>();
    private final Sandbox inner;

    Observed(Sandbox inner) {
      this.inner = inner;
    }

    void forget() {
      networks.clear();
      commands.clear();
    }

    @Override
    public SandboxReport probe() {
      return inner.probe();
    }

    @Override
    public SandboxSession open(SandboxSpec spec) throws InterruptedException {
      networks.add(spec.network());
      return new ObservedSession(this, inner.open(spec));
    }
  }

  private record ObservedSession(Observed seen, SandboxSession inner) implements SandboxSession {
    @Override
    public void put(String path, byte[] content) {
      inner.put(path, content);
    }

    @Override
    public ExecResult exec(Command command, OutputListener output, Cancellation cancellation)
        throws InterruptedException {
      seen.commands.add(command);
      return inner.exec(command, output, cancellation);
    }

    @Override
    public void cutNetwork() {
      inner.cutNetwork();
    }

    @Override
    public byte[] take(String path, long maxBytes) {
      return inner.take(path, maxBytes);
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
