package dev.packageforge.llm;

import dev.packageforge.Cancellation;
import dev.packageforge.llm.Cassette.Call;
import dev.packageforge.llm.Cassette.Outcome.Answered;
import dev.packageforge.llm.Cassette.Outcome.Failed;
import dev.packageforge.llm.Cassette.Piece;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Plays one recorded call as if it happened now. Immutable. */
final class CassettePlayer {
  private static final double NANOS_PER_MILLI = 1_000_000;

  private final double pace;
  private final Pause pause;

  /**
   * A player.
   *
   * @param pace what recorded times are multiplied by; 0 plays at once
   */
  CassettePlayer(double pace, Pause pause) {
    this.pace = checkPace(pace);
    this.pause = pause;
  }

  static double checkPace(double pace) {
    if (!(pace >= 0) || Double.isInfinite(pace)) {
      throw new IllegalArgumentException("pace must be 0 or more, was " + pace);
    }
    return pace;
  }

  ModelReply play(Call call, String marker, ModelListener listener, Cancellation cancellation)
      throws InterruptedException {
    StringBuilder text = new StringBuilder();
    long at = 0;
    for (Piece piece : replace(call.pieces(), Cassette.MARKER, marker)) {
      stopIfAsked(cancellation);
      if (pace > 0 && piece.atMs() > at) {
        double nanos = (piece.atMs() - at) * pace * NANOS_PER_MILLI;
        pause.await(Duration.ofNanos((long) nanos), cancellation);
      }
      at = piece.atMs();
      text.append(piece.text());
      listener.text(piece.text());
    }
    stopIfAsked(cancellation);
    if (call.outcome() instanceof Failed failed) {
      throw new LanguageModelException(
          failed.reason(), failed.message(), failed.remedy(), failed.retryAfter(), null);
    }
    Answered answered = (Answered) call.outcome();
    return new ModelReply(text.toString(), answered.usage(), answered.model());
  }

  static void stopIfAsked(Cancellation cancellation) throws InterruptedException {
    cancellation.throwIfCancelled();
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted while a recording was played");
    }
  }

  /**
   * Replaces a word wherever it stands, also where it is cut in two: then the piece in which it
   * begins gets the whole of it. Pieces left without text are dropped.
   */
  static List<Piece> replace(List<Piece> pieces, String word, String by) {
    if (word.isEmpty()) {
      return pieces;
    }
    String text = pieces.stream().map(Piece::text).collect(Collectors.joining());
    List<Piece> replaced = new ArrayList<>(pieces.size());
    int from = 0;
    int end = 0;
    int found = text.indexOf(word);
    for (Piece piece : pieces) {
      end += piece.text().length();
      StringBuilder out = new StringBuilder();
      while (found >= 0 && found < end) {
        out.append(text, from, found).append(by);
        from = found + word.length();
        found = text.indexOf(word, from);
      }
      if (from < end) {
        out.append(text, from, end);
        from = end;
      }
      if (!out.isEmpty()) {
        replaced.add(new Piece(piece.atMs(), out.toString()));
      }
    }
    return replaced;
  }
}
