package dev.packageforge.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packageforge.Cancellation;
import dev.packageforge.SandboxReport;
import dev.packageforge.sandbox.Command;
import dev.packageforge.sandbox.Companion;
import dev.packageforge.sandbox.ExecResult;
import dev.packageforge.sandbox.OutputListener;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import dev.packageforge.sandbox.SandboxSpec.Limits;
import dev.packageforge.sandbox.SandboxSpec.Network;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link Sandbox} promises. Extend it, return a sandbox, inherit the tests. Inside must
 * be the programs {@code sh}, {@code cat}, {@code sleep}, {@code ln}, {@code mkdir}, {@code
 * mkfifo}, {@code mv}, {@code rm} and {@code head}.
 */
@Timeout(120)
public abstract class SandboxContract {
  private static final Cancellation NEVER = Cancellation.never();
  private static final Duration SOON = Duration.ofSeconds(20);

  /** For the kits of this package and those who extend them. */
  protected SandboxContract() {}

  /** The sandbox to be proven; it may be the same one each time. */
  protected abstract Sandbox sandbox();

  @Test
  void saysWhatItHoldsAgainst() {
    SandboxReport report = sandbox().probe();
    assertThat(report.name()).isNotBlank();
    if (report.level() != SandboxReport.Level.ISOLATED) {
      assertThat(report.degradations()).isNotEmpty();
    }
    assertThat(report.degradations()).allSatisfy(sentence -> assertThat(sentence).endsWith("."));
  }

  @Test
  void aCommandIsRunWithoutAShellBetween() throws InterruptedException {
    try (SandboxSession session = open()) {
      Output output = new Output();
      session.exec(Command.of("printf", "%s\n", "$HOME", "a b", "*", "'"), output, NEVER);
      assertThat(output.lines).containsExactly("$HOME", "a b", "*", "'");
    }
  }

  @Test
  void anExitCodeIsAnAnswer() throws InterruptedException {
    try (SandboxSession session = open()) {
      ExecResult good =
          session.exec(Command.of("sh", "-c", "exit 0"), OutputListener.SILENT, NEVER);
      ExecResult bad = session.exec(Command.of("sh", "-c", "exit 7"), OutputListener.SILENT, NEVER);
      assertThat(good.succeeded()).isTrue();
      assertThat(bad.succeeded()).isFalse();
      assertThat(bad)
          .isInstanceOfSatisfying(
              ExecResult.Exited.class, exited -> assertThat(exited.code()).isEqualTo(7));
    }
  }

  @Test
  void aSignalIsTheExitCodeAShellGivesIt() throws InterruptedException {
    try (SandboxSession session = open()) {
      assertThat(
              session.exec(Command.of("sh", "-c", "kill -TERM $$"), OutputListener.SILENT, NEVER))
          .isInstanceOfSatisfying(
              ExecResult.Exited.class, exited -> assertThat(exited.code()).isEqualTo(128 + 15));
    }
  }

  @Test
  void aProgramThatIsNotThereNeverSucceeds() throws InterruptedException {
    try (SandboxSession session = open()) {
      ExecResult result =
          session.exec(Command.of("no-such-program-anywhere"), OutputListener.SILENT, NEVER);
      assertThat(result.succeeded()).isFalse();
    } catch (SandboxException e) {
      assertThat(e.remedy()).isNotBlank();
    }
  }

  @Test
  void outputAndErrorsArriveAsLinesInOrder() throws InterruptedException {
    try (SandboxSession session = open()) {
      Output output = new Output();
      session.exec(
          Command.of("sh", "-c", "echo one; echo two >&2; printf 'three\\r\\n\\n'; printf four"),
          output,
          NEVER);
      assertThat(output.lines).containsExactly("one", "two", "three", "", "four");
    }
  }

