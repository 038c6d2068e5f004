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
import java.util.Set;
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

  private static final Pattern EDIT =
      Pattern.compile(
          "(?ms)^@@@ M edit (.+?)\\n(.*?)^@@@ M with\\n(.*?)^@@@ M end$".replace("M", MARKER));

  static Stream<Cassette> recordings() {
    return DemoRecordings.cassettes().stream();
  }

  /** Those of new packages. */
  static Stream<Cassette> packages() {
    return recordings().filter(recording -> !calls(recording, Purpose.PLAN).isEmpty());
  }

  @Test
  void thereAreSixAndOneHasANextVersion() {
    assertThat(DEMO.prompts())
        .containsExactly(
            "a slug maker",
            "a csv to markdown table converter",
            "a command that shows the time in several zones",
            "a human readable duration parser and formatter",
            "a retry function with backoff and jitter",
            "a word counter");
    assertThat(DEMO.changes()).containsExactly("word-tally 1.0.0: add a --json flag");
  }

  @ParameterizedTest
  @MethodSource("packages")
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
  @MethodSource("packages")
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
  @MethodSource("packages")
  void eachRepairChangesFilesOfTheDraftAndNoTest(Cassette recording) throws Exception {
    FileSet draft = draft(recording);
    for (Call repair : calls(recording, Purpose.REPAIR)) {
      FileSet next = mended(recording, repair, draft);
      assertThat(next).isNotEqualTo(draft);
      for (SourceFile file : next) {
        assertThat(draft.find(file.path())).isPresent();
        if (file.path().startsWith("test/")) {
          assertThat(draft.find(file.path())).hasValue(file);
        }
      }
      draft = next;
    }
  }

  @Test
  void theNextVersionAddsToWhatWasMendedAndTestsIt() throws Exception {
    Cassette first =
        packages().filter(one -> header(one).prompt().equals("a word counter")).toList().get(0);
    FileSet before = draft(first);
    for (Call repair : calls(first, Purpose.REPAIR)) {
      before = mended(first, repair, before);
    }
    Cassette second =
        recordings().filter(one -> !calls(one, Purpose.REFINE).isEmpty()).toList().get(0);
    FileSet after = mended(second, second.calls().get(0), before);
    assertThat(tests(after)).isGreaterThan(tests(before));
    assertThat(after.find("src/index.js").orElseThrow().content())
        .contains("export function formatJson");
    // The version is not the model's to choose.
    assertThat(after.find("package.json")).isEqualTo(before.find("package.json"));
  }

  private static long tests(FileSet files) {
    return files.files().stream()
        .flatMap(file -> file.content().lines())
        .filter(line -> line.strip().startsWith("it('"))
        .count();
  }

  @Test
  void someAreRepairedAndOneAsksForADependencyThatIsRefused() throws Exception {
    List<String> repaired =
        recordings()
            .filter(recording -> !calls(recording, Purpose.REPAIR).isEmpty())
            .map(recording -> header(recording).prompt())
            .toList();
    assertThat(repaired).containsExactly("a slug maker", "a word counter");
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
      strings = {
        "slug-maker",
        "csv-to-markdown",
        "zone-clock",
        "plain-duration",
        "patient-retry",
        "word-tally",
        "word-tally-json",
      })
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

    Path answer = folder.resolve(recording.calls().get(0).step() + ".txt");
    String edited = Files.readString(answer).replaceFirst(" ", " another ");
    Files.writeString(answer, edited);
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
        "a word counter | word-tally",
        "count the words of a text file | word-tally",
        "a CLI that shows the most frequent words of a file | word-tally",
        "word frequencies | word-tally",
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
        "a word guessing game",
        "a word counter with a web page",
        "word-tally 1.0.0: add a --json flag",
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

  private static FileSet draft(Cassette recording) throws Exception {
    return FileSet.of(files(recording, calls(recording, Purpose.WRITE).get(0)));
  }

  /** The files after an answer that says why, and whose edits each fit one place. */
  private static FileSet mended(Cassette recording, Call call, FileSet before) throws Exception {
    String answer = answer(recording, call);
    assertThat(answer).startsWith("@@@ " + MARKER + " cause ");
    FileSet after = before;
    Matcher edit = EDIT.matcher(answer);
    StringBuilder rest = new StringBuilder();
    while (edit.find()) {
      String content = after.find(edit.group(1)).orElseThrow().content();
      assertThat(content.split(Pattern.quote(edit.group(2)), -1)).as(edit.group(2)).hasSize(2);
      String mended = content.replace(edit.group(2), edit.group(3));
      after = after.with(List.of(new SourceFile(edit.group(1), mended)), Set.of());
      edit.appendReplacement(rest, "");
    }
    edit.appendTail(rest);
    return after.with(files(rest.toString()), Set.of());
  }

  /** The files of an answer; every line of it belongs to one, or is blank, or gives the cause. */
  private static List<SourceFile> files(Cassette recording, Call call) throws Exception {
    return files(answer(recording, call));
  }

  private static List<SourceFile> files(String answer) {
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
