package dev.packageforge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VocabularyTest {
  @Test
  void aSecretCannotBePrinted() {
    Secret secret = Secret.of("hunter2hunter2");
    assertThat(secret.toString() + String.valueOf(List.of(secret))).doesNotContain("hunter2");
    assertThat(secret.reveal()).isEqualTo("hunter2hunter2");
    assertThat(secret).isEqualTo(Secret.of("hunter2hunter2")).isNotEqualTo(Secret.of("other"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\nb", "a\rb", "a\0b"})
  void aSecretIsOneLine(String value) {
    assertThatThrownBy(() -> Secret.of(value)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anIdIsReadBackAndDoesNotRepeat() {
    Random random = new Random(1);
    RunId one = RunId.random(random);
    assertThat(new RunId(one.toString())).isEqualTo(one);
    assertThat(RunId.random(random)).isNotEqualTo(one);
    assertThatThrownBy(() -> new RunId("r/../../x")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void foreignTextIsShownWithoutEffect() {
    assertThat(Text.visible("a\u001b[31mb\u202ec\rd\te\u0085"))
        .isEqualTo("a<U+001B>[31mb<U+202E>c<U+000D>d e<U+0085>");
    assertThat(Text.visible("grüße 🙂")).isEqualTo("grüße 🙂");
    assertThat(Text.visible("abcdef", 3)).isEqualTo("abc…");
    assertThat(Text.visible("\ud83d")).isEqualTo("<U+D83D>");
  }

  @Test
  void aDigestIsWrittenAsRegistriesDo() {
    assertThat(Sha512.of(new byte[0]).integrity())
        .isEqualTo(
            "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==");
    assertThatThrownBy(() -> new Sha512("abc")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void bytesAreBoundToTheArtifactTheyAre() {
    byte[] bytes = {1, 2, 3};
    Artifact artifact =
        new Artifact(new PackageId("a", "1.0.0"), Sha512.of(bytes), 3, "a.tgz", List.of());
    assertThat(new PackedArtifact(artifact, bytes).bytes()).isEqualTo(bytes);
    bytes[0] = 9;
    assertThatThrownBy(() -> new PackedArtifact(artifact, bytes))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anArtifactIsReadOnceAndAsAWhole() throws IOException {
    byte[] bytes = {1, 2, 3};
    Artifact artifact =
        new Artifact(new PackageId("a", "1.0.0"), Sha512.of(bytes), 3, "a.tgz", List.of());
    assertThat(PackedArtifact.read(artifact, new ByteArrayInputStream(bytes)).bytes())
        .isEqualTo(bytes);
    for (byte[] other : new byte[][] {{1, 2}, {1, 2, 3, 4}, {1, 2, 4}}) {
      assertThatThrownBy(() -> PackedArtifact.read(artifact, new ByteArrayInputStream(other)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aPackedArtifactKeepsItsBytesToItself() {
    byte[] bytes = {1};
    Artifact artifact =
        new Artifact(new PackageId("a", "1.0.0"), Sha512.of(bytes), 1, "a.tgz", List.of());
    PackedArtifact packed = new PackedArtifact(artifact, bytes);
    bytes[0] = 2;
    packed.bytes()[0] = 3;
    assertThat(packed.bytes()).containsExactly(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "\n\t"})
  void aRequestNeedsWords(String prompt) {
    assertThatThrownBy(() -> RunRequest.of(prompt)).hasMessageContaining("empty");
  }

  @Test
  void aRequestMayHaveSixteenKibibytes() {
    assertThat(RunRequest.of("a".repeat(RunRequest.MAX_PROMPT_BYTES)).maxAttempts()).isEqualTo(4);
    assertThatThrownBy(() -> RunRequest.of("ü".repeat(RunRequest.MAX_PROMPT_BYTES)))
        .hasMessageContaining("32768 bytes");
  }

  @Test
  void aReservationCountsUntilItIsSettled() {
    Budget budget = new Budget(2, 1_000, 500, Duration.ofMinutes(1));
    Spending reserved = Spending.NONE.reserve(1_000, 500);
    assertThat(reserved.excess(budget)).isEmpty();
    assertThat(reserved.reserve(1, 0).excess(budget))
        .hasValueSatisfying(why -> assertThat(why).contains("1000 tokens"));
    Spending settled = reserved.settle(1_000, 500, 100, 50);
    assertThat(settled).isEqualTo(new Spending(1, 100, 50, Duration.ZERO));
    assertThat(settled.reserve(1, 451).excess(budget))
        .hasValueSatisfying(why -> assertThat(why).contains("cost"));
    assertThat(settled.reserve(0, 0).reserve(0, 0).excess(budget))
        .hasValueSatisfying(why -> assertThat(why).contains("2 model calls"));
    assertThat(settled.worked(Duration.ofSeconds(61)).excess(budget))
        .hasValueSatisfying(why -> assertThat(why).contains("60 s"));
  }

  @Test
  void credentialsAreTakenOutOfText() {
    Redactor redactor = new Redactor(List.of(Secret.of("my-own-token")));
    String key = "AIza" + "x".repeat(35);
    String text = "use my-own-token, npm_" + "a".repeat(36) + " and " + key + ".";
    assertThat(redactor.redact(text)).isEqualTo("use [redacted], [redacted] and [redacted].");
    assertThat(redactor.finds("nothing here")).isFalse();
    assertThat(redactor.finds("-----BEGIN PRIVATE KEY-----\nabc")).isTrue();
  }

  @Test
  void webTokensAreFoundWhereTheyBegin() {
    Redactor redactor = new Redactor(List.of());
    String part = "eyJ" + "a".repeat(12);
    String token = part + "." + part + "." + "b".repeat(20);
    assertThat(redactor.redact(token)).isEqualTo("[redacted]");
    assertThat(redactor.redact("a=" + token + ", b-" + token + "."))
        .isEqualTo("a=[redacted], b-[redacted].");
    assertThat(redactor.redact("x." + token)).isEqualTo("x.[redacted]");
    assertThat(redactor.finds("x" + token)).isFalse();
    assertThat(redactor.finds(part + "." + part + ".short")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-eyJaaaaaaaaaaaa", ".eyJaaaaaaaaaaaa", "-eyJ", "ghp_a", "-----BEGIN A"})
  @Timeout(20)
  void textThatIsMadeToBeSlowIsCleanedAtOnce(String unit) {
    String nasty = unit.repeat(4 * 1024 * 1024 / unit.length());
    assertThat(new Redactor(List.of()).redact(nasty + "\nnpm_" + "a".repeat(36)))
        .endsWith("\n[redacted]");
  }

  @Test
  void aCancellationCallsBackOnceAndStays() {
    Cancellation cancellation = new Cancellation();
    List<String> heard = new ArrayList<>();
    cancellation.onCancel(() -> heard.add("kept"));
    cancellation.onCancel(() -> heard.add("taken back")).close();
    cancellation.cancel();
    cancellation.cancel();
    cancellation.onCancel(() -> heard.add("late"));
    assertThat(heard).containsExactly("kept", "late");
    assertThat(cancellation.isCancelled()).isTrue();
  }

  @Test
  void theBestDraftIsTheOneThatCameFurthest() {
    Run run = Run.accepted(RunId.random(new Random(1)), RunRequest.of("x"), Instant.EPOCH);
    Sha512 files = Sha512.of(new byte[0]);
    Run.Work work = run.work();
    for (int n = 1; n <= 3; n++) {
      work = work.with(new Draft(n, Draft.Origin.MODEL, n - 1, files, List.of(), ""));
    }
    work = work.with(attempt(1, 1)).with(attempt(2, 3)).with(attempt(3, 1));
    assertThat(run.with(work).bestDraft()).map(Draft::number).hasValue(2);
  }

  private static Attempt attempt(int number, int stepsPassed) {
    List<StepReport> steps =
        Stream.of(Step.values())
            .limit(stepsPassed)
            .map(step -> new StepReport(step, StepReport.State.PASSED, Duration.ZERO, "fine"))
            .toList();
    FailureDigest failure = new FailureDigest(Step.TEST, "no", "no", "s" + number, 1);
    return new Attempt(number, number, new Verdict.Failed(failure), steps, List.of());
  }
}
