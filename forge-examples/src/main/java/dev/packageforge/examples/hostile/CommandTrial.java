package dev.packageforge.examples.hostile;

import dev.packageforge.Cancellation;
import dev.packageforge.Text;
import dev.packageforge.sandbox.Command;
import dev.packageforge.sandbox.Companion;
import dev.packageforge.sandbox.ExecResult;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSession;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One case that does things in a session. For one thread. */
final class CommandTrial {
  private static final byte[] PUT = "put by the worker\n".getBytes(StandardCharsets.UTF_8);
  private static final Duration GRACE = Duration.ofSeconds(15);
  private static final long TAKEN = 64 * 1024;
  private static final int SHOWN = 12;

  private final Attack.Commands attack;
  private final Map<String, String> files;
  private final HostWatch watch;
  private final Sandbox sandbox;
  private final Set<String> held = Collections.synchronizedSet(new HashSet<>());
  private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());

  CommandTrial(
      Attack.Commands attack, Map<String, String> files, HostWatch watch, Sandbox sandbox) {
    this.attack = attack;
    this.files = files;
    this.watch = watch;
    this.sandbox = sandbox;
  }

  List<String> complaints() throws InterruptedException {
    SandboxSession session = sandbox.open(attack.spec());
    try {
      files.forEach(
          (path, text) -> session.put(path, watch.bait(text).getBytes(StandardCharsets.UTF_8)));
      for (Attack.Act act : attack.acts()) {
        perform(session, act);
      }
    } finally {
      close(session);
    }
    Set<String> missing = new HashSet<>(attack.held());
    missing.removeAll(held);
    if (!missing.isEmpty()) {
      complaints.add("It never said that this was held: " + missing + ".");
    }
    if (!complaints.isEmpty()) {
      complaints.add("It said: " + said.stream().limit(SHOWN).toList());
    }
    return complaints;
  }

  private void close(SandboxSession session) {
    long start = System.nanoTime();
    session.close();
    within("closing the session", GRACE, Duration.ofNanos(System.nanoTime() - start));
  }

  private void perform(SandboxSession session, Attack.Act act) throws InterruptedException {
    if (act instanceof Attack.Act.Run run) {
      run(session, run);
    } else if (act instanceof Attack.Act.Put put) {
      put(session, put.path());
    } else if (act instanceof Attack.Act.Take take) {
      take(session, take);
    } else if (act instanceof Attack.Act.Companion companion) {
      companion(session, companion.line());
    } else {
      session.cutNetwork();
    }
  }

  private void run(SandboxSession session, Attack.Act.Run run) throws InterruptedException {
    Command command = Command.of("sh", "-c", watch.bait(run.line()));
    long start = System.nanoTime();
    ExecResult result = session.exec(command, this::hear, Cancellation.never());
    within(
        run.line(),
        attack.spec().limits().command().plus(GRACE),
        Duration.ofNanos(System.nanoTime() - start));
    if (!run.ends().isEmpty() && run.ends().stream().noneMatch(end -> is(end, result))) {
      complaints.add("\"" + run.line() + "\" ended as " + result + ", not as " + run.ends() + ".");
    }
  }

  private static boolean is(String end, ExecResult result) {
    return switch (end) {
      case "exit" -> result instanceof ExecResult.Exited;
      case "timed-out" -> result instanceof ExecResult.TimedOut;
      case "output-capped" -> result instanceof ExecResult.OutputCapped;
      case "out-of-memory" -> result instanceof ExecResult.OutOfMemory;
      case "disk-full" -> result instanceof ExecResult.DiskFull;
      case "too-many-processes" -> result instanceof ExecResult.TooManyProcesses;
      default ->
          end.startsWith("exit ")
              && result instanceof ExecResult.Exited exited
              && exited.code() == Integer.parseInt(end.substring(5));
    };
  }

  /** Writes as the worker does. A refusal is as good as writing, but there is nothing between. */
  private void put(SandboxSession session, String path) throws InterruptedException {
    try {
      session.put(path, PUT);
      ExecResult looked = session.exec(Command.of("true"), this::hear, Cancellation.never());
      if (!looked.succeeded()) {
        complaints.add("After a file was put, nothing runs: " + looked + ".");
      }
      if (!new String(session.take(path, TAKEN), StandardCharsets.UTF_8)
          .equals(new String(PUT, StandardCharsets.UTF_8))) {
        complaints.add("What was put at " + path + " is not what is there.");
      }
    } catch (SandboxException e) {
      if (e.retryable()) {
        throw e;
      }
    }
  }

  private void take(SandboxSession session, Attack.Act.Take take) {
    Optional<String> taken;
    try {
      String text = new String(session.take(take.path(), TAKEN), StandardCharsets.UTF_8);
      taken = Optional.of(text.strip());
      hear(text);
    } catch (SandboxException e) {
      if (e.retryable()) {
        throw e;
      }
      taken = Optional.empty();
    }
    if (!taken.equals(take.text())) {
      complaints.add(take.path() + " was taken as " + taken + ", and must be " + take.text() + ".");
    }
  }

  /** Starts it and waits for its first line. The rest is heard until it ends. */
  private void companion(SandboxSession session, String line) throws InterruptedException {
    Optional<Companion> lent = session.companion(Command.of("sh", "-c", watch.bait(line)));
    if (lent.isEmpty()) {
      complaints.add("The sandbox lends no companion.");
      return;
    }
    BufferedReader output =
        new BufferedReader(new InputStreamReader(lent.get().output(), StandardCharsets.UTF_8));
    hearNext(output);
    Thread rest =
        new Thread(
            () -> {
              while (hearNext(output)) {
                // Every line is heard.
              }
            },
            "hostile companion");
    rest.setDaemon(true);
    rest.start();
  }

  private boolean hearNext(BufferedReader output) {
    try {
      String line = output.readLine();
      if (line != null) {
        hear(line);
      }
      return line != null;
    } catch (IOException e) {
      return false;
    }
  }

  private void hear(String line) {
    if (said.size() < SHOWN) {
      said.add(Text.visible(line, 200));
    }
    if (line.startsWith("held ")) {
      held.add(line.substring(5).strip());
    } else if (line.startsWith("BROKEN")) {
      complaints.add("A hole: " + Text.visible(line, 300) + ".");
    }
    if (watch.isToldIn(line)) {
      complaints.add("It tells a secret of this machine.");
    }
  }

  private void within(String what, Duration most, Duration took) {
    if (took.compareTo(most) > 0) {
      complaints.add(what + " took " + took + ", more than " + most + ".");
    }
  }
}
