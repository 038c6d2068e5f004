package dev.packageforge.npm;

/** A gateway does not answer with what it was asked for, and says why. */
final class GatewayRefusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * A refusal.
   *
   * @param status as HTTP has it
   * @param sentence for whoever asked, without anything that they may not know
   */
  GatewayRefusal(int status, String sentence) {
    super(sentence, null, false, false);
    this.status = status;
  }

  int status() {
    return status;
  }

  String sentence() {
    return String.valueOf(getMessage());
  }
}
