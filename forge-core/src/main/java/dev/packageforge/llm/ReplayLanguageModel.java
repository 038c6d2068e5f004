package dev.packageforge.llm;

import static java.util.stream.Collectors.joining;

import dev.packageforge.Cancellation;
import dev.packageforge.Sha512;
import dev.packageforge.Text;
import dev.packageforge.llm.Cassette.Call;
import dev.packageforge.llm.LanguageModelException.Reason;
import java.util.List;
import java.util.Optional;

/**
 * Answers with what was recorded, and needs no network. The same request is always answered the
 * same way: if a cassette holds several recordings of it, the last one counts. Immutable.
 */
public final class ReplayLanguageModel implements LanguageModel {
  private static final ModelInfo INFO = new ModelInfo("replay", true, null);
  private static final int SHOWN = 80;

  /** When a recording fits a request. */
  public enum Mode {
    /** The step and the digest of the words are the same: any change of a prompt is noticed. */
    STRICT,
    /** The step is the same, whatever the words. */
    BY_STEP
  }

  private final Cassette cassette;
  private final Mode mode;
  private final CassettePlayer player;

  private ReplayLanguageModel(Cassette cassette, Mode mode, CassettePlayer player) {
    this.cassette = cassette;
    this.mode = mode;
    this.player = player;
  }

  /** Plays the cassette at once, without the pauses in which it was recorded. */
  public static ReplayLanguageModel of(Cassette cassette, Mode mode) {
    return new ReplayLanguageModel(cassette, mode, new CassettePlayer(0, Pause.REAL));
  }

  /**
   * The same in time with the recording.
   *
   * @param pace what recorded times are multiplied by: 1 as it was, 0.5 twice as fast, 0 at once
   */
  public ReplayLanguageModel pace(double pace) {
    return pace(pace, Pause.REAL);
  }

  ReplayLanguageModel pace(double pace, Pause pause) {
    return new ReplayLanguageModel(cassette, mode, new CassettePlayer(pace, pause));
  }

  /** A demo model, since it plays recordings. */
  @Override
  public ModelInfo info() {
    return INFO;
  }

  /**
   * {@inheritDoc}
   *
   * @throws LanguageModelException as it was recorded; or {@link Reason#INVALID_REQUEST} if no
   *     recording fits, with what is nearest
   */
  @Override
  public ModelReply generate(
      ModelRequest request, ModelListener listener, Cancellation cancellation)
      throws InterruptedException {
    CassettePlayer.stopIfAsked(cancellation);
    return player.play(find(request), request.prompt().marker(), listener, cancellation);
  }

  private Call find(ModelRequest request) {
    String step = request.id().step();
    List<Call> sameStep = cassette.calls().stream().filter(c -> c.step().equals(step)).toList();
    if (sameStep.isEmpty()) {
      throw none(
          "there is no recording of the step "
              + step
              + "; there are: "
              + cassette.calls().stream().map(Call::step).distinct().collect(joining(", ")));
    }
    if (mode == Mode.BY_STEP) {
      return last(sameStep);
    }
    List<Call> same =
        sameStep.stream()
            .filter(call -> call.digest().equals(Optional.of(request.digest())))
            .toList();
    if (same.isEmpty()) {
      throw none(
          "the recording of the step "
              + step
              + " is of other words: "
              + difference(request, sameStep));
    }
    return last(same);
  }

  /** What a digest, a subject and the other recordings tell of where the words differ. */
  private String difference(ModelRequest request, List<Call> sameStep) {
    for (Call call : cassette.calls()) {
      if (call.digest().equals(Optional.of(request.digest()))) {
        return "these words were recorded as " + call.step();
      }
    }
    List<Call> sameSubject =
        sameStep.stream().filter(c -> c.subject().equals(request.prompt().subject())).toList();
    if (sameSubject.isEmpty()) {
      return "they are about \"" + Text.visible(last(sameStep).subject(), SHOWN) + "\"";
    }
    String recorded =
        last(sameSubject).digest().map(Sha512::abbreviated).orElse("without a digest");
    return "the subject is the same, so the rules or the question changed (recorded "
        + recorded
        + ", asked "
        + request.digest().abbreviated()
        + ")";
  }

  private static Call last(List<Call> calls) {
    return calls.get(calls.size() - 1);
  }

  private static LanguageModelException none(String message) {
    return new LanguageModelException(
        Reason.INVALID_REQUEST, message, "record this step again with a live model");
  }
}
