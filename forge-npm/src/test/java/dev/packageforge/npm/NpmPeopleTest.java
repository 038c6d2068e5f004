package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Cancellation;
import dev.packageforge.PackageId;
import dev.packageforge.PackedArtifact;
import dev.packageforge.PublishOptions;
import dev.packageforge.PublishOptions.Access;
import dev.packageforge.PublishOptions.Mode;
import dev.packageforge.Secret;
import dev.packageforge.npm.testing.Grant;
import dev.packageforge.npm.testing.StrictRegistry;
import dev.packageforge.npm.testing.StrictRegistry.Factor;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishOutcome.Cause;
import dev.packageforge.registry.PublishRequest;
import dev.packageforge.registry.StoredVersion;
import dev.packageforge.registry.WebProof;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tokens, codes, pages, stages, and what is done with a package later. */
@Timeout(60)
class NpmPeopleTest {
  private static final String NAME = "slug-maker";
  private static final PackageId FIRST = new PackageId(NAME, "1.0.0");
  private static final PackageId SECOND = new PackageId(NAME, "1.1.0");
  private static final PublishOptions STAGE =
      new PublishOptions(Mode.STAGE, "latest", Access.PUBLIC);

  private final StrictRegistry server = StrictRegistry.start();
  private final Secret token = server.issue(Grant.publish("ada"));
  private final NpmRegistry registry =
      NpmRegistry.builder(server.address()).token(token).timeout(Duration.ofSeconds(20)).build();

  @AfterEach
  void close() {
    registry.close();
    server.close();
  }

  @Test
  void aCodePublishesOnce() throws Exception {
    server.requires("ada", Factor.CODE);
    assertThat(publish(FIRST, null))
        .isInstanceOfSatisfying(
            PublishOutcome.NeedsSecondFactor.class, needs -> assertThat(needs.proof()).isNull());
    Secret code = server.code("ada");
    assertThat(publish(FIRST, code)).isInstanceOf(PublishOutcome.Accepted.class);
    assertThat(publish(SECOND, code)).isInstanceOf(PublishOutcome.NeedsSecondFactor.class);
    assertThat(server.book()).hasSize(1);
  }

  @Test
  void aVisitToAPagePublishes() throws Exception {
    server.requires("ada", Factor.WEB).retryAfter(Duration.ZERO);
    WebProof proof = proof(publish(FIRST, null));
    assertThat(proof.await(Duration.ofMillis(250), Cancellation.never())).isEmpty();
    server.agree(proof.page());
    Secret word = proof.await(Duration.ofSeconds(20), Cancellation.never()).orElseThrow();
    assertThat(publish(FIRST, word)).isInstanceOf(PublishOutcome.Accepted.class);
    assertThat(proof.toString()).doesNotContain(word.reveal());
  }

  @Test
  void waitingForAVisitCanBeCancelled() throws Exception {
    server.requires("ada", Factor.WEB);
    WebProof proof = proof(publish(FIRST, null));
    Cancellation cancellation = new Cancellation();
    Thread person = new Thread(cancellation::cancel);
    person.start();
    assertThatThrownBy(() -> proof.await(Duration.ofMinutes(5), cancellation))
        .isInstanceOf(CancellationException.class);
    person.join();
  }

  private static WebProof proof(PublishOutcome outcome) {
    assertThat(outcome).isInstanceOf(PublishOutcome.NeedsSecondFactor.class);
    WebProof proof = ((PublishOutcome.NeedsSecondFactor) outcome).proof();
    assertThat(proof).isNotNull();
    return proof;
  }

