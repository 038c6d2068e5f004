package dev.packageforge.npm.testing;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** What becomes of one request instead of what ought to. */
public final class Trouble {
  /** At what point it goes wrong. */
  enum Kind {
    CUT_REQUEST,
    LOST_REQUEST,
    REFUSED,
    LOST_ANSWER,
    CUT_ANSWER,
    OTHER_ANSWER
  }

  private final Kind kind;
  private final @Nullable Answer answer;

  private Trouble(Kind kind, @Nullable Answer answer) {
    this.kind = kind;
    this.answer = answer;
  }

  /** The connection is reset while the body is still on its way; nothing is done. */
  public static Trouble cutRequest() {
    return new Trouble(Kind.CUT_REQUEST, null);
  }

  /** All of it arrives, nothing is done, and the connection is closed without a word. */
  public static Trouble lostRequest() {
    return new Trouble(Kind.LOST_REQUEST, null);
  }

  /** Nothing is done, and this is said. */
  public static Trouble refused(Answer answer) {
    return new Trouble(Kind.REFUSED, requireNonNull(answer, "answer"));
  }

  /** It is done, and the connection is closed without a word. */
  public static Trouble lostAnswer() {
    return new Trouble(Kind.LOST_ANSWER, null);
  }

  /** It is done, and the answer stops in the middle of its body. */
  public static Trouble cutAnswer() {
    return new Trouble(Kind.CUT_ANSWER, null);
  }

  /** It is done, and this is said of it. */
  public static Trouble storedThen(Answer answer) {
    return new Trouble(Kind.OTHER_ANSWER, requireNonNull(answer, "answer"));
  }

  Kind kind() {
    return kind;
  }

  Answer answer() {
    return requireNonNull(answer, "answer");
  }

  @Override
  public String toString() {
    return kind + (answer == null ? "" : " " + answer.status());
  }
}
