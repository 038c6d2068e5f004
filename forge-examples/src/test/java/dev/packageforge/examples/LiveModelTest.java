package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.llm.Cassette;
import dev.packageforge.npm.NpmEnvironment;
import dev.packageforge.testing.Requirement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command as a process with a key, and a service on this machine in Gemini's place: what is
 * asked there, what may run here, and that the key is nowhere else.
 */
@Timeout(300)
class LiveModelTest {
  private static final String KEY = "canary-0123456789-canary";

  private RealForge forge;
  private Path folder;

  @BeforeAll
  static void needsNode() throws InterruptedException {
    Optional<String> problem = NpmEnvironment.probe().problem();
    Requirement.need("node", problem.isEmpty(), problem.orElse(""));
  }

  @BeforeEach
  void open(@TempDir Path empty) {
    folder = empty;
    forge = new RealForge(empty);
  }

  @Test
  void aPackageIsMadeByTheLiveModelAndItsCostIsTold() throws Exception {
    try (GeminiOnPaper gemini = GeminiOnPaper.saying(answers("a human readable duration parser"))) {
      RealForge.Ended made =
          forge.run(
              with(gemini, "FORGE_SANDBOX", "process"),
              "new",
              "durations, please",
              "--yes",
              "--record",
              "tapes",
              "--model",
              "gemini-2.5-flash");
      assertThat(made.exit()).as(made.out()).isZero();
      assertThat(made.out())
          .contains("Model gemini-2.5-flash, $0.30 in, $2.50 out for a million tokens")
          .contains(Sandboxes.WARNING, "published plain-duration@1.0.0")
          .doesNotContain("DEMO", KEY);
      assertThat(gemini.keys()).containsOnly(KEY);
      assertThat(gemini.paths())
          .containsOnly("/v1beta/models/gemini-2.5-flash:streamGenerateContent");

      // 900 in and 400 out, twice: 2 * (270 + 1000) millionths of a dollar.
      RealForge.Ended runs = forge.run(with(gemini), "runs");
      assertThat(runs.out()).contains("$0.0025", "plain-duration@1.0.0").doesNotContain(KEY);
      int asked = gemini.keys().size();

      Map<String, String> without = Map.of("FORGE_STORE", "memory", "FORGE_SANDBOX", "process");
      RealForge.Ended again = forge.run(without, "new", "--replay", "tapes", "--dry-run");
      assertThat(again.exit()).as(again.out()).isZero();
      assertThat(again.out())
          .contains("REPLAY: recorded answers from", "DRY RUN: plain-duration@1.0.0 was not")
          .doesNotContain("other words");
      assertThat(gemini.keys()).hasSize(asked);
    }
    assertThat(filesWith(KEY)).isEmpty();
  }

  @Test
  void whereNothingMayRunTheDraftIsOnlyReadAndNotPublished() throws Exception {
    try (GeminiOnPaper gemini = GeminiOnPaper.saying(answers("a human readable duration parser"))) {
      Map<String, String> nothingRuns = with(gemini, "FORGE_SANDBOX", "none");
      RealForge.Ended made = forge.run(nothingRuns, "new", "durations, please", "--yes");
      assertThat(made.exit()).as(made.out()).isEqualTo(Exit.NOT_READY.code());
      assertThat(made.out())
          .contains("warning: what is written is only read, and stays UNVERIFIED")
          .contains("UNVERIFIED: It is set that nothing is run (sandbox is none).")
          .doesNotContain("DEMO", "published plain-duration", KEY);
      RealForge.Ended publish = forge.run(nothingRuns, "publish", "-", "--yes");
      assertThat(publish.exit()).as(publish.out()).isEqualTo(Exit.REFUSED.code());
      assertThat(publish.out()).contains("has nothing to publish");

      RealForge.Ended doctor = forge.run(nothingRuns, "doctor");
      assertThat(doctor.exit()).isEqualTo(Exit.NOT_READY.code());
      assertThat(doctor.out())
          .contains("with the key of: environment GEMINI_API_KEY, at " + gemini.address())
          .contains("✗ sandbox   none, which runs nothing")
          .doesNotContain(KEY);
      RealForge.Ended config = forge.run(nothingRuns, "config");
      assertThat(config.out())
          .containsPattern("gemini\\.api\\.key +\\*{4} +environment GEMINI_API_KEY")
          .contains("The model is gemini-flash-latest")
          .doesNotContain(KEY);
    }
  }

  @Test
  void aSandboxThatIsSetAndNotThereEndsTheCommandBeforeAnythingIsAsked() throws Exception {
    try (GeminiOnPaper gemini = GeminiOnPaper.saying(List.of())) {
      Map<String, String> nowhere =
          with(
              gemini,
              "FORGE_SANDBOX",
              "docker",
              "FORGE_DOCKER_HOST",
              "unix://" + folder.resolve("no-engine.sock"));
      for (String command : List.of("new", "refine", "worker", "resume")) {
        RealForge.Ended refused =
            forge.run(
                nowhere,
                command.equals("worker") || command.equals("resume")
                    ? new String[] {command}
                    : new String[] {command, "durations, please"});
        assertThat(refused.exit()).as(refused.out()).isEqualTo(Exit.NOT_READY.code());
        assertThat(refused.out()).contains("forge: ", "next:  ").doesNotContain("DEMO", KEY);
      }
      assertThat(gemini.keys()).isEmpty();
    }
  }

  @Test
  void aRefusedKeyIsToldWithoutTheKey() throws Exception {
    String body =
        """
        {"error": {"code": 400, "message": "API key not valid: %s", "status": "INVALID_ARGUMENT",
          "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo",
                       "reason": "API_KEY_INVALID"}]}}
        """
            .formatted(KEY);
    try (GeminiOnPaper gemini = GeminiOnPaper.refusing(400, body)) {
      RealForge.Ended refused =
          forge.run(
              with(gemini, "FORGE_SANDBOX", "process", "FORGE_DEBUG", "1"),
              "new",
              "durations, please",
              "--stacktrace",
              "--record",
              "tapes");
      assertThat(refused.exit()).as(refused.out()).isEqualTo(Exit.NOT_READY.code());
      assertThat(refused.out()).contains("forge: ", "next:  ").doesNotContain(KEY, "DEMO");
      assertThat(gemini.keys()).containsExactly(KEY);
      RealForge.Ended shown = forge.run(with(gemini), "show", "--json");
      assertThat(shown.out()).contains("\"reason\":\"model-unauthorized\"").doesNotContain(KEY);
    }
    assertThat(filesWith(KEY)).isEmpty();
  }

  private static Map<String, String> with(GeminiOnPaper gemini, String... more) {
    Map<String, String> variables = new HashMap<>();
    variables.put("GEMINI_API_KEY", KEY);
    variables.put("GOOGLE_GEMINI_BASE_URL", gemini.address());
    for (int i = 0; i < more.length; i += 2) {
      variables.put(more[i], more[i + 1]);
    }
    return variables;
  }

  private static List<String> answers(String prompt) {
    Cassette recording =
        DemoRecordings.cassettes().stream()
            .filter(one -> one.calls().get(0).subject().startsWith(prompt))
            .findFirst()
            .orElseThrow();
    return recording.calls().stream().map(Cassette.Call::text).toList();
  }

  private List<Path> filesWith(String word) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.filter(Files::isRegularFile).filter(file -> holds(file, word)).toList();
    }
  }

  private static boolean holds(Path file, String word) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(word);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
