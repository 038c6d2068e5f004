package dev.packageforge.docker;

/** The engine answered, and the answer is no. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Wire.Reply reply;

  Refusal(Wire.Reply reply) {
    super("the engine answered " + reply.status());
    this.reply = reply;
  }

  Wire.Reply reply() {
    return reply;
  }
}