  @Test
  void outputIsHeardWhileTheCommandRuns() throws Exception {
    try (SandboxSession session = open()) {
      CountDownLatch heard = new CountDownLatch(1);
      Cancellation cancellation = new Cancellation();
      FutureTask<ExecResult> result =
          inBackground(
              session,
              Command.of("sh", "-c", "echo ready; sleep 1000"),
              line -> heard.countDown(),
              cancellation);
      assertThat(heard.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(result.isDone()).isFalse();
      cancellation.cancel();
      assertThat(result.get(SOON.toSeconds(), TimeUnit.SECONDS))
          .isInstanceOf(ExecResult.Cancelled.class);
    }
  }

  @Test
  void bytesThatAreNoTextAreReplaced() throws InterruptedException {
    try (SandboxSession session = open()) {
      Output output = new Output();
      session.exec(
          Command.of("printf", "a\\377b\\n\\303\\244\\360\\237\\230\\200\\n"), output, NEVER);
      assertThat(output.lines).containsExactly("a\uFFFDb", "ä😀");
    }
  }

  @Test
  void aLongLineComesInPieces() throws InterruptedException {
    try (SandboxSession session = open()) {
      Output output = new Output();
      session.put("long", "x".repeat(40_000).getBytes(UTF_8));
      session.exec(Command.of("cat", "long"), output, NEVER);
      assertThat(output.lines).hasSizeGreaterThan(1);
      assertThat(output.lines).allSatisfy(piece -> assertThat(piece).hasSizeBetween(1, 16_384));
      assertThat(String.join("", output.lines)).isEqualTo("x".repeat(40_000));
    }
  }

  @Test
  void aCommandHasNothingToRead() throws InterruptedException {
    try (SandboxSession session = open()) {
      ExecResult result = session.exec(Command.of("cat"), OutputListener.SILENT, NEVER);
      assertThat(result.succeeded()).isTrue();
    }
  }

  @Test
  void aCommandSeesItsOwnVariables() throws InterruptedException {
    try (SandboxSession session = open()) {
      Output output = new Output();
      Command command =
          new Command(List.of("sh", "-c", "echo \"$GREETING\""), Map.of("GREETING", "hello there"));
      session.exec(command, output, NEVER);
      assertThat(output.lines).containsExactly("hello there");
      Output after = new Output();
      session.exec(Command.of("sh", "-c", "echo \"[$GREETING]\""), after, NEVER);
      assertThat(after.lines).containsExactly("[]");
    }
  }

  @Test
  void whatIsPutCanBeReadAndTaken() throws InterruptedException {
    byte[] content = {0, 1, 2, (byte) 0xff, '\r', '\n'};
    try (SandboxSession session = open()) {
      session.put("deps/@scope/x/index.js", content);
      session.put("top.txt", "hello\n".getBytes(UTF_8));
      session.put("top.txt", "hi\n".getBytes(UTF_8));
      Output output = new Output();
      session.exec(Command.of("cat", "top.txt"), output, NEVER);
      assertThat(output.lines).containsExactly("hi");
      assertThat(session.take("deps/@scope/x/index.js", content.length)).isEqualTo(content);
    }
  }

  @Test
  void whatACommandWritesCanBeTaken() throws InterruptedException {
    try (SandboxSession session = open()) {
      session.exec(
          Command.of("sh", "-c", "mkdir out && echo made > out/made"),
          OutputListener.SILENT,
          NEVER);
      assertThat(session.take("out/made", 100)).isEqualTo("made\n".getBytes(UTF_8));
    }
  }

  @Test
  void aFileThatIsTooLargeOrMissingIsRefused() throws InterruptedException {
    try (SandboxSession session = open()) {
      session.put("ten", new byte[10]);
      assertThat(session.take("ten", 10)).hasSize(10);
      assertThatThrownBy(() -> session.take("ten", 9)).isInstanceOf(SandboxException.class);
      assertThatThrownBy(() -> session.take("none", 9)).isInstanceOf(SandboxException.class);
      assertThatThrownBy(() -> session.take("no/such", 9)).isInstanceOf(SandboxException.class);
    }
  }

  @Test
  void whatIsNoRegularFileIsRefused() throws InterruptedException {
    try (SandboxSession session = open()) {
      session.exec(
          Command.of(
              "sh",
              "-c",
              "echo x > file; ln -s file link; mkdir dir; mkfifo pipe; ln -s dir ldir;"
                  + "echo y > dir/inner"),
          OutputListener.SILENT,
          NEVER);
      for (String path : List.of("link", "dir", "pipe", "ldir/inner")) {
        assertTimeoutPreemptively(
            SOON,
            () ->
                assertThatThrownBy(() -> session.take(path, 100))
                    .as(path)
                    .isInstanceOf(SandboxException.class));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/etc/passwd",
        "..",
        "../x",
        "a/../../x",
        "a/./b",
        "./a",
        "a//b",
        "a/",
        "a\\b",
        "a\0b"
      })
  void noPathLeavesTheWorkFolder(String path) throws InterruptedException {
    try (SandboxSession session = open()) {
      assertThatThrownBy(() -> session.put(path, new byte[1]))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> session.take(path, 100))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aPlantedLinkLeadsNobodyOut() throws InterruptedException {
    try (SandboxSession session = open()) {
      Command plant =
          Command.of(
              "sh",
              "-c",
              "mkdir -p \"$HOME\"; echo safe > \"$HOME/kept\"; echo safe > \"$HOME/twin\";"
                  + "ln -s \"$HOME\" folder; ln -s \"$HOME/kept\" file; ln \"$HOME/twin\" hard || :");
      session.exec(plant, OutputListener.SILENT, NEVER);
      for (String path : List.of("folder/new", "folder/kept", "file", "hard")) {
        try {
          session.put(path, "evil".getBytes(UTF_8));
        } catch (SandboxException e) {
          assertThat(e.remedy()).isNotBlank();
        }
      }
      Output output = new Output();
      session.exec(
          Command.of("sh", "-c", "cat \"$HOME/kept\" \"$HOME/twin\"; ls \"$HOME/new\" 2>/dev/null"),
          output,
          NEVER);
      assertThat(output.lines).containsExactly("safe", "safe");
    }
  }

  @Test
  void sessionsShareNothing() throws InterruptedException {
    try (SandboxSession one = open();
        SandboxSession two = open()) {
      one.put("mine", "x".getBytes(UTF_8));
      one.exec(
          Command.of("sh", "-c", "mkdir -p \"$HOME\" && echo x > \"$HOME/mine\""),
          OutputListener.SILENT,
          NEVER);
      Output output = new Output();
      two.exec(
          Command.of("sh", "-c", "ls -A; cat \"$HOME/mine\" 2>/dev/null || echo nothing"),
          output,
          NEVER);
      assertThat(output.lines).containsExactly("nothing");
    }
  }

  @Test
  void whatTakesTooLongIsStopped() throws InterruptedException {
    Limits limits = limits(Duration.ofMillis(300), 1 << 20);
    try (SandboxSession session = open(limits)) {
      ExecResult result =
          session.exec(
              Command.of("sh", "-c", "trap '' TERM INT; while :; do sleep 1; done"),
              OutputListener.SILENT,
              NEVER);
      assertThat(result).isInstanceOf(ExecResult.TimedOut.class);
      assertThat(result.took()).isBetween(Duration.ofMillis(300), SOON);
    }
  }

  @Test
  void whatPrintsTooMuchIsStopped() throws InterruptedException {
    int cap = 10_000;
    try (SandboxSession session = open(limits(SOON, cap))) {
      Output output = new Output();
      ExecResult result =
          session.exec(Command.of("sh", "-c", "while :; do echo flood; done"), output, NEVER);
      assertThat(result).isInstanceOf(ExecResult.OutputCapped.class);
      assertThat(output.lines).isNotEmpty();
      assertThat(output.bytes()).isLessThanOrEqualTo(cap + 1);
    }
  }

  @Test
  void whatPrintsAsMuchAsItMayIsNot() throws InterruptedException {
    try (SandboxSession session = open(limits(SOON, 12))) {
      Output output = new Output();
      ExecResult result = session.exec(Command.of("printf", "hello\nworld\n"), output, NEVER);
      assertThat(result.succeeded()).isTrue();
      assertThat(output.lines).containsExactly("hello", "world");
    }
  }

  @Test
  void aFileBeyondTheDiskLimitIsNeverASuccess() throws InterruptedException {
    Limits limits = new Limits(SOON, 512L << 20, 4L << 20, 1 << 20);
    try (SandboxSession session = open(new SandboxSpec(Network.NONE, limits))) {
      ExecResult result =
          session.exec(
              Command.of("sh", "-c", "exec head -c 16777216 /dev/zero > big"),
              OutputListener.SILENT,
              NEVER);
      assertThat(result).isInstanceOf(ExecResult.DiskFull.class);
    }
  }

  @Test
  void aCancelledCommandEndsAtOnce() throws Exception {
    try (SandboxSession session = open()) {
      Cancellation cancellation = new Cancellation();
      CountDownLatch started = new CountDownLatch(1);
      FutureTask<ExecResult> result =
          inBackground(
              session,
              Command.of("sh", "-c", "echo started; sleep 1000"),
              line -> started.countDown(),
              cancellation);
      assertThat(started.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      long start = System.nanoTime();
      cancellation.cancel();
      assertThat(result.get(SOON.toSeconds(), TimeUnit.SECONDS))
          .isInstanceOf(ExecResult.Cancelled.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void afterACancelNothingStarts() throws InterruptedException {
    try (SandboxSession session = open()) {
      Cancellation cancellation = new Cancellation();
      cancellation.cancel();
      ExecResult result =
          session.exec(
              Command.of("sh", "-c", "echo x > made"), OutputListener.SILENT, cancellation);
      assertThat(result).isInstanceOf(ExecResult.Cancelled.class);
      assertThatThrownBy(() -> session.take("made", 10)).isInstanceOf(SandboxException.class);
    }
  }

  @Test
  void anInterruptStopsTheCommand() throws Exception {
    try (SandboxSession session = open()) {
      CountDownLatch started = new CountDownLatch(1);
      FutureTask<ExecResult> result =
          new FutureTask<>(
              () ->
                  session.exec(
                      Command.of("sh", "-c", "echo started; sleep 1000; echo late > late"),
                      line -> started.countDown(),
                      NEVER));
      Thread thread = daemon(result);
      assertThat(started.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      thread.interrupt();
      assertThatThrownBy(() -> result.get(SOON.toSeconds(), TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(InterruptedException.class);
      assertThat(session.exec(Command.of("sh", "-c", "exit 0"), OutputListener.SILENT, NEVER))
          .matches(ExecResult::succeeded);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(while :; do echo x >> ticks; sleep 0.01; done) >/dev/null 2>&1 &",
        "(trap '' HUP TERM; while :; do echo x >> ticks; sleep 0.01; done) &",
        "nohup sh -c 'while :; do echo x >> ticks; sleep 0.01; done' >/dev/null 2>&1 &"
      })
  void whatACommandLeavesBehindIsGone(String leaver) throws InterruptedException {
    try (SandboxSession session = open()) {
      ExecResult result =
          session.exec(
              Command.of("sh", "-c", leaver + " until [ -s ticks ]; do sleep 0.01; done"),
              OutputListener.SILENT,
              NEVER);
      assertThat(result.succeeded()).isTrue();
      byte[] before = session.take("ticks", 1 << 20);
      session.exec(Command.of("sleep", "0.3"), OutputListener.SILENT, NEVER);
      assertThat(session.take("ticks", 1 << 20)).isEqualTo(before);
    }
  }

  @Test
  void aListenerThatThrowsStopsTheCommand() throws InterruptedException {
    try (SandboxSession session = open()) {
      assertThatThrownBy(
              () ->
                  session.exec(
                      Command.of("sh", "-c", "echo x; sleep 1000"),
                      line -> {
                        throw new IllegalStateException("enough");
                      },
                      NEVER))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("enough");
    }
  }

  @Test
  void whatIsWrittenOnceTheNetworkIsCutStays() throws InterruptedException {
    try (SandboxSession session =
        open(new SandboxSpec(Network.REGISTRY_ONLY, Limits.ofDefaults()))) {
      session.put("before", "x".getBytes(UTF_8));
      session.cutNetwork();
      session.cutNetwork();
      Output output = new Output();
      session.exec(Command.of("cat", "before"), output, NEVER);
      assertThat(output.lines).containsExactly("x");
    }
  }

  @Test
  void aCompanionIsTalkedToWhileOthersRun() throws Exception {
    try (SandboxSession session = online()) {
      Companion companion = companion(session, "echo ready; exec cat");
      InputStream output = companion.output();
      assertThat(readLine(output)).isEqualTo("ready");
      ExecResult result =
          session.exec(Command.of("sh", "-c", "exit 3"), OutputListener.SILENT, NEVER);
      assertThat(result).isInstanceOf(ExecResult.Exited.class);
      companion.input().write("echoed\n".getBytes(UTF_8));
      companion.input().flush();
      assertThat(readLine(output)).isEqualTo("echoed");
    }
  }

  @Test
  void aCompanionPassesBytesOnAsTheyAre() throws Exception {
    byte[] sent = new byte[300_000];
    new Random(1).nextBytes(sent);
    try (SandboxSession session = online()) {
      Companion companion = companion(session, "exec cat");
      FutureTask<byte[]> back = new FutureTask<>(() -> companion.output().readNBytes(sent.length));
      daemon(back);
      companion.input().write(sent);
      companion.input().flush();
      assertThat(back.get(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo(sent);
    }
  }

  @Test
  void aCompanionEndsWhenTheNetworkIsCut() throws Exception {
    try (SandboxSession session = online()) {
      Companion companion = companion(session, "echo ready; exec cat");
      assertThat(readLine(companion.output())).isEqualTo("ready");
      session.cutNetwork();
      assertTimeoutPreemptively(SOON, () -> assertThat(rest(companion.output())).isEmpty());
      assertThatThrownBy(() -> session.companion(Command.of("cat")))
          .isInstanceOf(SandboxException.class);
      ExecResult after =
          session.exec(Command.of("sh", "-c", "exit 0"), OutputListener.SILENT, NEVER);
      assertThat(after.succeeded()).isTrue();
    }
  }

  @Test
  void aSessionThatMayReachNobodyHasNoCompanion() throws InterruptedException {
    try (SandboxSession session = open()) {
      boolean present;
      try {
        present = session.companion(Command.of("cat")).isPresent();
      } catch (SandboxException e) {
        present = false;
      }
      assertThat(present).isFalse();
    }
  }

  @Test
  void aLayerIsSeenWhereItWasAskedFor(@TempDir Path tools) throws Exception {
    Files.createDirectories(tools.resolve("inner"));
    Files.writeString(tools.resolve("inner/kept"), "from outside\n");
    SandboxSpec spec = layered("kit/tools", tools);
    try (SandboxSession session = open(spec)) {
      session.put("kit/ours", "x".getBytes(UTF_8));
      Output output = new Output();
      session.exec(Command.of("cat", "kit/tools/inner/kept", "kit/ours"), output, NEVER);
      assertThat(output.lines).containsExactly("from outside", "x");
    }
  }

  @Test
  void aLayerIsLeftAsItIs(@TempDir Path tools) throws Exception {
    Files.createDirectories(tools.resolve("inner"));
    Path kept = Files.writeString(tools.resolve("inner/kept"), "from outside\n");
    for (String script : List.of("exit 0", "rm -rf kit", "mv kit/tools elsewhere; exit 0")) {
      try (SandboxSession session = open(layered("kit/tools", tools))) {
        for (String path : List.of("kit/tools", "kit/tools/inner/kept", "kit/tools/new")) {
          assertThatThrownBy(() -> session.put(path, "evil".getBytes(UTF_8)))
              .as(path)
              .isInstanceOf(SandboxException.class);
        }
        session.exec(Command.of("sh", "-c", script), OutputListener.SILENT, NEVER);
      }
      assertThat(kept).as(script).hasContent("from outside\n");
      assertThat(tools).isDirectoryNotContaining("glob:**/new");
    }
  }

  @Test
  void aLayerThatIsNotThereIsRefused(@TempDir Path folder) {
    SandboxSpec spec = layered("tools", folder.resolve("missing"));
    assertThatThrownBy(() -> sandbox().open(spec))
        .isInstanceOfSatisfying(SandboxException.class, e -> assertThat(e.remedy()).isNotBlank())
        .hasMessageContaining("missing");
  }

  private static SandboxSpec layered(String path, Path folder) {
    SandboxSpec.Layer layer = new SandboxSpec.Layer(path, folder);
    return new SandboxSpec(Network.NONE, Limits.ofDefaults(), List.of(layer));
  }

  @Test
  void closingStopsWhatRuns() throws Exception {
    SandboxSession session = open();
    CountDownLatch started = new CountDownLatch(1);
    FutureTask<ExecResult> result =
        inBackground(
            session,
            Command.of("sh", "-c", "echo started; sleep 1000"),
            line -> started.countDown(),
            NEVER);
    assertThat(started.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    session.close();
    assertThat(result.get(SOON.toSeconds(), TimeUnit.SECONDS))
        .isInstanceOf(ExecResult.Cancelled.class);
  }

  @Test
  void closingAgainDoesNothingAndNothingCanBeDoneAfterwards() throws InterruptedException {
    SandboxSession session = open();
    session.close();
    session.close();
    assertThatThrownBy(() -> session.put("x", new byte[1])).isInstanceOf(SandboxException.class);
    assertThatThrownBy(() -> session.take("x", 1)).isInstanceOf(SandboxException.class);
    assertThatThrownBy(() -> session.exec(Command.of("cat"), OutputListener.SILENT, NEVER))
        .isInstanceOf(SandboxException.class);
  }

  private SandboxSession open() throws InterruptedException {
    return sandbox().open(SandboxSpec.ofDefaults());
  }

  private SandboxSession open(Limits limits) throws InterruptedException {
    return open(new SandboxSpec(Network.NONE, limits));
  }

  private SandboxSession online() throws InterruptedException {
    return open(new SandboxSpec(Network.REGISTRY_ONLY, Limits.ofDefaults()));
  }

  private static Companion companion(SandboxSession session, String script)
      throws InterruptedException {
    Optional<Companion> companion = session.companion(Command.of("sh", "-c", script));
    assumeTrue(companion.isPresent(), "commands reach the network by themselves here");
    return companion.orElseThrow();
  }

  private static String readLine(InputStream in) throws Exception {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    FutureTask<String> task =
        new FutureTask<>(
            () -> {
              for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
                line.write(next);
              }
              return line.toString(UTF_8);
            });
    daemon(task);
    return task.get(SOON.toSeconds(), TimeUnit.SECONDS);
  }

  private static byte[] rest(InputStream in) {
    try {
      return in.readAllBytes();
    } catch (IOException e) {
      return new byte[0]; // cut off
    }
  }

  private SandboxSession open(SandboxSpec spec) throws InterruptedException {
    return sandbox().open(spec);
  }

  private static Limits limits(Duration command, long outputBytes) {
    return new Limits(command, 512L << 20, 512L << 20, outputBytes);
  }

  private static FutureTask<ExecResult> inBackground(
      SandboxSession session, Command command, OutputListener output, Cancellation cancellation) {
    FutureTask<ExecResult> task =
        new FutureTask<>(() -> session.exec(command, output, cancellation));
    daemon(task);
    return task;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "contract");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Keeps what it hears. */
  private static final class Output implements OutputListener {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void line(String line) {
      lines.add(line);
    }

    int bytes() {
      return lines.stream().mapToInt(line -> line.getBytes(UTF_8).length + 1).sum();
    }
  }
}
