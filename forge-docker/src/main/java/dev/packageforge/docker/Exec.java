package dev.packageforge.docker;

import java.io.OutputStream;

/** A command that was started in a container. */
final class Exec implements AutoCloseable {
  private final String id;
  private final Conversation conversation;

  Exec(String id, Conversation conversation) {
    this.id = id;
    this.conversation = conversation;
  }

  String id() {
    return id;
  }

  /**
   * What the command reads. Writing blocks while it does not read, and throws once it is gone. That
   * it is closed is not told to the command: the transport has no way to say so.
   */
  OutputStream input() {
    return conversation.input();
  }

  /** Hangs up. The command goes on: an engine has no call that ends one. */
  @Override
  public void close() {
    conversation.close();
  }
}
