package dev.packageforge.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Cancellation;
import dev.packageforge.llm.Cassette.Call;
import dev.packageforge.llm.Cassette.Outcome.Failed;
import dev.packageforge.llm.Cassette.Piece;
import dev.packageforge.llm.LanguageModelException.Reason;
import dev.packageforge.llm.ModelRequest.Purpose;
import dev.packageforge.llm.ReplayLanguageModel.Mode;
import dev.packageforge.testing.LanguageModelContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class ReplayLanguageModelTest extends LanguageModelContract {
  @Override
  protected LanguageModel answering(String answer) {
    int half = answer.length() / 2;
    return byStep(Tapes.call("plan-1", SUBJECT, answer.substring(0, half), answer.substring(half)));
  }

  @Override
  protected LanguageModel stalling(String beginning) {
    List<Piece> pieces = List.of(new Piece(0, beginning), new Piece(3_600_000, "an hour later"));
    Call call = Tapes.call("plan-1", SUBJECT);
    return byStep(new Call(call.step(), call.subject(), call.digest(), pieces, call.outcome()))
        .pace(1);
  }

  @Override
  protected LanguageModel failing() {
    return byStep(Tapes.call("write-1", SUBJECT));
  }

  @Override
  protected OptionalLong requestsSeen() {
    return OptionalLong.empty();
  }

  @Test
  void byStepAnswersWhateverTheWords() throws Exception {
    ReplayLanguageModel model =
        byStep(Tapes.call("plan-1", "one", "a plan"), Tapes.call("write-1", "one", "a draft"));
    assertThat(Tapes.ask(model, Tapes.request("another", Purpose.WRITE, 1, "x")))
        .isEqualTo("a draft");
  }

  @Test
  void theLastRecordingOfARequestCounts() throws Exception {
    ReplayLanguageModel model =
        byStep(Tapes.call("plan-1", "one", "first"), Tapes.call("plan-1", "one", "second"));
    assertThat(Tapes.ask(model, Tapes.request("one"))).isEqualTo("second");
    assertThat(Tapes.ask(model, Tapes.request("one"))).isEqualTo("second");
  }

  @Test
  void strictAnswersTheSameWordsAlone() throws Exception {
    ModelRequest one = Tapes.request("one");
    ModelRequest two = Tapes.request("two");
    ReplayLanguageModel model = strict(of(one, "first"), of(two, "second"));
    assertThat(Tapes.ask(model, one)).isEqualTo("first");
    assertThat(Tapes.ask(model, two)).isEqualTo("second");
    assertThatThrownBy(() -> Tapes.ask(model, Tapes.request("three")))
        .hasMessage("the recording of the step plan-1 is of other words: they are about \"two\"");
  }

  @Test
  void strictTellsAChangedQuestionFromAnotherSubject() {
    ModelRequest recorded = Tapes.request("one");
    ModelRequest.Prompt prompt = new ModelRequest.Prompt("one", "new rules", "question", "mark");
    ModelRequest asked = new ModelRequest(recorded.id(), prompt, recorded.limits());
    assertThatThrownBy(() -> Tapes.ask(strict(of(recorded, "first")), asked))
        .isInstanceOf(LanguageModelException.class)
        .hasMessageContaining("plan-1")
        .hasMessageContaining("the subject is the same, so the rules or the question changed")
        .hasMessageContaining(recorded.digest().abbreviated())
        .hasMessageContaining(asked.digest().abbreviated());
  }

  @Test
  void strictSaysUnderWhichStepTheWordsWereRecorded() {
    ModelRequest second = Tapes.request("one", Purpose.PLAN, 2, "mark");
    ReplayLanguageModel model =
        strict(Tapes.call("plan-1", "one", "other"), of(second, "the plan"));
    assertThatThrownBy(() -> Tapes.ask(model, Tapes.request("one")))
        .hasMessageContaining("these words were recorded as plan-2");
  }

  @Test
  void strictDoesNotTrustARecordingWithoutDigest() {
    assertThatThrownBy(
            () -> Tapes.ask(strict(Tapes.call("plan-1", "one", "x")), Tapes.request("one")))
        .hasMessageContaining("recorded without a digest");
  }

  @Test
  void aStepThatWasNotRecordedIsNamedWithThoseThatWere() {
    ReplayLanguageModel model = byStep(Tapes.call("plan-1", "one"), Tapes.call("write-1", "one"));
    assertThatThrownBy(() -> Tapes.ask(model, Tapes.request("one", Purpose.REPAIR, 3, "x")))
        .isInstanceOfSatisfying(
            LanguageModelException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.INVALID_REQUEST);
              assertThat(e)
                  .hasMessage(
                      "there is no recording of the step repair-3; there are: plan-1, write-1");
              assertThat(e.remedy()).isNotBlank();
            });
  }

  @Test
  void aRecordedAccidentHappensAgain() {
    List<String> heard = new ArrayList<>();
    Failed failed = new Failed(Reason.OVERLOADED, "it broke", "wait", Duration.ofSeconds(2));
    Call call = new Call("plan-1", "one", Optional.empty(), List.of(new Piece(1, "half")), failed);
    assertThatThrownBy(
            () -> byStep(call).generate(Tapes.request("one"), heard::add, Cancellation.never()))
        .isInstanceOfSatisfying(
            LanguageModelException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.OVERLOADED);
              assertThat(e).hasMessage("it broke");
              assertThat(e.remedy()).isEqualTo("wait");
              assertThat(e.retryAfter()).contains(Duration.ofSeconds(2));
            });
    assertThat(heard).containsExactly("half");
  }

  @Test
  void putsBackAMarkerThatIsCutInTwo() throws Exception {
    List<String> heard = new ArrayList<>();
    byStep(Tapes.call("plan-1", "one", "@@@ {{MAR", "KER", "}} end {{MARKER}", "}"))
        .generate(Tapes.request("one"), heard::add, Cancellation.never());
    assertThat(heard).containsExactly("@@@ mark", " end mark");
  }

  @Test
  void waitsAsTheRecordingDidTimesThePace() throws Exception {
    List<Duration> waits = new ArrayList<>();
    byStep(Tapes.call("plan-1", "one", "a", "b", "c"))
        .pace(0.5, (time, cancellation) -> waits.add(time))
        .generate(Tapes.request("one"), ModelListener.SILENT, Cancellation.never());
    assertThat(waits).containsExactly(ofMillis(5), ofMillis(5), ofMillis(5));
  }

  @Test
  void doesNotWaitUnlessTold() throws Exception {
    List<Duration> waits = new ArrayList<>();
    byStep(Tapes.call("plan-1", "one", "a", "b"))
        .pace(0, (time, cancellation) -> waits.add(time))
        .generate(Tapes.request("one"), ModelListener.SILENT, Cancellation.never());
    assertThat(waits).isEmpty();
  }

  @Test
  void reallyWaits() throws Exception {
    long began = System.nanoTime();
    Tapes.ask(byStep(Tapes.call("plan-1", "one", "a", "b")).pace(2), Tapes.request("one"));
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(ofMillis(40));
  }

  @Test
  void aPieceAfterTheCancelIsNotHeard() {
    Cancellation cancellation = new Cancellation();
    List<String> heard = new ArrayList<>();
    ModelListener listener =
        delta -> {
          heard.add(delta);
          cancellation.cancel();
        };
    assertThatThrownBy(
            () ->
                byStep(Tapes.call("plan-1", "one", "a", "b"))
                    .generate(Tapes.request("one"), listener, cancellation))
        .isInstanceOf(CancellationException.class);
    assertThat(heard).containsExactly("a");
  }

  @Test
  void refusesAPaceThatIsNone() {
    ReplayLanguageModel model = byStep();
    assertThatThrownBy(() -> model.pace(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> model.pace(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> model.pace(Double.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void saysThatItPlaysRecordings() {
    assertThat(byStep().info().demo()).isTrue();
  }

  private static Duration ofMillis(long millis) {
    return Duration.ofMillis(millis);
  }

  private static Call of(ModelRequest request, String answer) {
    Call call = Tapes.call(request.id().step(), request.prompt().subject(), answer);
    return new Call(
        call.step(), call.subject(), Optional.of(request.digest()), call.pieces(), call.outcome());
  }

  private static ReplayLanguageModel byStep(Call... calls) {
    return ReplayLanguageModel.of(new Cassette(null, List.of(calls)), Mode.BY_STEP);
  }

  private static ReplayLanguageModel strict(Call... calls) {
    return ReplayLanguageModel.of(new Cassette(null, List.of(calls)), Mode.STRICT);
  }
}
