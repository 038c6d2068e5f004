package dev.packageforge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Approval;
import dev.packageforge.ApprovalSigner;
import dev.packageforge.Ending;
import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.Secret;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.registry.CatalogEntry;
import dev.packageforge.testing.FakeRegistry;
import dev.packageforge.testing.FakeToolchain;
import dev.packageforge.testing.ManualClock;
import dev.packageforge.testing.NoSandbox;
import dev.packageforge.testing.ScriptedLanguageModel;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ApprovedPlaceTest {
  private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-01T00:00:00Z"));
  private final InMemoryStore store = new InMemoryStore(clock);
  private final ApprovalSigner signer = new ApprovalSigner(Secret.of("a key of sixteen and more"));
  private final FakeRegistry registry = new FakeRegistry();
  private final Forge forge =
      Forge.builder()
          .model(
              ScriptedLanguageModel.replies(
                  "{\"name\":\"a\",\"summary\":\"s\"}",
                  "@@@ "
                      + ScriptedLanguageModel.MARKER
                      + " file index.js\ngood\n@@@ "
                      + ScriptedLanguageModel.MARKER
                      + " end\n"))
          .sandbox(new NoSandbox())
          .toolchain(new FakeToolchain())
          .registry(registry)
          .catalog(d -> Optional.of(new CatalogEntry(d.name(), "1.0.0", "")))
          .store(store)
          .signer(signer)
          .clock(clock)
          .build();

  @Test
  void whatIsApprovedForAPlaceGoesThere() throws Exception {
    Run run = published(PublishOptions.publish().at(registry.description()));
    assertThat(run.state()).isEqualTo(RunState.PUBLISHED);
    assertThat(registry.uploads()).hasSize(1);
  }

  @Test
  void whatIsApprovedForAnotherPlaceGoesNowhereAndWaitsForAnotherWord() throws Exception {
    Run run = published(PublishOptions.publish().at("the folder next door"));
    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(run.trouble()).map(Ending::reason).hasValue(Ending.Reason.APPROVAL_REFUSED);
    assertThat(run.trouble())
        .map(Ending::sentence)
        .get()
        .asString()
        .contains("the folder next door", registry.description());
    assertThat(registry.uploads()).isEmpty();
  }

  @Test
  void aPlaceThatWasChangedAfterwardsIsNotSigned() throws Exception {
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    Approval.Terms terms =
        Approval.Terms.of(
            run.id(), run.artifact().orElseThrow(), PublishOptions.publish().at("here"));
    Approval word = signer.sign(terms, "ada", clock.instant().plusSeconds(60), new Random(1));
    Approval.Terms forged =
        new Approval.Terms(
            terms.run(), terms.id(), terms.digest(), terms.size(), terms.options().at("there"));
    Approval changed =
        new Approval(forged, word.approver(), word.expires(), word.nonce(), word.signature());
    assertThat(signer.refusal(word, terms, clock.instant())).isEmpty();
    assertThat(signer.refusal(changed, forged, clock.instant())).isPresent();
    Approval.Terms anywhere =
        new Approval.Terms(
            terms.run(), terms.id(), terms.digest(), terms.size(), terms.options().at(""));
    Approval widened =
        new Approval(anywhere, word.approver(), word.expires(), word.nonce(), word.signature());
    assertThat(signer.refusal(widened, anywhere, clock.instant())).isPresent();
  }

  private Run published(PublishOptions options) throws Exception {
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    forge.approve(run.id(), "ada", options);
    return forge.drive(run.id());
  }
}
