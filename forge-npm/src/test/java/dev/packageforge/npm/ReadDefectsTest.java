package dev.packageforge.npm;

import static dev.packageforge.npm.Defect.refused;
import static dev.packageforge.npm.Defect.warned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Defects that reading the tarball tells, before any of it runs. */
final class ReadDefectsTest {
  private static final Sound COMMON = Sound.common();
  private static final Sound MODULES = Sound.modules();
  private static final Sound DUAL = Sound.dual();
  private static final Sound COMMAND = Sound.command();
  private static final String KEY =
      "-----BEGIN PRIVATE KEY-----\n" + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".repeat(4) + "\n";

  @ParameterizedTest(name = "{0}")
  @MethodSource("defects")
  void theDefectIsCaughtWithItsOwnCode(Defect defect) throws Exception {
    DefectCorpus.check(defect, ReadDefectsTest::judge);
  }

  @ParameterizedTest
  @MethodSource("sound")
  void nothingIsSaidOfASoundPackage(Sound sound) throws Exception {
    assertThat(judge(sound)).as(sound.kind()).isEmpty();
  }

  @Test
  void thereAreEnoughOfThem() {
    assertThat(defects()).hasSizeGreaterThanOrEqualTo(25);
  }

  @AfterAll
  static void writeTable() throws Exception {
    DefectCorpus.write("read", defects().toList());
  }

  static Stream<Sound> sound() {
    return Stream.of(COMMON, MODULES, DUAL, COMMAND);
  }

  private static List<Finding> judge(Sound sound) throws Exception {
    try {
      return TarballRules.judge(House.ANYBODYS, sound.tarball()).findings();
    } catch (UnreadableManifestException e) {
      return List.of(Inspection.unreadable(e));
    }
  }

  static Stream<Defect> defects() {
    List<Defect> all = new ArrayList<>();
    all.addAll(ofManifest());
    all.addAll(ofWaysIn());
    all.addAll(ofImports());
    all.addAll(ofContents());
    return all.stream();
  }

  private static List<Defect> ofManifest() {
    return List.of(
        refused(
            "a comma too many in package.json",
            "manifest-unreadable",
            COMMON,
            () -> COMMON.manifest("\"^1.3.0\" }", "\"^1.3.0\" },")),
        refused(
            "capital letters in the name",
            "name-refused",
            COMMON,
            () -> COMMON.manifest("sum-of-all", "Sum-Of-All")),
        refused(
            "a scope that begins with a dot",
            "name-refused",
            DUAL,
            () -> DUAL.manifest("@makers/both", "@.makers/both")),
        warned(
            "the name of a module of Node",
            "name-refused",
            COMMON,
            () -> COMMON.manifest("sum-of-all", "punycode")),
        refused(
            "a version of two numbers",
            "version-refused",
            COMMON,
            () -> COMMON.manifest("2.1.0", "2.1")),
        refused(
            "a leading zero in the version",
            "version-refused",
            COMMON,
            () -> COMMON.manifest("2.1.0", "2.01.0")),
        refused("private", "package-is-private", COMMON, () -> COMMON.adding("\"private\": true,")),
        refused(
            "a postinstall script",
            "lifecycle-script",
            MODULES,
            () -> MODULES.adding("\"scripts\": {\"postinstall\": \"node src/index.js\"},")),
        refused(
            "a dependency from git",
            "dependency-source",
            MODULES,
            () -> MODULES.manifest("^2.1.3", "github:vercel/ms")),
        refused(
            "a dependency in a folder",
            "dependency-source",
            MODULES,
            () -> MODULES.manifest("^2.1.3", "file:../ms")),
        refused(
            "a dependency in a workspace",
            "dependency-source",
            MODULES,
            () -> MODULES.manifest("^2.1.3", "workspace:^")),
        warned(
            "a dependency in any version",
            "dependency-open-ended",
            MODULES,
            () -> MODULES.manifest("^2.1.3", "*")),
        refused(
            "a dependency on itself",
            "dependency-on-itself",
            MODULES,
            () -> MODULES.manifest("\"ms\":", "\"count-words\": \"^1.0.0\", \"ms\":")),
        warned(
            "a dependency stated twice",
            "dependency-twice",
            MODULES,
            () -> MODULES.manifest("\"kleur\":", "\"ms\": \"^2.1.3\", \"kleur\":")),
        warned(
            "a tool for developers among the dependencies",
            "dependency-for-development",
            MODULES,
            () -> MODULES.manifest("\"ms\":", "\"jest\": \"^29.0.0\", \"ms\":")),
        warned(
            "a licence of no such name",
            "licence-unknown",
            COMMON,
            () -> COMMON.manifest("\"MIT\"", "\"Apache 2\"")),
        warned(
            "no licence",
            "licence-missing",
            COMMON,
            () -> COMMON.manifest("\"license\": \"MIT\",", "")),
        refused(
            "engines that no Node meets",
            "engines-unsatisfiable",
            COMMAND,
            () -> COMMAND.manifest("^20.19.0 || >=22.12.0", ">=22 <20")),
        warned(
            "engines that are no range",
            "engines-unreadable",
            COMMON,
            () -> COMMON.manifest(">=18", "eighteen")),
        warned(
            "a repository that is none",
            "repository-form",
            COMMON,
            () -> COMMON.adding("\"repository\": \"somewhere\",")),
        warned(
            "a homepage without a scheme",
            "homepage-form",
            COMMON,
            () -> COMMON.adding("\"homepage\": \"www.example.org\",")),
        refused(
            "a type that Node does not know",
            "type-unknown",
            COMMON,
            () -> COMMON.adding("\"type\": \"esm\",")),
        warned(
            "what may be turned against others",
            "content-policy-missing",
            COMMAND,
            () -> COMMAND.manifest("Says hello", "A fast port scanner")));
  }

