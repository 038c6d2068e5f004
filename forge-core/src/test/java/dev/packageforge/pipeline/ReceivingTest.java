package dev.packageforge.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Artifact;
import dev.packageforge.Cancellation;
import dev.packageforge.Draft;
import dev.packageforge.Ending;
import dev.packageforge.FailureDigest;
import dev.packageforge.Finding;
import dev.packageforge.PackageId;
import dev.packageforge.PackedArtifact;
import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.Sha512;
import dev.packageforge.Step;
import dev.packageforge.StepReport;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.queue.RunCodec;
import dev.packageforge.queue.StoredEvent;
import dev.packageforge.registry.CatalogEntry;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.testing.FakeRegistry;
import dev.packageforge.testing.FakeToolchain;
import dev.packageforge.testing.ManualClock;
import dev.packageforge.testing.NoSandbox;
import dev.packageforge.testing.ScriptedLanguageModel;
import dev.packageforge.toolchain.Gate;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReceivingTest {
  private static final byte[] PACKED = "a tarball".getBytes(UTF_8);
  private static final PackageId ID = new PackageId("by-hand", "2.1.0");

  private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-01T00:00:00Z"));
  private final InMemoryStore store = new InMemoryStore(clock);
  private final FakeRegistry registry = new FakeRegistry();
  private final List<byte[]> checked = new ArrayList<>();

  @Test
  void whatWasBroughtIsVerifiedApprovedAndPublishedToTheByte() throws Exception {
    Forge forge = forge(this::good);
    Run run = forge.bring(request(""), "by-hand-2.1.0.tgz", PACKED);
    assertThat(run.state()).isEqualTo(RunState.QUEUED);

    run = forge.drive(run.id());

    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(run.work().drafts()).isEmpty();
    assertThat(run.bestDraft()).isEmpty();
    assertThat(run.artifact()).map(Artifact::id).hasValue(ID);
    assertThat(registry.uploads()).isEmpty();
    forge.approve(run.id(), "ada", PublishOptions.publish());
    run = forge.drive(run.id());
    assertThat(run.state()).isEqualTo(RunState.PUBLISHED);
    assertThat(registry.uploads()).hasSize(1);
    assertThat(registry.uploads().get(0).packed().bytes()).isEqualTo(PACKED);
    assertThat(checked).containsExactly(PACKED);
  }

  @Test
  void itIsToldAsAnyOtherRunIs() throws Exception {
    Forge forge = forge(this::good);
    Run run = forge.drive(forge.bring(request(""), "by-hand-2.1.0.tgz", PACKED).id());

    List<RunEvent> told =
        forge.events(run.id(), 0, 100, Duration.ZERO).stream().map(StoredEvent::event).toList();

    assertThat(told).hasAtLeastOneElementOfType(RunEvent.StepBegan.class);
    assertThat(told).hasAtLeastOneElementOfType(RunEvent.Attempted.class);
    assertThat(told)
        .last()
        .isInstanceOfSatisfying(
            RunEvent.State.class,
            state -> {
              assertThat(state.state()).isEqualTo(RunState.AWAITING_APPROVAL);
              assertThat(state.packageName()).isEqualTo(ID.name());
            });
  }

  @Test
  void whatDoesNotPassIsNeverOfferedForApproval() throws Exception {
    Forge forge = forge(ReceivingTest::bad);
    Run run = forge.drive(forge.bring(request(""), "by-hand-2.1.0.tgz", PACKED).id());

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(run.trouble()).map(Ending::reason).hasValue(Ending.Reason.ATTEMPTS_EXHAUSTED);
    assertThat(run.trouble()).map(Ending::sentence).get().asString().contains("no licence");
    assertThat(run.artifact()).isEmpty();
    assertThatThrownBy(() -> forge.approve(run.id(), "ada", PublishOptions.publish()))
        .isInstanceOf(ConflictException.class);
  }

  @Test
  void aGateThatHandsBackOtherBytesIsNotBelieved() throws Exception {
    Forge forge = forge((packed, sandbox, listener, cancellation) -> passed(new byte[] {1}));
    Run run = forge.drive(forge.bring(request(""), "by-hand-2.1.0.tgz", PACKED).id());
    assertThat(run.trouble()).map(Ending::reason).hasValue(Ending.Reason.INTERNAL);
    assertThat(run.artifact()).isEmpty();
  }

  @Test
  void withoutAGateNothingIsVerifiedAndSoNothingWaitsForApproval() throws Exception {
    Forge forge = builder().build();
    Run run = forge.drive(forge.bring(request(""), "by-hand-2.1.0.tgz", PACKED).id());
    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(run.trouble()).map(Ending::sentence).get().asString().contains("by this worker");
  }

  @Test
  void itHasNoDraftThatCouldBeEditedOrRefined() throws Exception {
    Forge forge = forge(this::good);
    Run run = forge.drive(forge.bring(request(""), "by-hand-2.1.0.tgz", PACKED).id());
    assertThatThrownBy(() -> forge.edit(run.id(), 0, List.of(), Set.of()))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("as it is");
    assertThatThrownBy(() -> forge.refine(run.id(), RunRequest.of("more of it")))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("as it is");
    Draft edited = new Draft(1, Draft.Origin.PERSON, 0, store.keep(new byte[] {2}), List.of(), "");
    Run forged = run.with(run.work().with(edited).with(Run.Setbacks.NONE)).in(RunState.VERIFYING);
    assertThat(forged.isDecisionOn(run)).isFalse();
  }

  @Test
  void theSameRequestTwiceIsOneRun() {
    Forge forge = forge(this::good);
    Run first = forge.bring(request("key-1"), "by-hand-2.1.0.tgz", PACKED);
    Run second = forge.bring(request("key-1"), "by-hand-2.1.0.tgz", PACKED);
    assertThat(second.id()).isEqualTo(first.id());
  }

  @Test
  void itsBytesAreNeededUntilItIsForgotten() {
    Run run = forge(this::good).bring(request(""), "by-hand-2.1.0.tgz", PACKED);
    assertThat(run.contents()).containsExactly(Sha512.of(PACKED));
    assertThat(run.isJustAccepted()).isTrue();
    assertThat(RunCodec.readRun(RunCodec.write(run))).isEqualTo(run);
  }

  @Test
  void whereARunGoesIsAskedWhenItGoesThere() throws Exception {
    FakeRegistry other = new FakeRegistry();
    Forge forge =
        builder()
            .gate(this::good)
            .registries(run -> run.request().brought() == null ? registry : other)
            .build();
    Run run = forge.drive(forge.bring(request(""), "by-hand-2.1.0.tgz", PACKED).id());
    forge.approve(run.id(), "ada", PublishOptions.publish());
    run = forge.drive(run.id());
    assertThat(run.state()).isEqualTo(RunState.PUBLISHED);
    assertThat(other.uploads()).hasSize(1);
    assertThat(registry.uploads()).isEmpty();
  }

  private static RunRequest request(String key) {
    RunRequest usual = RunRequest.of("publish by-hand-2.1.0.tgz");
    return new RunRequest(usual.prompt(), usual.maxAttempts(), usual.budget(), key);
  }

  private Verification good(
      byte[] packed, Sandbox sandbox, VerificationListener listener, Cancellation cancellation) {
    checked.add(packed);
    listener.began(Step.TEST);
    listener.ended(new StepReport(Step.TEST, StepReport.State.PASSED, Duration.ZERO, "3 tests"));
    return passed(packed);
  }

  private static Verification passed(byte[] packed) {
    Artifact artifact =
        new Artifact(ID, Sha512.of(packed), packed.length, "by-hand-2.1.0.tgz", List.of());
    return new Verification.Passed(new PackedArtifact(artifact, packed), List.of(), List.of());
  }

  private static Verification bad(
      byte[] packed, Sandbox sandbox, VerificationListener listener, Cancellation cancellation) {
    return new Verification.Failed(
        new FailureDigest(Step.INSPECT, "it has no licence", "", "licence-missing", 1),
        List.of(),
        List.of(Finding.error("licence-missing", "", "It has no licence.", "Name one.")));
  }

  private Forge forge(Gate gate) {
    return builder().gate(gate).build();
  }

  private Forge.Builder builder() {
    return Forge.builder()
        .model(ScriptedLanguageModel.replies())
        .sandbox(new NoSandbox())
        .toolchain(new FakeToolchain())
        .registry(registry)
        .catalog(d -> Optional.of(new CatalogEntry(d.name(), "1.0.0", "")))
        .store(store)
        .clock(clock);
  }
}
