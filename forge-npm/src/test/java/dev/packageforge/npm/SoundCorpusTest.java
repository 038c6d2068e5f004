package dev.packageforge.npm;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Cancellation;
import dev.packageforge.Sha512;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.testing.Requirement;
import dev.packageforge.toolchain.VerificationListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Packages that many people use pass the gate as they are, without an error and without a false
 * warning. They are fetched by this machine's npm, each in one version, and nothing of them is
 * kept.
 */
@Timeout(300)
final class SoundCorpusTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** Said of every tarball: tests are not packed. */
  private static final Set<String> ALWAYS = Set.of("tests-not-run");

  /** What is rightly said of some, by name and version. */
  private static final Map<String, Set<String>> TRUE =
      Map.of(
          "semver@7.6.3", Set.of("files-entry-missing"),
          "nanoid@5.0.7", Set.of("publint-types-not-exported"),
          "dequal@2.0.3", Set.of("publint-exports-types-invalid-format"),
          "mkdirp@3.0.1", Set.of("publint-nested-package-json-field-ignored"),
          "@jridgewell/sourcemap-codec@1.5.0",
              Set.of("publint-exports-fallback-array-use", "publint-exports-types-invalid-format"));

  /** Name, version and kind. */
  private record Used(String id, String kind) {
    String file() {
      String name = id.substring(0, id.lastIndexOf('@'));
      return PackageName.tarball(name, id.substring(id.lastIndexOf('@') + 1));
    }

    @Override
    public String toString() {
      return id + ", " + kind;
    }
  }

  private static final List<Used> SOUND =
      List.of(
          new Used("ms@2.1.3", "CommonJS"),
          new Used("is-number@7.0.0", "CommonJS"),
          new Used("picocolors@1.1.0", "CommonJS with types"),
          new Used("tslib@2.7.0", "dual with types"),
          new Used("semver@7.6.3", "CommonJS with a command"),
          new Used("cross-spawn@7.0.6", "CommonJS with dependencies"),
          new Used("fast-glob@3.3.2", "CommonJS of TypeScript with dependencies"),
          new Used("escape-string-regexp@5.0.0", "ESM with types"),
          new Used("chalk@5.3.0", "ESM with types"),
          new Used("p-limit@6.1.0", "ESM with a dependency"),
          new Used("nanoid@5.0.7", "ESM with a command"),
          new Used("@sindresorhus/is@7.0.1", "scoped ESM of TypeScript"),
          new Used("dequal@2.0.3", "dual with types"),
          new Used("clsx@2.1.1", "dual with types"),
          new Used("uuid@10.0.0", "dual with a command"),
          new Used("commander@12.1.0", "dual with types"),
          new Used("mkdirp@3.0.1", "dual of TypeScript with a command"),
          new Used("lru-cache@11.0.1", "dual of TypeScript"),
          new Used("yaml@2.5.1", "dual of TypeScript with a command"),
          new Used("@jridgewell/sourcemap-codec@1.5.0", "scoped dual of TypeScript"));

  private static final Map<String, byte[]> TARBALLS = new HashMap<>();
  private static NpmRegistry registry;
  private static NpmGate gate;
  private static Sandbox sandbox;

  static Stream<Used> sound() {
    return SOUND.stream();
  }

  @BeforeAll
  static void fetch(@TempDir Path folder) throws Exception {
    sandbox = Machine.sandbox(folder.resolve("sandbox"));
    fetch(SOUND.stream().map(Used::id).toList(), folder);
    NpmAccess access =
        NpmAccess.read(System.getenv(), folder, Path.of(System.getProperty("user.home")));
    Path authorities =
        Files.writeString(
            folder.resolve("authorities.pem"),
            String.join(
                "\n", access.certificates().stream().map(NpmAccess.Setting::value).toList()));
    NpmToolchain toolchain =
        NpmToolchain.builder()
            .registryAddress(access.registry().value())
            .extraCaCertificates(authorities)
            .toolbox(folder.resolve("toolbox"))
            .build();
    registry = NpmRegistry.builder(access).build();
    gate = NpmGate.builder(toolchain).lookUps(registry).build();
  }

  private static void fetch(List<String> ids, Path folder)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("npm", "pack", "--silent", "--ignore-scripts"));
    line.addAll(ids);
    try {
      HostCommand.Said said = HostCommand.run(line, folder, PATIENCE);
      Requirement.need(
          "packages", said.exit() == 0, "npm could not fetch packages: " + said.errors());
    } catch (TimeoutException e) {
      Requirement.need("packages", false, "npm did not fetch packages in time.");
    }
    for (Used each : SOUND) {
      TARBALLS.put(each.id(), Files.readAllBytes(folder.resolve(each.file())));
    }
  }

  @AfterAll
  static void close() {
    if (registry != null) {
      registry.close();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sound")
  void whatManyPeopleUsePassesUntouched(Used each) throws Exception {
    byte[] bytes = requireNonNull(TARBALLS.get(each.id()), each.id());
    GateReport report =
        gate.check(bytes, sandbox, VerificationListener.SILENT, Cancellation.never());
    assertThat(report.findings())
        .filteredOn(finding -> !ALWAYS.contains(finding.code()))
        .filteredOn(finding -> !TRUE.getOrDefault(each.id(), Set.of()).contains(finding.code()))
        .isEmpty();
    assertThat(report.passed()).isTrue();
    assertThat(report.packed().orElseThrow().artifact().digest()).isEqualTo(Sha512.of(bytes));
  }
}
