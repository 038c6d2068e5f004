package dev.packageforge.npm.testing;

/** The registry does not want a request. */
final class RejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Answer answer;

  RejectedException(Answer answer) {
    super(answer.toString());
    this.answer = answer;
  }

  RejectedException(int status, String sentence) {
    this(Answer.error(status, sentence));
  }

  /** A document that is not what it ought to be. */
  static RejectedException badData(String why) {
    return new RejectedException(422, "bad incoming package data: " + why);
  }

  Answer answer() {
    return answer;
  }
}
