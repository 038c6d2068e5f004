package dev.packageforge.npm;

import dev.packageforge.Cancellation;
import dev.packageforge.Step;
import dev.packageforge.sandbox.Command;
import dev.packageforge.sandbox.ExecResult;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.toolchain.VerificationListener;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/** A session to work in: runs commands for a step, tells the listener, keeps what they print. */
final class Bench implements AutoCloseable {
  private static final int KEPT_LINES = 400;

  /** What {@link #LOOK} says of a file that is not there, is no plain file, or is too large. */
  private static final int ODD = 9;

  private static final String LOOK =
      """
      const { accessSync, constants, lstatSync, realpathSync } = require('node:fs');
      const [path, max] = process.argv.slice(1);
      let sound = false;
      try {
        const found = lstatSync(path);
        accessSync(path, constants.R_OK);
        const straight = realpathSync(path) === require('node:path').join(realpathSync('.'), path);
        sound = found.isFile() && found.size <= Number(max) && straight;
      } catch {}
      process.exit(sound ? 0 : 9);
      """;

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

  /**
   * What commands left at a path: empty unless it is a regular file, not too large.
   *
   * @throws SandboxException if it is one, and cannot be read all the same
   */
  Optional<byte[]> left(String path, long maxBytes) throws InterruptedException {
    try {
      return Optional.of(session.take(path, maxBytes));
    } catch (SandboxException e) {
      if (e.retryable() || !isOdd(path, maxBytes)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** Whether Node, inside the session, sees no such file either. */
  private boolean isOdd(String path, long maxBytes) throws InterruptedException {
    Ran ran = quietly(List.of("node", "-e", LOOK, path, String.valueOf(maxBytes)));
    return ran.result() instanceof ExecResult.Exited exited && exited.code() == ODD;
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