  @Test
  void aStageWaitsUntilAPersonReleasesIt() throws Exception {
    publish(FIRST, null);
    server.requires("ada", Factor.CODE);
    PackedArtifact next = Packed.of(NAME, SECOND.version());
    assertThat(registry.publish(new PublishRequest(next, STAGE)))
        .isInstanceOf(PublishOutcome.Accepted.class);
    assertThat(registry.find(SECOND)).isEmpty();
    StoredVersion waiting = registry.findStaged(SECOND).orElseThrow();
    assertThat(waiting.digest()).isEqualTo(next.artifact().digest());
    assertThat(registry.served(waiting)).hasValue(next.artifact().digest());
    assertThat(registry.findStaged(FIRST)).isEmpty();
    NpmStaged staged = registry.staged().get(0);
    assertThat(staged.id()).isEqualTo(SECOND);
    assertThat(registry.staged(NAME)).containsExactly(staged);
    assertThat(registry.staged("another")).isEmpty();
    assertThat(registry.approve(staged, null)).isInstanceOf(PublishOutcome.NeedsSecondFactor.class);
    assertThat(registry.approve(staged, server.code("ada")))
        .isInstanceOf(PublishOutcome.Accepted.class);
    assertThat(registry.find(SECOND).orElseThrow().digest()).isEqualTo(next.artifact().digest());
    assertThat(registry.staged()).isEmpty();
  }

  @Test
  void aStageCanBeThrownAway() throws Exception {
    publish(FIRST, null);
    registry.publish(new PublishRequest(Packed.of(NAME, SECOND.version()), STAGE));
    NpmStaged staged = registry.staged().get(0);
    server.requires("ada", Factor.CODE);
    assertThat(registry.reject(staged, server.code("ada")))
        .isInstanceOf(PublishOutcome.Accepted.class);
    assertThat(registry.staged()).isEmpty();
    assertThat(registry.find(SECOND)).isEmpty();
  }

  @Test
  void aNewNameCannotBeStagedAndThatIsSaid() throws Exception {
    assertThat(registry.publish(new PublishRequest(Packed.of(NAME, "1.0.0"), STAGE)))
        .isInstanceOfSatisfying(
            PublishOutcome.Refused.class,
            refused -> {
              assertThat(refused.cause()).isEqualTo(Cause.MODE_NOT_SUPPORTED);
              assertThat(refused.remedy()).contains("first version");
            });
  }

  @Test
  void aDryRunSeesWhatAPublishWouldMeet() throws Exception {
    assertThat(dryRun(registry))
        .isInstanceOfSatisfying(
            PublishOutcome.NotSent.class,
            sent -> assertThat(sent.location()).contains(NAME).contains("bytes"));
    assertThat(server.uploads()).isEmpty();
    publish(FIRST, null);
    assertThat(dryRun(registry)).isInstanceOf(PublishOutcome.Exists.class);
    try (NpmRegistry nobody = NpmRegistry.builder(server.address()).build()) {
      refused(publishAs(nobody, Mode.DRY_RUN, SECOND), Cause.CREDENTIAL_MISSING);
    }
    server.revoke(token);
    refused(publishAs(registry, Mode.DRY_RUN, SECOND), Cause.CREDENTIAL_DEAD);
  }

  @Test
  void aTrustedJobPublishesItsPackageAndNoOther() throws Exception {
    publish(FIRST, null);
    Secret identity = server.trust(NAME, Grant.publish("ada"));
    try (NpmRegistry job =
        NpmRegistry.builder(server.address()).trustedPublisher(() -> identity).build()) {
      assertThat(publishAs(job, Mode.PUBLISH, SECOND)).isInstanceOf(PublishOutcome.Accepted.class);
      refused(publishAs(job, Mode.PUBLISH, new PackageId("another", "1.0.0")), Cause.NOT_PERMITTED);
    }
  }

  @Test
  void whoWeAreIsTold() throws Exception {
    NpmIdentity ada = registry.identity();
    assertThat(ada.state()).isEqualTo(NpmIdentity.State.KNOWN);
    assertThat(ada.user()).isEqualTo("ada");
    Secret reader = server.issue(Grant.of("bob", Grant.Deed.READ));
    try (NpmRegistry bobs = NpmRegistry.builder(server.address()).token(reader).build()) {
      NpmIdentity bob = bobs.identity();
      assertThat(bob.user()).isEqualTo("bob");
      assertThat(bob.token().flatMap(NpmIdentity.Token::readOnly)).hasValue(true);
      server.revoke(reader);
      assertThat(bobs.identity().state()).isEqualTo(NpmIdentity.State.DEAD);
    }
    try (NpmRegistry nobody = NpmRegistry.builder(server.address()).build()) {
      assertThat(nobody.identity().state()).isEqualTo(NpmIdentity.State.MISSING);
    }
  }