  private static List<Defect> ofWaysIn() {
    return List.of(
        refused(
            "a main that is not packed",
            "entry-point-not-packed",
            COMMON,
            () -> COMMON.manifest("lib/index.js", "dist/index.js")),
        refused(
            "an export that is not packed",
            "entry-point-not-packed",
            DUAL,
            () ->
                DUAL.manifest(
                    "\"import\": \"./dist/index.mjs\"", "\"import\": \"./dist/main.mjs\"")),
        refused(
            "types that are not packed",
            "entry-point-not-packed",
            DUAL,
            () ->
                DUAL.manifest(
                    "\"types\": \"./types/index.d.ts\",\n      \"import\"",
                    "\"types\": \"./types/main.d.ts\",\n      \"import\"")),
        refused(
            "a command that is not packed",
            "entry-point-not-packed",
            COMMAND,
            () -> COMMAND.manifest("bin/cli.js", "bin/main.js")),
        refused(
            "an export without ./",
            "export-form",
            MODULES,
            () ->
                MODULES.manifest(
                    "\"./src/lower.js\",\n    \"./package", "\"src/lower.js\",\n    \"./package")),
        refused(
            "types behind import",
            "exports-types-not-first",
            DUAL,
            () ->
                DUAL.manifest(
                    "\"types\": \"./types/index.d.ts\",\n      \"import\": \"./dist/index.mjs\",",
                    "\"import\": \"./dist/index.mjs\",\n      \"types\": \"./types/index.d.ts\",")),
        refused(
            "default before require",
            "exports-default-not-last",
            DUAL,
            () ->
                DUAL.manifest(
                    "\"require\": \"./dist/index.cjs\",\n      \"default\": \"./dist/index.cjs\"",
                    "\"default\": \"./dist/index.cjs\",\n      \"require\": \"./dist/index.cjs\"")),
        refused(
            "paths and conditions side by side",
            "exports-mixed-keys",
            MODULES,
            () -> MODULES.manifest("\"./lower\":", "\"lower\":")),
        refused(
            "types that are JavaScript",
            "types-not-declarations",
            DUAL,
            () ->
                DUAL.manifest(
                    "\"types\": \"./types/index.d.ts\",\n      \"import\"",
                    "\"types\": \"./dist/index.mjs\",\n      \"import\"")),
        refused(
            "TypeScript as an entry point",
            "entry-point-not-javascript",
            MODULES,
            () ->
                MODULES
                    .manifest("\".\": \"./src/index.js\"", "\".\": \"./src/index.ts\"")
                    .with("src/index.ts", "export const one: number = 1;\n")),
        refused(
            "a command without #!",
            "bin-without-shebang",
            COMMAND,
            () -> COMMAND.replacing("bin/cli.js", "#!/usr/bin/env node\n", "")),
        refused(
            "a command with Windows line ends",
            "bin-crlf",
            COMMAND,
            () -> COMMAND.replacing("bin/cli.js", "\n", "\r\n")),
        refused(
            "a command of a forbidden name",
            "bin-refused",
            COMMAND,
            () -> COMMAND.manifest("\"say-hello\": \"bin", "\"../say\": \"bin")),
        warned(
            "a command called like a known one",
            "bin-refused",
            COMMAND,
            () -> COMMAND.manifest("\"say-hello\": \"bin", "\"git\": \"bin")),
        refused(
            "import written in a .cjs file",
            "export-format-mismatch",
            DUAL,
            () -> DUAL.with("dist/index.cjs", "export const one = () => 1;\n")),
        refused(
            "CommonJS in a package of modules",
            "export-format-mismatch",
            COMMON,
            () ->
                COMMON
                    .adding("\"type\": \"module\",")
                    .replacing("lib/index.js", "./add", "./add.js")),
        refused(
            "modules in a package of CommonJS",
            "export-format-mismatch",
            COMMON,
            () -> COMMON.with("lib/index.js", "export const sum = (a, b) => a + b;\n")));
  }

