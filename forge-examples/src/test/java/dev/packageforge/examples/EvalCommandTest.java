package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.packageforge.SourceFile;
import dev.packageforge.examples.eval.GoodPackage;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.testing.ScriptedLanguageModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code forge eval} with a scripted model. */
@Timeout(180)
class EvalCommandTest {
  private static final GoodPackage ROMAN = GoodPackage.of("roman-numerals");
  private static final GoodPackage CSV = GoodPackage.of("csv-rows");
  private static final JsonMapper JSON = new JsonMapper();

  private Path folder;
  private Desk desk;

  @BeforeEach
  void sitDown(@TempDir Path empty) {
    folder = empty;
    desk = new Desk(empty);
  }

  @Test
  void packagesAreWrittenRepairedAndThenTestedByWhatTheModelNeverSaw() throws Exception {
    Node.need();
    String fence = "@@@ " + ScriptedLanguageModel.MARKER;
    SourceFile options = CSV.files().find("src/options.js").orElseThrow();
    SourceFile spoilt = new SourceFile(options.path(), options.content().replace("!== 1", "!== 2"));
    ScriptedLanguageModel model =
        ScriptedLanguageModel.replies(
            CSV.plan(),
            GoodPackage.answer(CSV.files().with(List.of(spoilt), Set.of())),
            fence
                + " cause A delimiter has one character.\n"
                + fence
                + " edit src/options.js\n"
                + line(spoilt, "!== 2")
                + fence
                + " with\n"
                + line(options, "!== 1")
                + fence
                + " end\n",
            ROMAN.plan(),
            GoodPackage.answer(ROMAN.files()));

    Desk.Result result = real(model, "eval", "--only", "roman-numerals,csv-rows", "--json");

    assertThat(result.exit()).as(result.err()).isZero();
    JsonNode report = JSON.readTree(result.out());
    JsonNode csv = report.path("cases").path(0);
    assertThat(csv.path("case").asText()).isEqualTo("csv-rows");
    assertThat(csv.path("firstDraftGreen").asBoolean()).isFalse();
    assertThat(csv.path("green").asBoolean()).isTrue();
    assertThat(csv.path("repairs").asInt()).isEqualTo(1);
    assertThat(csv.path("editedFiles").asInt()).isEqualTo(1);
    assertThat(csv.path("exit").asText()).isEqualTo("ready");
    JsonNode roman = report.path("cases").path(1);
    assertThat(roman.path("firstDraftGreen").asBoolean()).isTrue();
    assertThat(roman.path("hiddenPassed").asInt())
        .isEqualTo(roman.path("hiddenTotal").asInt())
        .isGreaterThanOrEqualTo(8);
    assertThat(roman.path("hiddenFailures")).isEmpty();
    JsonNode totals = report.path("totals");
    assertThat(totals.path("firstDraftGreenPercent").asDouble()).isEqualTo(50);
    assertThat(totals.path("greenAfterTwoRepairsPercent").asDouble()).isEqualTo(100);
    assertThat(totals.path("hiddenPercent").asDouble()).isEqualTo(100);
    assertThat(totals.path("editsAppliedPercent").asDouble()).isEqualTo(100);
    assertThat(totals.path("wellFormedPercent").asDouble()).isEqualTo(100);
    assertThat(totals.path("calls").asInt()).isEqualTo(5);
    assertThat(report.path("versions").path(0).asText()).isEqualTo("scripted");
    assertThat(result.err()).contains("1/2 csv-rows: ready after 1 repair", "2/2 roman-numerals:");
    assertThat(desk.data().resolve("registry")).isEmptyDirectory();
  }

