package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.packageforge.Finding;
import dev.packageforge.SourceFile;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class InspectionTest {
  private static final Drafts GOOD = Drafts.good();

  @Test
  void nothingIsWrongWithTheGoodDraft() {
    assertThat(Inspection.of(GOOD.request()).findings()).isEmpty();
  }

  private static final Drafts TYPED =
      field("\"devDependencies\": {\"typescript\": \"^5.9.0\"}")
          .manifest("./src/index.js", "./dist/index.js")
          .manifest("[\"src\", \"bin\"]", "[\"dist\"]")
          .manifest("node --test\"", "node --test\", \"build\": \"tsc\"")
          .without("src/index.js")
          .with("src/index.ts", "export function slug(text: string): string { return text; }\n")
          .with("tsconfig.json", "{\"compilerOptions\": {\"outDir\": \"dist\"}}");

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("spoiled")
  void eachFaultHasItsCode(String code, String what, Drafts draft) {
    Inspection inspection = Inspection.of(draft.request());
    assertThat(inspection.errors()).extracting(Finding::code).containsOnly(code);
    assertThat(inspection.errors())
        .allSatisfy(finding -> assertThat(finding.sentence()).endsWith(".").doesNotContain("\n"));
  }

  static Stream<Arguments> spoiled() {
    return Stream.of(
        fault("manifest-missing", "none", GOOD.without("package.json")),
        fault("manifest-unreadable", "no JSON", GOOD.with("package.json", "{")),
        fault("manifest-unreadable", "array", GOOD.with("package.json", "[]")),
        fault("manifest-unreadable", "comment", GOOD.manifest("{\n", "{ // hello\n")),
        fault(
            "manifest-unreadable", "twice", GOOD.manifest("\"type\"", "\"name\": \"x\", \"type\"")),
        fault("manifest-unreadable", "two", GOOD.with("package.json", Drafts.MANIFEST + "{}")),
        fault("manifest-unreadable", "large", GOOD.manifest("Makes slugs", "s".repeat(300 * 1024))),
        fault("manifest-unreadable", "deep", GOOD.with("package.json", "[".repeat(5000))),
        fault(
            "name-differs-from-plan",
            "name",
            GOOD.manifest("\"tiny-slug\"", "\"tiny-slog\"")
                .with("test/slug.test.js", Drafts.TEST.replace("'tiny-slug'", "'tiny-slog'"))),
        fault("version-differs-from-plan", "version", GOOD.manifest("1.0.0", "1.0.1")),
        fault("lifecycle-script", "install", script("postinstall")),
        fault("lifecycle-script", "prepare", script("prepare")),
        fault("lifecycle-script", "prepack", script("prepack")),
        fault("lifecycle-script", "before tests", script("pretest")),
        fault("lifecycle-script", "dependencies", script("dependencies")),
        fault("native-build", "gyp", GOOD.with("binding.gyp", "{}")),
        fault("native-build", "gyp below", GOOD.with("src/binding.GYP", "{}")),
        fault("field-refused", "workspaces", field("\"workspaces\": [\"a\"]")),
        fault("field-refused", "overrides", field("\"overrides\": {\"a\": \"1.0.0\"}")),
        fault("dependency-source", "git", depends("dependencies", "github:a/b")),
        fault("dependency-source", "folder", depends("dependencies", "file:../../etc")),
        fault("dependency-source", "any", depends("dependencies", "*")),
        fault("dependency-source", "tag", depends("optionalDependencies", "latest")),
        fault("dependency-source", "alias", depends("devDependencies", "npm:b@1.0.0")),
        fault(
            "dependency-not-planned",
            "unplanned",
            field("\"dependencies\": {\"other\": \"^1.0.0\"}")),
        fault(
            "dependency-not-planned",
            "for development",
            field("\"devDependencies\": {\"other\": \"^1.0.0\"}")),
        fault(
            "dependency-range-differs",
            "wider than planned",
            depends("dependencies", ">=0.1.0 <9")),
        fault(
            "field-form",
            "list of dependencies",
            field("\"dependencies\": [\"http://localhost/evil.tgz\"]")),
        fault(
            "field-form",
            "list of optional dependencies",
            field("\"optionalDependencies\": [\"http://localhost/evil.tgz\"]")),
        fault("field-form", "text of peers", field("\"peerDependencies\": \"evil@9\"")),
        fault("field-form", "no dependencies", field("\"devDependencies\": null")),
        fault("field-form", "list of peers' properties", field("\"peerDependenciesMeta\": [1]")),
        fault(
            "field-form",
            "list of scripts",
            GOOD.manifest("{\"test\": \"node --test\"}", "[\"node evil.js\"]")),
        fault(
            "field-form", "script in a script", GOOD.manifest("\"node --test\"", "{\"a\": \"b\"}")),
        fault("field-form", "list of commands", field("\"bin\": [\"src/index.js\"]")),
        fault("field-form", "number of imports", field("\"imports\": 7")),
        fault("field-form", "list of settings", field("\"publishConfig\": [\"registry\"]")),
        fault("field-form", "text of files", GOOD.manifest("[\"src\", \"bin\"]", "\"src\"")),
        fault(
            "field-form",
            "licence of another time",
            GOOD.manifest("\"MIT\"", "{\"type\": \"MIT\"}")),
        fault("field-form", "list of folders", field("\"directories\": [\"bin\"]")),
        fault("field-form", "list of engines", GOOD.manifest("{\"node\": \">=20\"}", "[\"node\"]")),
        fault("field-refused", "list of overrides", field("\"overrides\": []")),
        fault("dependency-bundled", "everything", field("\"bundleDependencies\": true")),
        fault("bin-refused", "folder of commands", field("\"directories\": {\"bin\": \"src\"}")),
        fault("bin-refused", "another's command", bin("NPX")),
        fault("bin-refused", "command with a path", bin("../../slug")),
        fault("bin-refused", "command with a space", bin("a b")),
        fault("dependency-bundled", "bundled", field("\"bundledDependencies\": [\"a\"]")),
        fault("package-is-private", "private", field("\"private\": true")),
        fault(
            "publish-config",
            "elsewhere",
            field("\"publishConfig\": {\"registry\": \"http://localhost\"}")),
        fault("entry-point-missing", "export", GOOD.manifest("./src/index.js", "./src/main.js")),
        fault(
            "entry-point-missing",
            "nested",
            GOOD.manifest(
                "\"./src/index.js\"",
                "{\"types\": \"./src/index.d.ts\", \"import\": {\"default\": \"./src/index.js\"}}")),
        fault("entry-point-missing", "main", field("\"main\": \"lib\"")),
        fault("entry-point-missing", "bin", field("\"bin\": \"./bin/slug.js\"")),
        fault("entry-point-missing", "types", field("\"types\": \"index.d.ts\"")),
        fault(
            "entry-point-missing",
            "pattern",
            GOOD.manifest("\".\": ", "\"./lib/*\": \"./lib/*.js\", \".\": ")),
        fault("export-form", "bare", GOOD.manifest("./src/index.js", "src/index.js")),
        fault(
            "no-entry-point",
            "nothing",
            GOOD.manifest("\"exports\": {\".\": \"./src/index.js\"},\n", "")),
        fault(
            "bin-without-shebang",
            "no shebang",
            field("\"bin\": \"bin/slug.js\"").with("bin/slug.js", "console.log(1);\n")),
        fault(
            "bin-without-shebang",
            "carriage return",
            field("\"bin\": \"bin/slug.js\"")
                .with("bin/slug.js", "#!/usr/bin/env node\r\nconsole.log(1);\r\n")),
        fault("import-missing", "no file", source("import './helper.js';")),
        fault(
            "import-missing", "no extension", source("import './other';").with("src/other.js", "")),
        fault("import-missing", "folder", source("import '.';")),
        fault("import-missing", "no such module of Node", source("import 'node:magic';")),
        fault("import-missing", "not in imports", source("import '#inner';")),
        fault("import-outside-package", "above", source("import '../../etc/x.js';")),
        fault("import-from-elsewhere", "address", source("import 'https://host/x.js';")),
        fault("import-from-elsewhere", "absolute", source("import '/etc/x.js';")),
        fault("import-not-declared", "unknown", source("import 'lodash/fp';")),
        fault("import-not-declared", "scoped", source("import '@a/b/c';")),
        fault("no-test-file", "none", GOOD.without("test/slug.test.js")),
        fault(
            "no-test-file",
            "only a comment",
            GOOD.with("test/slug.test.js", "// test('a', () => assert.ok(1))\n")),
        fault(
            "test-without-assertion",
            "vacuous",
            GOOD.with(
                "test/slug.test.js", "import test from 'node:test';\ntest('a', () => {});\n")),
        fault(
            "test-without-assertion",
            "one of two",
            GOOD.with("test/b.test.js", "import test from 'node:test';\ntest('a', () => {});\n")),
        fault("test-file-empty", "one of two", GOOD.with("test/b.test.js", "export {};\n")),
        fault("no-test-file", "all skipped", skipped()),
        fault("build-missing", "TypeScript", GOOD.with("src/more.ts", "export {};\n")),
        fault("compiler-not-declared", "no compiler", TYPED.manifest("typescript", "@types/node")),
        fault(
            "node-types-missing",
            "no types of Node",
            TYPED.with("src/index.ts", "import 'node:fs';\n")),
        fault("tsconfig-missing", "no configuration", TYPED.without("tsconfig.json")),
        fault("tsconfig-unreadable", "odd", TYPED.with("tsconfig.json", "{")),
        fault(
            "tsconfig-emits-nothing",
            "nothing is built",
            TYPED.with("tsconfig.json", "{\"compilerOptions\": {\"noEmit\": true}}")),
        fault(
            "entry-point-missing",
            "nothing to build it from",
            TYPED.manifest("./dist/index.js", "./dist/main.js")),
        fault("dependency-unbounded", "any later compiler", TYPED.manifest("^5.9.0", ">=5.9.0")),
        fault("dependency-source", "any compiler", TYPED.manifest("^5.9.0", "latest")),
        fault(
            "dependency-not-planned",
            "a compiler for users",
            TYPED.manifest("devDependencies", "dependencies")),
        fault("readme-missing", "none", GOOD.without("README.md")),
        fault("placeholder", "rest", source("// ... rest of the code")),
        fault("placeholder", "todo", source("// TODO: implement this")),
        fault("placeholder", "thrown", source("throw new Error('Not implemented');")),
        fault("secret-in-file", "token", GOOD.with("README.md", "npm_" + "a1B2".repeat(9) + "\n")),
        fault("file-refused", "modules", GOOD.with("node_modules/a/index.js", "")),
        fault("file-refused", "environment", GOOD.with(".env", "A=1\n")),
        fault("file-refused", "environment below", GOOD.with("src/.env.local", "A=1\n")),
        fault("file-refused", "git", GOOD.with(".git/config", "")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("odd")
  void soundOdditiesAreLeftAlone(String what, Drafts draft) {
    assertThat(Inspection.of(draft.request()).errors()).isEmpty();
  }

  static Stream<Arguments> odd() {
    return Stream.of(
        arguments("TypeScript", TYPED),
        arguments(
            "configuration with comments",
            TYPED.with("tsconfig.json", "{ // as it is\n \"include\": [\"src\",], }")),
        arguments(
            "TypeScript that uses Node",
            TYPED
                .manifest("\"typescript\"", "\"@types/node\": \"^20.0.0\", \"typescript\"")
                .with("src/index.ts", "import { a } from './a.js';\nimport 'node:fs';\n")
                .with("src/a.ts", "export const a = 1;\n")),
        arguments(
            "assertions in a file of the tests",
            GOOD.with(
                    "test/b.test.js",
                    "import { check } from './check.js';\ntest('a', () => check(1));\n")
                .with("test/check.js", "export const check = (a) => assert.ok(a);\n")),
        arguments("planned dependency", depends("dependencies", "^1.0.0")),
        arguments(
            "import of a dependency",
            depends("dependencies", "^1.0.0").with("src/index.js", "import 'helper/sub';\n")),
        arguments("import with a query", source("import './index.js?again';")),
        arguments("builtin without prefix", source("import 'fs/promises';")),
        arguments(
            "required without extension",
            GOOD.with("src/old.cjs", "require('./old');\n").with("src/old.js", "")),
        arguments(
            "main is a folder",
            GOOD.manifest("\"exports\": {\".\": \"./src/index.js\"}", "\"main\": \"./src/\"")),
        arguments(
            "pattern export", GOOD.manifest("\".\": ", "\"./src/*\": \"./src/*.js\", \".\": ")),
        arguments("blocked export", GOOD.manifest("\".\": ", "\"./inner/*\": null, \".\": ")),
        arguments(
            "built by a script",
            GOOD.manifest("node --test\"", "node --test\", \"build\": \"node build.js\"")
                .manifest("./src/index.js", "./dist/index.js")
                .with("build.js", "")),
        arguments(
            "nothing bundled", field("\"bundleDependencies\": [], \"bundledDependencies\": false")),
        arguments("public access", field("\"publishConfig\": {\"access\": \"public\"}")),
        arguments("to-do list in code", source("// A TODO list is a list.\nconst rest = 1;")),
        arguments(
            "command",
            field("\"bin\": {\"slug\": \"./bin/slug.js\"}")
                .with("bin/slug.js", "#!/usr/bin/env node\nconsole.log('usage');\n")));
  }

  @Test
  void whatWouldSteerNpmIsDroppedWithAWarning() {
    Inspection inspection =
        Inspection.of(
            GOOD.with(".npmrc", "git=./evil.sh\n")
                .with("sub/.npmrc", "registry=http://localhost\n")
                .with("package-lock.json", "{}")
                .with("npm-shrinkwrap.json", "{}")
                .request());
    assertThat(inspection.errors()).isEmpty();
    assertThat(inspection.findings())
        .extracting(Finding::code)
        .containsOnly("npmrc-dropped", "lock-file-dropped");
    assertThat(inspection.files().files())
        .extracting(SourceFile::path)
        .doesNotContain(".npmrc", "sub/.npmrc", "package-lock.json", "npm-shrinkwrap.json");
  }

  @Test
  void aPlannedDependencyThatNothingImportsIsAWarning() {
    assertThat(Inspection.of(depends("dependencies", "^1.0.0").request()).findings())
        .extracting(Finding::severity, Finding::code)
        .containsExactly(tuple(Finding.Severity.WARNING, "dependency-unused"));
    assertThat(
            Inspection.of(
                    depends("dependencies", "^1.0.0")
                        .with("src/index.js", "import 'helper/sub';\n")
                        .request())
                .findings())
        .isEmpty();
  }

  @Test
  void whatIsOnlyUncourteousIsAWarning() {
    Drafts bare =
        GOOD.without("LICENSE")
            .manifest("  \"license\": \"MIT\",\n", "")
            .manifest("  \"description\": \"Makes slugs\",\n", "")
            .manifest("  \"engines\": {\"node\": \">=20\"},\n", "")
            .manifest("  \"files\": [\"src\", \"bin\"],\n", "")
            .manifest("\"test\": ", "\"check\": ");
    List<Finding> findings = Inspection.of(bare.request()).findings();
    assertThat(findings).noneMatch(Finding::isError);
    assertThat(findings)
        .extracting(Finding::code)
        .containsExactlyInAnyOrder(
            "licence-missing",
            "licence-file-missing",
            "description-missing",
            "engines-missing",
            "files-missing",
            "test-script-missing");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("nasty")
  @Timeout(20)
  void aDraftThatIsMadeToBeSlowIsReadAtOnce(String what, String unit) {
    Drafts draft = GOOD;
    String line = unit.repeat((SourceFile.MAX_BYTES - 8) / unit.length()) + "(";
    for (int i = 0; i < 7; i++) {
      draft = draft.with("src/nasty" + i + ".js", line);
    }
    Inspection inspection = Inspection.of(draft.request());
    assertThat(inspection.findings()).hasSizeLessThanOrEqualTo(2 * (Inspection.MAX + 1));
    assertThat(inspection.files().count()).isEqualTo(12);
  }

  static Stream<Arguments> nasty() {
    return Stream.of(
        arguments("web tokens", "-eyJaaaaaaaaaaaa"),
        arguments("dotted web tokens", ".eyJaaaaaaaaaaaa"),
        arguments("one long run", "e"),
        arguments("private keys", "-----BEGIN "),
        arguments("placeholders", "// existing code "),
        arguments("comments", "//"),
        arguments("starred spaces", "# . "),
        arguments("placeholder lines", "// todo: implement\n"),
        arguments("empty lines", "\n"),
        arguments("regular expressions without an end", "=/["),
        arguments("imports of nothing", "import "),
        arguments("exports and strings", "export 'a' "),
        arguments("many imports", "import'a';"),
        arguments("templates", "`${"),
        arguments("steps upwards", "import './a/../a'\n"));
  }

  @Test
  @Timeout(20)
  void aManifestThatIsMadeToBeSlowIsReadAtOnce() {
    String subpaths =
        IntStream.range(0, 10_000)
            .mapToObj(i -> "\"./" + i + "\": \"./a\"")
            .collect(Collectors.joining(", "));
    assertThat(
            Inspection.of(
                    GOOD.manifest(
                            "\".\": ",
                            "\"./" + "k".repeat(40_000) + "\": {" + subpaths + "}, \".\": ")
                        .request())
                .errors())
        .hasSize(Inspection.MAX + 1);
    assertThat(
            Inspection.of(depends("dependencies", ">=1.2.3-" + "a.".repeat(60_000) + "a").request())
                .errors())
        .extracting(Finding::code)
        .containsExactly("dependency-source");
    assertThat(
            Inspection.of(field("\"main\": \"" + "./".repeat(60_000) + "x\"").request()).errors())
        .extracting(Finding::code)
        .containsExactly("entry-point-missing");
  }

  @Test
  void manyFaultsAreCutShort() {
    List<Finding> findings =
        Inspection.of(GOOD.with("src/many.js", "// TODO: implement\n".repeat(1000)).request())
            .findings();
    assertThat(findings).hasSize(Inspection.MAX + 1).allMatch(Finding::isError);
    assertThat(findings.get(49).where()).isEqualTo("src/many.js:50");
    assertThat(findings.get(50).sentence()).contains("950 more");
  }

  @Test
  void whatIsFoundFarInALongLineHasItsPlace() {
    String far = "x".repeat(100_000);
    Drafts draft =
        GOOD.with(
            "src/far.js",
            "\n\n" + far + " ghp_" + "a1B2".repeat(10) + "\n" + far + "// todo: implement\n");
    assertThat(Inspection.of(draft.request()).errors())
        .extracting(Finding::code, Finding::where)
        .containsExactlyInAnyOrder(
            tuple("secret-in-file", "src/far.js:3"), tuple("placeholder", "src/far.js:4"));
  }

  @Test
  void aSecretIsNotRepeated() {
    String token = "ghp_" + "a1B2".repeat(10);
    Inspection inspection = Inspection.of(GOOD.with("src/key.js", "x = '" + token + "'").request());
    assertThat(inspection.errors().toString()).contains("src/key.js:1").doesNotContain(token);
  }

  private static Arguments fault(String code, String what, Drafts draft) {
    return arguments(code, what, draft);
  }

  private static Drafts field(String field) {
    return GOOD.manifest("\"license\"", field + ",\n  \"license\"");
  }

  private static Drafts script(String name) {
    return GOOD.manifest("\"scripts\": {", "\"scripts\": {\"" + name + "\": \"node x.js\", ");
  }

  private static Drafts bin(String name) {
    return field("\"bin\": {\"" + name + "\": \"bin/slug.js\"}")
        .with("bin/slug.js", "#!/usr/bin/env node\nconsole.log('usage');\n");
  }

  private static Drafts source(String line) {
    return GOOD.with("src/index.js", line + "\n" + Drafts.SOURCE);
  }

  private static Drafts skipped() {
    return GOOD.with("test/slug.test.js", Drafts.TEST.replace("test('", "test.skip('"));
  }

  private static Drafts depends(String section, String range) {
    return field("\"" + section + "\": {\"helper\": \"" + range + "\"}")
        .planning("helper", "^1.0.0");
  }
}
