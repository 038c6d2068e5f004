package dev.packageforge.npm;

import dev.packageforge.Cancellation;
import dev.packageforge.Step;
import dev.packageforge.sandbox.Command;
import dev.packageforge.sandbox.ExecResult;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.toolchain.VerificationListener;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/** A session to work in: runs commands for a step, tells the listener, keeps what they print. */
final class Bench implements AutoCloseable {
  private static final int KEPT_LINES = 400;

  private final SandboxSession session;
  private final Places places;
  private final VerificationListener listener;
  private final Cancellation cancellation;
  private Map<String, String> variables = Map.of();

  Bench(
      SandboxSession session,
      Places places,
      VerificationListener listener,
      Cancellation cancellation) {
    this.session = session;
    this.places = places;
    this.listener = listener;
    this.cancellation = cancellation;
  }

  /** From now on, commands see these variables. */
  void use(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  Places places() {
    return places;
  }

  void put(String path, byte[] content) {
    session.put(path, content);
  }

  void put(String path, String content) {
    session.put(path, content.getBytes(StandardCharsets.UTF_8));
  }

  byte[] take(String path, long maxBytes) {
    return session.take(path, maxBytes);
  }

  void cutNetwork() {
    session.cutNetwork();
  }

  /** Runs a command and shows its output as that of a step. */
  Ran run(Step step, List<String> line) throws InterruptedException {
    return run(line, text -> listener.line(step, text));
  }

  /** Runs a command of which nobody needs to hear. */
  Ran quietly(List<String> line) throws InterruptedException {
    return run(line, text -> {});
  }

  private Ran run(List<String> line, Consumer<String> hear) throws InterruptedException {
    List<String> head = new ArrayList<>();
    Deque<String> tail = new ArrayDeque<>();
    ExecResult result =
        session.exec(
            new Command(line, variables),
            text -> {
              hear.accept(Places.plain(text));
              String clean = places.clean(text);
              if (head.size() < KEPT_LINES) {
                head.add(clean);
              } else {
                tail.add(clean);
                if (tail.size() > KEPT_LINES) {
                  tail.remove();
                }
              }
            },
            cancellation);
    if (result instanceof ExecResult.Cancelled) {
      throw new CancellationException("cancelled");
    }
    head.addAll(tail);
    return new Ran(result, head);
  }

  @Override
  public void close() {
    session.close();
  }
}
