package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Artifact;
import dev.packageforge.Cancellation;
import dev.packageforge.FailureDigest;
import dev.packageforge.Finding;
import dev.packageforge.PackageId;
import dev.packageforge.PackedArtifact;
import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.RunState;
import dev.packageforge.Sha512;
import dev.packageforge.Step;
import dev.packageforge.StepReport;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.testing.ScriptedLanguageModel;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishFileTest {
  private static final byte[] PACKED = "a tarball".getBytes(StandardCharsets.UTF_8);

  private Desk desk;
  private String version = "2.1.0";
  private int checked;

  @BeforeEach
  void sitDown(@TempDir Path empty) throws IOException {
    desk = new Desk(empty);
    desk.environment.put("FORGE_SANDBOX", "process");
    desk.gate = this::good;
    Files.write(empty.resolve("by-hand-2.1.0.tgz"), PACKED);
  }

  @Test
  void aTarballIsVerifiedShownAndPublishedToTheByte() {
    Desk.Result result = publish("--yes");
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("Verifying the package", "✓ test", "passed: by-hand@2.1.0")
        .contains("by-hand@2.1.0 is ready for approval", Sha512.of(PACKED).integrity())
        .contains("2 files in the tarball, 9 B packed", "README.md")
        .contains("goes to   the folder " + desk.data().resolve("registry"))
        .contains("! README.md: It is short.")
        .contains("published by-hand@2.1.0")
        .doesNotContain("DEMO", "nothing to keep", "kept in");
    assertThat(desk.registry.uploads()).hasSize(1);
    assertThat(desk.registry.uploads().get(0).packed().bytes()).isEqualTo(PACKED);
  }

  @Test
  void everyLineOfADryRunSaysSo() {
    Desk.Result result = publish("--dry-run");
    assertThat(result.exit()).isZero();
    String out = result.out();
    String fromThePanel = out.substring(out.indexOf("DRY RUN: by-hand"));
    assertThat(fromThePanel.lines().filter(line -> !line.isBlank()))
        .allSatisfy(line -> assertThat(line).contains("DRY RUN"));
    assertThat(fromThePanel).contains("was not published", Sha512.of(PACKED).integrity());
    assertThat(desk.registry.uploads()).isEmpty();
  }

  @Test
  void programsAreToldOfADryRunInEachLine() {
    Desk.Result result = publish("--dry-run", "--json");
    assertThat(result.exit()).isZero();
    assertThat(result.out().lines())
        .allSatisfy(line -> assertThat(line).contains("\"dryRun\":true"));
    assertThat(result.out().lines())
        .last()
        .asString()
        .contains("\"type\":\"end\"", "\"state\":\"dry-run-done\"", "\"exit\":0");
  }

  @Test
  void whoWasNotAskedMayComeBackAndNothingIsVerifiedAgain() {
    Desk.Result first = publish();
    assertThat(first.exit()).isEqualTo(Exit.REFUSED.code());
    assertThat(desk.registry.uploads()).isEmpty();
    assertThat(first.err()).contains("was not approved", "forge publish r");

    Desk.Result second = publish("--yes");

    assertThat(second.exit()).as(second.err()).isZero();
    assertThat(desk.store.newest(10)).hasSize(1);
    assertThat(desk.registry.uploads()).hasSize(1);
    assertThat(checked).isEqualTo(1);
  }

  @Test
  void whatWasPublishedIsFoundThereAndNotSentAgain() {
    assertThat(publish("--yes").exit()).isZero();
    Desk.Result again = publish("--yes");
    assertThat(again.exit()).as(again.err()).isZero();
    assertThat(again.out()).contains("published by-hand@2.1.0");
    assertThat(desk.registry.uploads()).hasSize(1);
  }

  @Test
  void whatDoesNotPassIsNotOffered() {
    desk.gate = PublishFileTest::bad;
    Desk.Result result = publish("--yes");
    assertThat(result.exit()).isEqualTo(Exit.FAILED.code());
    assertThat(result.out()).contains("✗ package.json: It has no licence. (licence-missing)");
    assertThat(result.err()).contains("did not pass: it has no licence", "pack it again");
    assertThat(desk.registry.uploads()).isEmpty();
  }

  @Test
  void itsCodeRunsOnlyWhereSomebodySaidSo() {
    desk.environment.remove("FORGE_SANDBOX");
    Desk.Result result = publish("--yes");
    assertThat(result.exit()).isEqualTo(Exit.NOT_READY.code());
    assertThat(result.err()).contains("A package from elsewhere", "FORGE_SANDBOX=process");
    assertThat(desk.store.newest(10)).isEmpty();
    assertThat(checked).isZero();
  }

  @Test
  void tagAccessAndStageAreApprovedToo() {
    assertThat(publish("--yes", "--tag", "next", "--access", "restricted").exit()).isZero();
    Run run = desk.store.newest(1).get(0);
    PublishOptions options =
        Objects.requireNonNull(run.work().publication()).approval().terms().options();
    assertThat(options.tag()).isEqualTo("next");
    assertThat(options.access()).isEqualTo(PublishOptions.Access.RESTRICTED);
    assertThat(options.place()).isEqualTo("the folder " + desk.data().resolve("registry"));
  }

  @Test
  void contradictionsAndNonsenseAreRefusedBeforeAnythingIsBegun() {
    assertUsage("contradict", "--dry-run", "--stage");
    assertUsage("no tag", "--tag", "1.0.0");
    assertUsage("public or restricted", "--access", "friends");
    desk.err.reset();
    Desk.Result missing = desk.run(model(), "publish", "nowhere.tgz");
    assertThat(missing.exit()).isEqualTo(Exit.USAGE.code());
    assertThat(missing.err()).contains("There is no nowhere.tgz");
    Desk.Result folder = desk.run(model(), "publish", "bin");
    assertThat(folder.exit()).isEqualTo(Exit.USAGE.code());
    assertThat(folder.err()).contains("npm pack");
  }

  @Test
  void aPrereleaseNeedsATag() {
    version = "3.0.0-beta.1";
    Desk.Result result = publish("--yes");
    assertThat(result.exit()).isEqualTo(Exit.REFUSED.code());
    assertThat(result.err()).contains("prerelease", "--tag next");
    assertThat(desk.registry.uploads()).isEmpty();
    Desk.Result tagged = publish("--yes", "--tag", "next");
    assertThat(tagged.exit()).as(tagged.err()).isZero();
  }

  @Test
  void itIsListedShownAndToldAsARun() {
    publish();
    Run run = desk.store.newest(1).get(0);
    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(desk.run("show").out())
        .contains("asked     publish by-hand-2.1.0.tgz as it is")
        .contains("✓ what was brought passed")
        .contains("goes to   the folder " + desk.data().resolve("registry"));
    assertThat(desk.run("show", "--json").out())
        .contains("\"brought\":\"by-hand-2.1.0.tgz\"", "\"name\":\"by-hand\"", "\"registry\":");
    assertThat(desk.run("runs").out()).contains("by-hand");
  }

  private void assertUsage(String said, String... flags) {
    desk.err.reset();
    Desk.Result result = publish(flags);
    assertThat(result.exit()).isEqualTo(Exit.USAGE.code());
    assertThat(result.err()).contains(said);
    assertThat(desk.store.newest(10)).isEmpty();
  }

  private Desk.Result publish(String... flags) {
    String[] line = new String[flags.length + 2];
    line[0] = "publish";
    line[1] = "by-hand-2.1.0.tgz";
    System.arraycopy(flags, 0, line, 2, flags.length);
    return desk.run(model(), line);
  }

  private static LanguageModel model() {
    return ScriptedLanguageModel.replies();
  }

  private Verification good(
      byte[] packed, Sandbox sandbox, VerificationListener listener, Cancellation cancellation) {
    checked++;
    StepReport test =
        new StepReport(Step.TEST, StepReport.State.PASSED, Duration.ofMillis(5), "3 tests");
    listener.began(Step.TEST);
    listener.ended(test);
    Artifact artifact =
        new Artifact(
            new PackageId("by-hand", version),
            Sha512.of(packed),
            packed.length,
            "by-hand-" + version + ".tgz",
            List.of(new Artifact.Entry("README.md", 3), new Artifact.Entry("package.json", 5)));
    return new Verification.Passed(
        new PackedArtifact(artifact, packed),
        List.of(test),
        List.of(Finding.warning("readme-short", "README.md", "It is short.", "")));
  }

  private static Verification bad(
      byte[] packed, Sandbox sandbox, VerificationListener listener, Cancellation cancellation) {
    StepReport inspect =
        new StepReport(Step.INSPECT, StepReport.State.FAILED, Duration.ofMillis(5), "1 error");
    listener.began(Step.INSPECT);
    listener.ended(inspect);
    return new Verification.Failed(
        new FailureDigest(Step.INSPECT, "it has no licence", "", "licence-missing", 1),
        List.of(inspect),
        List.of(
            Finding.error("licence-missing", "package.json", "It has no licence.", "Name one.")));
  }
}