  private static List<Defect> ofImports() {
    return List.of(
        refused(
            "a file that is not packed is required",
            "import-missing",
            COMMON,
            () -> COMMON.without("lib/add.js")),
        refused(
            "an import without its extension",
            "import-missing",
            MODULES,
            () -> MODULES.replacing("src/index.js", "./lower.js", "./lower")),
        refused(
            "an import spelled with a capital",
            "import-case-differs",
            MODULES,
            () -> MODULES.replacing("src/index.js", "./lower.js", "./Lower.js")),
        refused(
            "an import that leaves the package",
            "import-outside-package",
            COMMAND,
            () -> COMMAND.replacing("bin/cli.js", "../src/hello.js", "../../src/hello.js")),
        refused(
            "an import of what nobody declared",
            "import-not-declared",
            MODULES,
            () -> MODULES.replacing("src/index.js", "import ms from 'ms'", "import ms from 'mz'")),
        refused(
            "an import of what is for development",
            "import-of-dev-dependency",
            MODULES,
            () -> MODULES.replacing("src/lower.js", "export", "import 'kleur';\nexport")),
        refused(
            "what is for development is required",
            "import-of-dev-dependency",
            COMMON,
            () -> COMMON.replacing("lib/add.js", "module", "require('left-pad');\nmodule")),
        refused(
            "a name that is not in imports",
            "import-missing",
            MODULES,
            () -> MODULES.replacing("src/index.js", "./lower.js", "#lowest")),
        refused(
            "JSON imported without saying so",
            "json-import-without-attribute",
            MODULES,
            () ->
                MODULES.replacing(
                    "src/index.js", "import ms", "import '../package.json';\nimport ms")),
        refused(
            "__dirname in a module",
            "commonjs-name-in-module",
            MODULES,
            () ->
                MODULES.replacing(
                    "src/lower.js", "export", "export const here = __dirname;\nexport")),
        warned(
            "types of what nobody declared",
            "types-import-not-declared",
            DUAL,
            () -> DUAL.with("types/one.d.ts", "export type { One } from 'zod';\n")),
        warned(
            "declarations that are not packed",
            "types-import-missing",
            DUAL,
            () -> DUAL.without("types/one.d.ts")));
  }

  private static List<Defect> ofContents() {
    return List.of(
        refused(
            ".env packed", "env-file-packed", COMMON, () -> COMMON.with(".env", "PASSWORD=x\n")),
        refused(".npmrc packed", "npmrc-packed", COMMON, () -> COMMON.with("lib/.npmrc", "a=b\n")),
        refused(
            "a private key packed",
            "secret-in-file",
            COMMON,
            () -> COMMON.with("lib/server.pem", KEY)),
        refused(
            "a token in the code",
            "secret-in-file",
            MODULES,
            () ->
                MODULES.replacing(
                    "src/lower.js",
                    "export",
                    "const token = 'ghp_" + "Ab1Cd2Ef3Gh4Ij5Kl6".repeat(2) + "';\nexport")),
        warned(
            "a lock file packed",
            "lock-file-packed",
            COMMON,
            () -> COMMON.with("yarn.lock", "# yarn\n")),
        warned(
            "a shrinkwrap packed",
            "shrinkwrap-packed",
            COMMON,
            () -> COMMON.with("npm-shrinkwrap.json", "{}\n")),
        refused(
            "a binding.gyp packed",
            "native-build",
            COMMON,
            () -> COMMON.with("binding.gyp", "{}\n")),
        warned(
            "a source map that names a home folder",
            "source-map-leaks-path",
            DUAL,
            () ->
                DUAL.replacing(
                    "dist/index.mjs.map", "../src/index.ts", "/home/me/both/src/index.ts")),
        warned(
            "coverage packed",
            "development-files-packed",
            COMMON,
            () -> COMMON.with("coverage/lcov.info", "TN:\n")),
        warned(
            "a folder is listed that is not there",
            "files-entry-missing",
            COMMON,
            () -> COMMON.manifest("\"files\": [\"lib\"]", "\"files\": [\"lib\", \"types\"]")),
        warned("no README", "readme-missing", COMMON, () -> COMMON.without("README.md")),
        warned(
            "no licence's text", "licence-file-missing", COMMON, () -> COMMON.without("LICENSE")));
  }
}