  @Test
  void tagsAreGivenAndTaken() throws Exception {
    publish(FIRST, null);
    publish(SECOND, null);
    assertThat(registry.tags(NAME)).containsEntry("latest", "1.1.0");
    assertThat(registry.tag(FIRST, "old", null)).isInstanceOf(PublishOutcome.Accepted.class);
    assertThat(registry.tags(NAME)).containsEntry("old", "1.0.0");
    assertThat(registry.untag(NAME, "old", null)).isInstanceOf(PublishOutcome.Accepted.class);
    assertThat(registry.tags(NAME)).containsOnlyKeys("latest");
    assertThat(registry.tags("another")).isEmpty();
  }

  @Test
  void aWarningIsGivenAndTakenBack() throws Exception {
    publish(FIRST, null);
    assertThat(registry.deprecate(NAME, Set.of("1.0.0"), "use another", null))
        .isInstanceOf(PublishOutcome.Accepted.class);
    assertThat(warning()).isEqualTo("use another");
    assertThat(registry.deprecate(NAME, Set.of("1.0.0"), "", null))
        .isInstanceOf(PublishOutcome.Accepted.class);
    assertThat(warning()).isEmpty();
    refused(registry.deprecate(NAME, Set.of("9.9.9"), "x", null), Cause.INVALID);
    refused(registry.deprecate("another", Set.of("1.0.0"), "x", null), Cause.INVALID);
  }

  private String warning() throws InterruptedException {
    return registry.packument(NAME).orElseThrow().version("1.0.0").orElseThrow().deprecated();
  }

  @Test
  void aVersionIsTakenAwayAndThenThePackage() throws Exception {
    publish(FIRST, null);
    publish(SECOND, null);
    assertThat(registry.unpublish(SECOND, null)).isInstanceOf(PublishOutcome.Accepted.class);
    assertThat(registry.find(SECOND)).isEmpty();
    assertThat(registry.find(FIRST)).isPresent();
    assertThat(registry.tags(NAME)).containsEntry("latest", "1.0.0");
    assertThat(registry.unpublish(FIRST, null)).isInstanceOf(PublishOutcome.Accepted.class);
    assertThat(registry.packument(NAME)).isEmpty();
    refused(registry.unpublishAll(NAME, null), Cause.INVALID);
  }

  @Test
  void adviceIsAskedFor() throws Exception {
    publish(FIRST, null);
    server.advise(FIRST, "high", "slugs that bite");
    assertThat(registry.advisories(Map.of(NAME, List.of("1.0.0"))).orElseThrow().toString())
        .contains("slugs that bite");
    try (ScriptedNpm plain = ScriptedNpm.answering(404, "{}");
        NpmRegistry without = plain.registry().build()) {
      assertThat(without.advisories(Map.of(NAME, List.of("1.0.0")))).isEmpty();
    }
  }

  private PublishOutcome dryRun(NpmRegistry with) throws InterruptedException {
    return publishAs(with, Mode.DRY_RUN, FIRST);
  }

  private static PublishOutcome publishAs(NpmRegistry with, Mode mode, PackageId id)
      throws InterruptedException {
    PublishOptions options = new PublishOptions(mode, "latest", Access.PUBLIC);
    return with.publish(new PublishRequest(Packed.of(id.name(), id.version()), options));
  }

  private PublishOutcome publish(PackageId id, @Nullable Secret code) throws InterruptedException {
    return registry.publish(
        new PublishRequest(Packed.of(id.name(), id.version()), PublishOptions.publish(), code));
  }

  private static void refused(PublishOutcome outcome, Cause cause) {
    assertThat(Optional.of(outcome))
        .get()
        .isInstanceOfSatisfying(
            PublishOutcome.Refused.class, refused -> assertThat(refused.cause()).isEqualTo(cause));
  }
}
