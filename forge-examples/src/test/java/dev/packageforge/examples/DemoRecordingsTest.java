package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.packageforge.Cancellation;
import dev.packageforge.FileSet;
import dev.packageforge.RunId;
import dev.packageforge.SourceFile;
import dev.packageforge.llm.Cassette;
import dev.packageforge.llm.Cassette.Call;
import dev.packageforge.llm.Cassette.Demo;
import dev.packageforge.llm.Cassette.Outcome.Answered;
import dev.packageforge.llm.DemoLanguageModel;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.llm.LanguageModelException.Reason;
import dev.packageforge.llm.ModelListener;
import dev.packageforge.llm.ModelRequest;
import dev.packageforge.llm.ModelRequest.CallId;
import dev.packageforge.llm.ModelRequest.Limits;
import dev.packageforge.llm.ModelRequest.Prompt;
import dev.packageforge.llm.ModelRequest.Purpose;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DemoRecordingsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DemoLanguageModel DEMO = DemoRecordings.model();
  private static final String MARKER = "0123456789abcdef";
  private static final Pattern BLOCK =
      Pattern.compile("(?ms)^@@@ " + MARKER + " file (.+?)\\n(.*?)^@@@ " + MARKER + " end$");

  static Stream<Cassette> recordings() {
    return DemoRecordings.cassettes().stream();
  }

  @Test
  void thereAreFive() {
    assertThat(DEMO.prompts())
        .containsExactly(
            "a slug maker",
            "a csv to markdown table converter",
            "a command that shows the time in several zones",
            "a human readable duration parser and formatter",
            "a retry function with backoff and jitter");
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void eachPlanIsAPlanAndTheLastOneNeedsNothing(Cassette recording) throws Exception {
    List<Call> plans = calls(recording, Purpose.PLAN);
    assertThat(plans).isNotEmpty();
    for (Call plan : plans) {
      JsonNode json = JSON.readTree(answer(recording, plan));
      assertThat(json.path("name").asText()).matches("[a-z-]+");
      assertThat(json.path("summary").asText()).endsWith(".");
      assertThat(json.path("behaviours")).hasSizeGreaterThanOrEqualTo(5);
      for (JsonNode file : json.path("files")) {
        assertThat(SourceFile.pathProblem(file.path("path").asText())).isEmpty();
      }
    }
    JsonNode last = JSON.readTree(answer(recording, plans.get(plans.size() - 1)));
    assertThat(last.path("dependencies").isArray()).isTrue();
    assertThat(last.path("dependencies")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void eachDraftHasTheFilesOfItsPlanManifestAndTestsFirst(Cassette recording) throws Exception {
    List<Call> plans = calls(recording, Purpose.PLAN);
    JsonNode plan = JSON.readTree(answer(recording, plans.get(plans.size() - 1)));
    List<String> planned = new ArrayList<>();
    plan.path("files").forEach(file -> planned.add(file.path("path").asText()));

    List<SourceFile> files = files(recording, calls(recording, Purpose.WRITE).get(0));
    List<String> paths = files.stream().map(SourceFile::path).toList();
    assertThat(paths).containsExactlyInAnyOrderElementsOf(planned);
    assertThat(paths.get(0)).isEqualTo("package.json");
    assertThat(paths.get(1)).startsWith("test/");
    assertThat(paths).contains("README.md", "LICENSE", "src/index.js");

    JsonNode manifest = JSON.readTree(files.get(0).content());
    assertThat(manifest.path("name")).isEqualTo(plan.path("name"));
    assertThat(manifest.path("version").asText()).isEqualTo("1.0.0");
    assertThat(manifest.path("license").asText()).isEqualTo("MIT");
    assertThat(manifest.has("dependencies")).isFalse();
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void eachRepairChangesFilesOfTheDraftAndNoTest(Cassette recording) throws Exception {
    FileSet draft = FileSet.of(files(recording, calls(recording, Purpose.WRITE).get(0)));
    for (Call repair : calls(recording, Purpose.REPAIR)) {
      assertThat(answer(recording, repair)).startsWith("@@@ " + MARKER + " cause ");
      List<SourceFile> changed = files(recording, repair);
      assertThat(changed).isNotEmpty();
      for (SourceFile file : changed) {
        assertThat(draft.find(file.path())).isPresent().get().isNotEqualTo(file);
        assertThat(file.path()).doesNotStartWith("test/");
      }
    }
  }

  @Test
  void oneIsRepairedAndOneAsksForADependencyThatIsRefused() throws Exception {
    List<String> repaired =
        recordings()
            .filter(recording -> !calls(recording, Purpose.REPAIR).isEmpty())
            .map(recording -> header(recording).prompt())
            .toList();
    assertThat(repaired).containsExactly("a slug maker");
    List<String> invented = new ArrayList<>();
    for (Cassette recording : DemoRecordings.cassettes()) {
      for (Call plan : calls(recording, Purpose.PLAN)) {
        JSON.readTree(answer(recording, plan))
            .path("dependencies")
            .forEach(dependency -> invented.add(dependency.path("name").asText()));
      }
    }
    assertThat(invented).containsExactly("@packageforge/csv-lines");
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void eachStreamsInSmallPiecesAsAModelWould(Cassette recording) {
    for (Call call : recording.calls()) {
      assertThat(call.pieces()).allMatch(piece -> piece.text().length() <= 60);
      long took = call.pieces().get(call.pieces().size() - 1).atMs();
      long output = ((Answered) call.outcome()).usage().output();
      assertThat(output * 1000 / took).as("tokens a second").isBetween(80L, 300L);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"slug-maker", "csv-to-markdown", "zone-clock", "plain-duration", "patient-retry"})
  void eachFileIsWrittenAsTheLibraryWouldWriteIt(String name) throws Exception {
    try (InputStream in = DemoRecordings.class.getResourceAsStream("demo/" + name + ".jsonl")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      Cassette cassette =
          DemoRecordings.cassettes().stream()
              .filter(recording -> text.equals(recording.toJsonLines()))
              .findFirst()
              .orElse(null);
      assertThat(cassette).as("a recording whose lines are those of the file").isNotNull();
    }
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void eachCanBeOpenedEditedAndClosed(Cassette recording, @TempDir Path folder) throws Exception {
    DemoScripts.open(recording, folder);
    assertThat(DemoScripts.close(recording, folder)).isEqualTo(recording);

    Path plan = folder.resolve("plan-1.txt");
    String edited = Files.readString(plan).replace("\"summary\"", "\"summary of it\"");
    Files.writeString(plan, edited);
    Cassette closed = DemoScripts.close(recording, folder);
    assertThat(closed.demo()).isEqualTo(recording.demo());
    assertThat(closed.calls().get(0).text()).isEqualTo(edited);
    assertThat(closed.calls().get(0).pieces()).allMatch(piece -> piece.text().length() <= 60);
    assertThat(closed.calls().subList(1, closed.calls().size()))
        .isEqualTo(recording.calls().subList(1, recording.calls().size()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a slug maker | slug-maker",
        "make me a slug maker | slug-maker",
        "slugify a title for urls | slug-maker",
        "Please write a library that turns titles into URL-friendly slugs! | slug-maker",
        "a function that slugifies text with umlauts and accents | slug-maker",
        "csv to md table | csv-to-markdown",
        "convert CSV files to Markdown tables | csv-to-markdown",
        "a CLI that reads csv from stdin and makes a markdown table | csv-to-markdown",
        "world clock cli | zone-clock",
        "a command line tool showing the current time in different time zones | zone-clock",
        "show the time in many timezones | zone-clock",
        "parse durations like 1h 30m | plain-duration",
        "human-readable durations | plain-duration",
        "convert milliseconds to human readable text | plain-duration",
        "retry with exponential backoff | patient-retry",
        "retry failed async calls | patient-retry",
        "an npm package that retries promises with jitter and AbortSignal | patient-retry",
      })
  void naturalRequestsAreAnswered(String subject, String name) throws Exception {
    String plan = ask(subject, "plan-1");
    assertThat(JSON.readTree(plan).path("name").asText()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a slug eating garden game",
        "a port scanner",
        "a csv parser",
        "a markdown parser",
        "a csv to json converter",
        "a clock",
        "a countdown timer",
        "the time",
        "a time zone converter with a web page",
        "a title maker",
        "retry of a chess game",
        "a duration of pregnancy calculator",
        "a library",
      })
  void otherRequestsAreDeclinedWithTheListOfPrompts(String subject) {
    assertThatThrownBy(() -> ask(subject, "plan-1"))
        .isInstanceOfSatisfying(
            LanguageModelException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.BLOCKED);
              for (String prompt : DEMO.prompts()) {
                assertThat(e).hasMessageContaining("\"" + prompt + "\"");
              }
            });
  }

  @Test
  void aRunMayAskInAnyOrderAndOften() throws Exception {
    String first = ask("a slug maker", "repair-1");
    ask("a csv to markdown table converter", "plan-2");
    assertThat(ask("a slug maker", "repair-1")).isEqualTo(first);
  }

  private static List<Call> calls(Cassette recording, Purpose purpose) {
    return recording.calls().stream().filter(call -> call.purpose() == purpose).toList();
  }

  private static Demo header(Cassette recording) {
    return Objects.requireNonNull(recording.demo());
  }

  /** The files of an answer; every line of it belongs to one, or is blank, or gives the cause. */
  private static List<SourceFile> files(Cassette recording, Call call) throws Exception {
    String answer = answer(recording, call);
    List<SourceFile> files = new ArrayList<>();
    Matcher block = BLOCK.matcher(answer);
    StringBuilder rest = new StringBuilder();
    while (block.find()) {
      files.add(new SourceFile(block.group(1), block.group(2)));
      block.appendReplacement(rest, "");
    }
    block.appendTail(rest);
    assertThat(rest.toString().lines())
        .allMatch(line -> line.isBlank() || line.startsWith("@@@ " + MARKER + " cause "));
    return files;
  }

  private static String answer(Cassette recording, Call call) throws InterruptedException {
    return ask(header(recording).prompt(), call.step());
  }

  private static String ask(String subject, String step) throws InterruptedException {
    String[] parts = step.split("-", 2);
    Purpose purpose = Purpose.valueOf(parts[0].toUpperCase(Locale.ROOT));
    CallId id = new CallId(new RunId("r" + "0".repeat(25)), purpose, Integer.parseInt(parts[1]));
    Prompt prompt = new Prompt(subject, "rules", "question", MARKER);
    return DEMO.generate(
            new ModelRequest(id, prompt, Limits.ofDefaults()),
            ModelListener.SILENT,
            Cancellation.never())
        .text();
  }
}
