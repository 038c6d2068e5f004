package dev.packageforge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ApprovalSignerTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final Random RANDOM = new Random(7);
  private static final RunId RUN = RunId.random(RANDOM);
  private static final Artifact ARTIFACT =
      new Artifact(new PackageId("a", "1.0.0"), Sha512.of(new byte[1]), 1, "a.tgz", List.of());
  private static final Approval.Terms TERMS =
      Approval.Terms.of(RUN, ARTIFACT, PublishOptions.publish());

  private final ApprovalSigner signer = new ApprovalSigner(Secret.of("0123456789abcdef"));
  private final Approval approval =
      signer.sign(TERMS, "ada", NOW.plus(Duration.ofHours(1)), RANDOM);

  @Test
  void aWordHoldsForItsTermsUntilItExpires() {
    assertThat(signer.refusal(approval, TERMS, NOW)).isEmpty();
    assertThat(signer.refusal(approval, TERMS, NOW.plus(Duration.ofHours(1))))
        .hasValueSatisfying(why -> assertThat(why).contains("expired"));
  }

  @Test
  void anotherKeysWordDoesNotHold() {
    ApprovalSigner other = new ApprovalSigner(Secret.of("fedcba9876543210"));
    assertThat(other.refusal(approval, TERMS, NOW)).isPresent();
  }

  @Test
  void aWordDoesNotHoldForOtherTerms() {
    Approval.Terms dry = Approval.Terms.of(RUN, ARTIFACT, PublishOptions.dryRun());
    assertThat(signer.refusal(approval, dry, NOW))
        .hasValueSatisfying(why -> assertThat(why).contains("not for"));
  }

  @ParameterizedTest
  @MethodSource("forgeries")
  void aWordThatWasChangedAnywhereDoesNotHold(UnaryOperator<Approval> forge) {
    Approval forged = forge.apply(approval);
    assertThat(forged).isNotEqualTo(approval);
    assertThat(signer.refusal(forged, forged.terms(), NOW))
        .hasValueSatisfying(why -> assertThat(why).contains("signature"));
  }

  static Stream<UnaryOperator<Approval>> forgeries() {
    return Stream.of(
        a -> with(a, terms(RunId.random(RANDOM), "a", "1.0.0", 1, PublishOptions.publish())),
        a -> with(a, terms(RUN, "b", "1.0.0", 1, PublishOptions.publish())),
        a -> with(a, terms(RUN, "a", "1.0.1", 1, PublishOptions.publish())),
        a -> with(a, terms(RUN, "a", "1.0.0", 2, PublishOptions.publish())),
        a -> with(a, terms(RUN, "a", "1.0.0", 1, PublishOptions.dryRun())),
        a ->
            with(
                a,
                terms(
                    RUN,
                    "a",
                    "1.0.0",
                    1,
                    new PublishOptions(
                        PublishOptions.Mode.PUBLISH, "next", PublishOptions.Access.PUBLIC))),
        a -> new Approval(a.terms(), "eve", a.expires(), a.nonce(), a.signature()),
        a ->
            new Approval(
                a.terms(), a.approver(), a.expires().plusSeconds(1), a.nonce(), a.signature()),
        a -> new Approval(a.terms(), a.approver(), a.expires(), "00", a.signature()),
        a -> new Approval(a.terms(), a.approver(), a.expires(), a.nonce(), ""));
  }

  private static Approval with(Approval a, Approval.Terms terms) {
    return new Approval(terms, a.approver(), a.expires(), a.nonce(), a.signature());
  }

  private static Approval.Terms terms(
      RunId run, String name, String version, long size, PublishOptions options) {
    return new Approval.Terms(run, new PackageId(name, version), ARTIFACT.digest(), size, options);
  }
}