  @Test
  void casesOfOnesOwnAreMeasuredIntoATableAndAFolder() throws Exception {
    Node.need();
    Path cases = folder.resolve("cases");
    write(cases, "one-more", "test('five', () => assert.equal(toRoman(5), 'five'));");
    ScriptedLanguageModel model =
        ScriptedLanguageModel.replies(ROMAN.plan(), GoodPackage.answer(ROMAN.files()));

    Desk.Result result = real(model, "eval", "cases", "--out", "results");

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out())
        .containsPattern("one-more +yes +yes +0 +1/2 ")
        .containsPattern("hiddenPercent +50.0");
    try (Stream<Path> dated = Files.list(folder.resolve("results"))) {
      Path results = dated.findFirst().orElseThrow();
      JsonNode report = JSON.readTree(results.resolve("results.json").toFile());
      assertThat(report.path("cases").path(0).path("hiddenFailures").path(0).asText())
          .isEqualTo("Test \"five\" failed: expected 'five', got 'V'");
      assertThat(results.resolve("results.txt")).content().contains("one-more");

      desk.err.reset();
      String recordings = results.resolve("recordings").toString();
      Desk.Result again =
          real(
              DemoRecordings.model(),
              "eval",
              "cases",
              "--sandbox",
              "process",
              "--replay",
              recordings,
              "--json");
      assertThat(again.exit()).as(again.err()).isZero();
      JsonNode replayed = JSON.readTree(again.out());
      assertThat(replayed.path("model").asText()).isEqualTo("replay");
      assertThat(replayed.path("totals").path("hiddenPercent").asDouble()).isEqualTo(50);
      assertThat(replayed.path("totals").path("tokens"))
          .isEqualTo(report.path("totals").path("tokens"));
    }
  }

  @Test
  void whatNeverPassesItsOwnTestsPassesNoOthers() throws IOException {
    write(folder.resolve("cases"), "one-more", "");
    ScriptedLanguageModel model =
        ScriptedLanguageModel.replies(Desk.PLAN, Desk.BAD, Desk.BAD, Desk.BAD).forEver();
    Desk.Result result = desk.run(model, "eval", "cases", "--json", "report.json");
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out()).containsPattern("one-more +no +no +– +0/1 ");
    assertThat(folder.resolve("report.json")).content().contains("\"exit\":\"stuck\"");
  }

  @Test
  void aModelThatMayNotBeAskedEndsItAtOnce() {
    LanguageModelException key =
        new LanguageModelException(LanguageModelException.Reason.AUTH, "No key.", "Set one.");
    Desk.Result result =
        desk.run(ScriptedLanguageModel.replies().thenThrow(key), "eval", "--limit", "3");
    assertThat(result.exit()).isEqualTo(Exit.NOT_READY.code());
    assertThat(result.err()).contains("1/3 ", "model-unauthorized").doesNotContain("2/3");
  }

  @Test
  void theDemoIsNotMeasured() {
    Desk.Result result = desk.run(DemoRecordings.model(), "eval", "--limit", "1");
    assertThat(result.exit()).isEqualTo(Exit.NOT_READY.code());
    assertThat(result.err()).contains("no live model", "GEMINI_API_KEY", "--replay DIR");
  }

  @Test
  void whatCannotBeDoneIsSaid() throws IOException {
    Files.createDirectories(folder.resolve("empty"));
    Files.createDirectories(folder.resolve("odd/case-one"));
    Files.writeString(folder.resolve("odd/case-one/prompt.txt"), "a package");
    Files.writeString(folder.resolve("odd/case-one/case.json"), "{\"title\":\"One\"}");
    Files.writeString(folder.resolve("odd/case-one/acceptance.mjs"), "test('x', () => {});");
    for (List<String> line :
        List.of(
            List.of("There is no case nothing", "--only", "nothing"),
            List.of("--limit is 0", "--limit", "0"),
            List.of("There is no case in empty", "empty"),
            List.of("the case case-one: \"kind\" is \"\"", "odd"),
            List.of("There is no folder nowhere", "nowhere"))) {
      desk.err.reset();
      String[] arguments =
          Stream.concat(Stream.of("eval"), line.stream().skip(1)).toArray(String[]::new);
      Desk.Result result = desk.run(arguments);
      assertThat(result.exit()).as(result.err()).isEqualTo(Exit.USAGE.code());
      assertThat(result.err()).contains("forge: ", line.get(0), "next:  ");
    }
  }

  /** With this machine's Node and npm, and the sandbox and toolchain that the house has. */
  private Desk.Result real(LanguageModel model, String... arguments) {
    desk.environment.put("PATH", System.getenv("PATH"));
    Surroundings around = desk.surroundings(System.out);
    LocalWorkshop local =
        new LocalWorkshop(around, new Programs(around), new Sandboxes(around, List.of()));
    return desk.run(
        (settings, shelf, registry, wraps) ->
            local.build(settings, shelf, registry, wraps.model(demo -> wraps.model().apply(model))),
        arguments);
  }

  private static String line(SourceFile file, String holding) {
    return file.content().lines().filter(line -> line.contains(holding)).findFirst().orElseThrow()
        + "\n";
  }

  private static void write(Path cases, String name, String tests) throws IOException {
    Path one = Files.createDirectories(cases.resolve(name));
    Files.writeString(one.resolve("prompt.txt"), "Roman numerals, please.\n");
    Files.writeString(
        one.resolve("case.json"),
        "{\"title\":\"One more\",\"kind\":\"library\",\"language\":\"js\",\"modules\":\"esm\"}");
    Files.writeString(
        one.resolve("acceptance.mjs"),
        """
        import assert from 'node:assert/strict';
        import { test } from 'node:test';
        import { toRoman } from 'PACKAGE';

        test('four', () => assert.equal(toRoman(4), 'IV'));
        """
            + tests
            + "\n");
  }
}
