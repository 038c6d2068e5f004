package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.ApprovalSigner;
import dev.packageforge.Attempt;
import dev.packageforge.Finding;
import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.Secret;
import dev.packageforge.Verdict;
import dev.packageforge.npm.NpmEnvironment;
import dev.packageforge.npm.NpmToolchain;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.registry.FolderRegistry;
import dev.packageforge.sandbox.ProcessSandbox;
import dev.packageforge.testing.Requirement;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole way of each demo package, with the Node and npm of this machine. */
@Timeout(180)
class DemoPackagesTest {
  private final Path folder;

  DemoPackagesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeAll
  static void needsNode() throws InterruptedException {
    Optional<String> problem = NpmEnvironment.probe().problem();
    Requirement.need("node", problem.isEmpty(), problem.orElse(""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a slug maker | slug-maker | 1 | 2 | keeps a word that ends exactly at the limit",
        "a csv to markdown table converter | csv-to-markdown | 2 | 1 | ''",
        "a command that shows the time in several zones | zone-clock | 1 | 1 | ''",
        "a human readable duration parser and formatter | plain-duration | 1 | 1 | ''",
        "a retry function with backoff and jitter | patient-retry | 1 | 1 | ''",
        "a word counter | word-tally | 1 | 3 | keeps an apostrophe or a hyphen inside a word",
      })
  void eachPromptBecomesAPublishedPackage(
      String prompt, String name, int plans, int attempts, String mistake) throws Exception {
    Forge forge = forge();
    Run run = forge.drive(forge.submit(RunRequest.of(prompt)).id());
    assertThat(run.state()).as(() -> story(run)).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(run.work().planning().refused()).hasSize(plans - 1);
    assertThat(run.work().attempts()).as(() -> story(run)).hasSize(attempts);
    if (attempts > 1) {
      assertThat(run.work().attempts().get(0).verdict())
          .isInstanceOfSatisfying(
              Verdict.Failed.class,
              failed -> assertThat(failed.failure().headline()).contains(mistake));
    }
    Attempt last = run.work().attempts().get(attempts - 1);
    assertThat(last.findings())
        .as("complaints about what passed")
        // Said where npm reaches no registry; then nobody else judged.
        .filteredOn(finding -> !finding.code().equals("lint-not-run"))
        .isEmpty();

    forge.approve(run.id(), "ada", PublishOptions.publish());
    Run published = forge.drive(run.id());
    assertThat(published.state()).isEqualTo(RunState.PUBLISHED);
    assertThat(published.release().orElseThrow().id()).hasToString(name + "@1.0.0");
  }

  private Forge forge() {
    return Forge.builder()
        .model(DemoRecordings.model())
        .sandbox(ProcessSandbox.builder(folder.resolve("sandbox"), System.getenv("PATH")).build())
        .toolchain(NpmToolchain.builder().toolbox(Path.of("target", "toolbox")).build())
        .registry(FolderRegistry.at(folder.resolve("registry")))
        .catalog(needed -> Optional.empty())
        .store(new InMemoryStore(Clock.systemUTC()))
        .signer(new ApprovalSigner(Secret.of("a key for this test")))
        .clock(Clock.systemUTC())
        .random(new Random(3))
        .build();
  }

  private static String story(Run run) {
    StringBuilder story = new StringBuilder(String.valueOf(run.ending()));
    for (Attempt attempt : run.work().attempts()) {
      story.append('\n').append(attempt.verdict());
      List<Finding> findings = attempt.findings();
      findings.forEach(finding -> story.append("\n  ").append(finding));
      attempt.steps().forEach(step -> story.append("\n  ").append(step));
    }
    return story.toString();
  }
}
