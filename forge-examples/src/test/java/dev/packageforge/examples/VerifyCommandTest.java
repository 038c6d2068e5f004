package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.packageforge.Sha512;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Packages that were made by hand, judged by the real gate with this machine's Node and npm. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VerifyCommandTest {
  private static final JsonMapper JSON = new JsonMapper();

  /** The tools of the gate are fetched into it by the first test, and are there for the others. */
  private Path data;

  private Desk desk;
  private HandMade made;
  private int opened;

  @BeforeAll
  void keep(@TempDir Path folder) {
    data = folder;
  }

  @BeforeEach
  void sitDown(@TempDir Path empty) throws Exception {
    Node.need();
    opened = 0;
    desk = new Desk(empty);
    desk.environment.put("PATH", System.getenv("PATH"));
    desk.environment.put("FORGE_DATA", data.toString());
    desk.environment.put("FORGE_LOOKUPS", "off");
    desk.environment.put("FORGE_SANDBOX", "process");
    Surroundings around = desk.surroundings(System.out);
    LocalWorkshop workshop =
        new LocalWorkshop(around, new Programs(around), new Sandboxes(around, List.of()));
    desk.gates =
        (settings, destinations) -> {
          opened++;
          return workshop.gate(settings, destinations);
        };
    made = new HandMade(empty, "1.0.0");
  }

  @Test
  void aSoundFolderPassesAndStaysAsItWas() throws Exception {
    Map<String, String> before = listing();
    Desk.Result result = verify(HandMade.NAME);
    assertThat(result.exit()).as(result.out() + result.err()).isZero();
    assertThat(result.out())
        .contains(HandMade.NAME + "@1.0.0 passed: no errors, ", "index.js", "README.md")
        .contains("✓ test", "3 tests")
        .doesNotContain("✗");
    assertThat(result.err()).contains("sandbox is process");
    assertThat(listing()).isEqualTo(before);
  }

  @Test
  void anImportThatIsNotDeclaredIsToldWithItsPlace() throws Exception {
    made.write(
        "index.js",
        """
        // Years have rules.
        import rules from 'rules-of-years';
        export const isLeap = (year) => rules(year);
        """);
    Map<String, String> before = listing();
    Desk.Result result = verify(HandMade.NAME);
    assertThat(result.exit()).as(result.out() + result.err()).isEqualTo(Exit.FAILED.code());
    assertThat(result.out())
        .contains("✗ import-not-declared", "index.js:2", "rules-of-years", "→ ")
        .contains(HandMade.NAME + "@1.0.0 did not pass: 1 error")
        .doesNotContain("@1.0.0 passed");
    assertThat(listing()).isEqualTo(before);
  }

  @Test
  void testsThatProveNothingAreAnErrorWithTheirPlace() throws Exception {
    made.write("test/leap.test.js", test("every fourth year", "isLeap(2024)"));
    Desk.Result result = verify(HandMade.NAME);
    assertThat(result.exit()).as(result.out() + result.err()).isEqualTo(Exit.FAILED.code());
    assertThat(result.out())
        .contains("✗ tests-prove-nothing", "test/leap.test.js: ", "→ ")
        .contains("@1.0.0 did not pass");
  }

  @Test
  void aTestThatFailsIsToldByItsName() throws Exception {
    made.write("test/century.test.js", test("each century", "assert.equal(isLeap(1900), true)"));
    Desk.Result result = verify(HandMade.NAME);
    assertThat(result.exit()).as(result.out() + result.err()).isEqualTo(Exit.FAILED.code());
    assertThat(result.out())
        .contains("✗ test", "each century", "century.test.js")
        .contains("@1.0.0 did not pass")
        .doesNotContain("@1.0.0 passed");
  }

  @Test
  void aTarballIsJudgedToTheByte() throws Exception {
    Path packed = made.packed();
    Sha512 digest = Sha512.of(Files.readAllBytes(packed));
    Desk.Result result = verify(String.valueOf(packed.getFileName()));
    assertThat(result.exit()).as(result.out() + result.err()).isZero();
    assertThat(result.out()).contains("@1.0.0 passed: no errors", digest.integrity());
    assertThat(Sha512.of(Files.readAllBytes(packed))).isEqualTo(digest);
  }

  @Test
  void programsReadStepsAndLastTheVerdict() throws Exception {
    List<JsonNode> lines = json(verify(HandMade.NAME, "--json"));
    assertThat(lines.subList(0, lines.size() - 1))
        .extracting(line -> line.path("type").asText())
        .contains("step")
        .doesNotContain("verdict");
    JsonNode verdict = lines.get(lines.size() - 1);
    assertThat(verdict.path("type").asText()).isEqualTo("verdict");
    assertThat(verdict.path("passed").asBoolean()).isTrue();
    assertThat(verdict.path("exit").asInt(-1)).isZero();
    assertThat(verdict.path("name").asText()).isEqualTo(HandMade.NAME);
    assertThat(verdict.path("version").asText()).isEqualTo("1.0.0");
    assertThat(verdict.path("errors").asInt(-1)).isZero();
    assertThat(verdict.path("warnings").asInt(-1)).isEqualTo(verdict.path("findings").size());
    assertThat(verdict.path("steps"))
        .isNotEmpty()
        .allSatisfy(
            step -> {
              assertThat(step.fieldNames())
                  .toIterable()
                  .containsExactly("id", "state", "tookMs", "summary");
              assertThat(step.path("state").asText()).isIn("passed", "skipped");
            });
    assertThat(verdict.path("artifact").fieldNames())
        .toIterable()
        .contains("digest", "size", "files");
    assertThat(verdict.path("artifact").path("digest").asText())
        .isEqualTo(Sha512.of(Files.readAllBytes(made.packed())).integrity());
    assertThat(verdict.has("failure")).isFalse();
  }

  @Test
  void programsReadWhatIsWrongAndWhere() throws Exception {
    made.write("index.js", "export { isLeap } from 'rules-of-years';\n");
    Desk.Result result = verify(String.valueOf(made.packed().getFileName()), "--json");
    assertThat(result.exit()).isEqualTo(Exit.FAILED.code());
    List<JsonNode> lines = json(result);
    JsonNode verdict = lines.get(lines.size() - 1);
    assertThat(verdict.path("passed").asBoolean(true)).isFalse();
    assertThat(verdict.path("exit").asInt()).isEqualTo(Exit.FAILED.code());
    assertThat(verdict.path("errors").asInt()).isEqualTo(1);
    JsonNode finding = verdict.path("findings").path(0);
    assertThat(finding.fieldNames())
        .toIterable()
        .containsExactly("severity", "id", "where", "sentence", "remedy");
    assertThat(finding.path("severity").asText()).isEqualTo("error");
    assertThat(finding.path("id").asText()).isEqualTo("import-not-declared");
    assertThat(finding.path("where").asText()).isEqualTo("index.js:1");
    assertThat(verdict.path("failure").path("headline").asText()).isNotEmpty();
    assertThat(verdict.has("artifact")).isFalse();
  }

  @Test
  void whatIsNotThereIsWrongUsage() {
    for (String missing : List.of("nowhere", "nowhere.tgz", " ")) {
      Desk.Result result = verify(missing);
      assertThat(result.exit()).isEqualTo(Exit.USAGE.code());
      assertThat(result.err()).contains("There is no " + missing, "Name a folder or a .tgz file");
      assertThat(result.out()).isEmpty();
    }
    assertThat(opened).isZero();
  }

  @Test
  void itsCodeRunsOnlyWhereSomebodySaidSo() throws Exception {
    Path mark = desk.folder.resolve("mark");
    made.write(
        "test/mark.test.js",
        "import { writeFileSync } from 'node:fs';\n"
            + "writeFileSync(%s, 'it ran');\n".formatted(JSON.writeValueAsString(mark.toString()))
            + test("each leap year", "assert.equal(isLeap(2028), true)"));
    desk.environment.remove("FORGE_SANDBOX");
    Desk.Result refused = verify(HandMade.NAME);
    assertThat(refused.exit()).isEqualTo(Exit.NOT_READY.code());
    assertThat(refused.err()).contains("A package from elsewhere", "FORGE_SANDBOX=process");
    assertThat(refused.out()).isEmpty();
    assertThat(opened).isZero();
    assertThat(mark).doesNotExist();

    desk.environment.put("FORGE_SANDBOX", "process");
    Desk.Result allowed = verify(HandMade.NAME);
    assertThat(allowed.exit()).as(allowed.out() + allowed.err()).isZero();
    assertThat(mark).hasContent("it ran");
  }

  @Test
  void whatIsNoTarballDoesNotPass() throws Exception {
    Files.writeString(desk.folder.resolve("letter.tgz"), "Dear reader,\n");
    Desk.Result result = verify("letter.tgz");
    assertThat(result.exit()).isEqualTo(Exit.FAILED.code());
    assertThat(result.out()).contains("✗ tarball-refused", "letter.tgz did not pass: 1 error");
    assertThat(result.err()).doesNotContain("Exception", "\tat ");
  }

  private Desk.Result verify(String... line) {
    desk.err.reset();
    return desk.run(Stream.concat(Stream.of("verify"), Stream.of(line)).toArray(String[]::new));
  }

  private static String test(String name, String body) {
    return """
    import test from 'node:test';
    import assert from 'node:assert/strict';
    import { isLeap } from '%s';

    test('%s', () => { %s; });
    """
        .formatted(HandMade.NAME, name, body);
  }

  private static List<JsonNode> json(Desk.Result result) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : result.out().lines().toList()) {
      JsonNode node = JSON.readTree(line);
      assertThat(node.isObject()).as(line).isTrue();
      lines.add(node);
    }
    return lines;
  }

  /** What is in the package's folder, with when it was changed last and what it holds. */
  private Map<String, String> listing() throws IOException {
    Map<String, String> listing = new TreeMap<>();
    try (Stream<Path> tree = Files.walk(made.folder())) {
      for (Path path : tree.toList()) {
        String changed = Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toString();
        String content =
            Files.isRegularFile(path) ? Sha512.of(Files.readAllBytes(path)).hex() : "folder";
        listing.put(made.folder().relativize(path).toString(), changed + " " + content);
      }
    }
    return listing;
  }
}
