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
import java.util.HashMap;
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
  private final Object telling = new Object();
  private Map<String, String> variables = Map.of();
  private Optional<Tunnel> tunnel = Optional.empty();
  private volatile Optional<Step> doing = Optional.empty();

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

  /** From now on, until the network is cut, commands reach the registry through a tunnel. */
  void use(Tunnel tunnel) {
    this.tunnel = Optional.of(tunnel);
  }

  /** Shows what was fetched as the output of the step that is being done. */
  void heard(NpmGateway.Fetch fetch) {
    doing.ifPresent(step -> tell(step, fetch.toString()));
  }

  private void tell(Step step, String line) {
    synchronized (telling) {
      listener.line(step, Places.plain(line));
    }
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
    tunnel.ifPresent(Tunnel::close);
    tunnel = Optional.empty();
    session.cutNetwork();
  }

  /** Runs a command and shows its output as that of a step. */
  Ran run(Step step, List<String> line) throws InterruptedException {
    doing = Optional.of(step);
    try {
      return run(line, text -> tell(step, text));
    } finally {
      doing = Optional.empty();
    }
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
            new Command(line, variables()),
            text -> {
              hear.accept(text);
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
    tunnel.ifPresent(Tunnel::requireWhole);
    head.addAll(tail);
    return new Ran(result, head);
  }

  private Map<String, String> variables() throws InterruptedException {
    if (tunnel.isEmpty()) {
      return variables;
    }
    Map<String, String> more = new HashMap<>(variables);
    more.put("npm_config_registry", tunnel.get().address().toString());
    more.put("npm_config_replace_registry_host", "always"); // there is no other one in there
    return more;
  }

  @Override
  public void close() {
    tunnel.ifPresent(Tunnel::close);
    session.close();
  }
}
