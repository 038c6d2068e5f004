package dev.packageforge.examples.hostile;

import dev.packageforge.Cancellation;
import dev.packageforge.sandbox.Command;
import dev.packageforge.sandbox.ExecResult;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A session beside that of a case, in which nothing may change. */
final class Neighbour implements AutoCloseable {
  private static final String WORDS = "left alone";

  private final SandboxSession session;

  private Neighbour(SandboxSession session) {
    this.session = session;
  }

  static Neighbour open(Sandbox sandbox) throws InterruptedException {
    SandboxSession session = sandbox.open(SandboxSpec.ofDefaults());
    session.put("witness", WORDS.getBytes(StandardCharsets.UTF_8));
    return new Neighbour(session);
  }

  /** What is not as it was, a sentence each. */
  List<String> complaints() throws InterruptedException {
    List<String> lines = new ArrayList<>();
    Command look = Command.of("sh", "-c", "ls -A; cat witness");
    ExecResult result = session.exec(look, lines::add, Cancellation.never());
    return result.succeeded() && lines.equals(List.of("witness", WORDS))
        ? List.of()
        : List.of("The session beside it noticed: " + result + " " + lines + ".");
  }

  @Override
  public void close() {
    session.close();
  }
}
