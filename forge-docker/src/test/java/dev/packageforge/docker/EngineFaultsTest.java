package dev.packageforge.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Cancellation;
import dev.packageforge.sandbox.Command;
import dev.packageforge.sandbox.ExecResult;
import dev.packageforge.sandbox.OutputListener;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import dev.packageforge.testing.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a command when the engine does not live as long as it. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(180)
class EngineFaultsTest {
  private static final Cancellation NEVER = Cancellation.never();
  private static final Duration CALL = Duration.ofSeconds(4);
  private static final Duration NOTICED = Duration.ofSeconds(30);

  private final ManualClock clock = ManualClock.startingAt(Instant.EPOCH);
  private @Nullable OwnEngine own;
  private @Nullable DockerSandbox made;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    String image = DockerHere.image();
    own = OwnEngine.start(folder, image);
    made =
        DockerSandbox.builder(Map.of(), folder)
            .engine(own.address())
            .image(image)
            .clock(clock)
            .build(new Engine.Deadlines(CALL, CALL.multipliedBy(3), CALL));
  }

  @AfterAll
  void end() throws Exception {
    if (made != null) {
      made.close();
    }
    if (own != null) {
      own.close();
    }
  }

  @Test
  void anEngineThatIsKilledIsNotTheCommandsFault() throws Exception {
    OwnEngine engine = engine();
    try (SandboxSession session = sandbox().open(SandboxSpec.ofDefaults())) {
      FutureTask<ExecResult> running = running(session);
      engine.kill();
      assertLost(running);
      assertThatThrownBy(() -> sandbox().open(SandboxSpec.ofDefaults()))
          .isInstanceOfSatisfying(SandboxException.class, e -> assertThat(e.retryable()).isTrue());
    } finally {
      engine.again();
    }
    assertWorksAgain();
  }

  @Test
  void anEngineThatIsFrozenIsNoticedAndLeavesNothing() throws Exception {
    OwnEngine engine = engine();
    try (SandboxSession session = sandbox().open(SandboxSpec.ofDefaults())) {
      FutureTask<ExecResult> running = running(session);
      engine.freeze();
      assertLost(running);
      assertThatThrownBy(() -> session.take("any", 1)).isInstanceOf(SandboxException.class);
    } finally {
      engine.thaw();
    }
    assertWorksAgain();
  }

  @Test
  void anEngineThatIsRestartedIsNotTheCommandsFault() throws Exception {
    OwnEngine engine = engine();
    try (SandboxSession session = sandbox().open(SandboxSpec.ofDefaults())) {
      FutureTask<ExecResult> running = running(session);
      engine.stop();
      engine.again();
      assertLost(running);
    }
    assertWorksAgain();
  }

  private void assertWorksAgain() throws Exception {
    try (SandboxSession session = sandbox().open(SandboxSpec.ofDefaults())) {
      assertThat(session.exec(Command.of("true"), OutputListener.SILENT, NEVER))
          .matches(ExecResult::succeeded);
    }
    clock.advance(Duration.ofMinutes(5));
    // What an engine has just come back with, it may still be putting away.
    long start = System.nanoTime();
    do {
      sandbox().reap();
    } while (!isTidy() && System.nanoTime() - start < NOTICED.toNanos());
    assertThat(engine().containers()).isSubsetOf(sandbox().containers());
    assertThat(engine().volumes()).hasSizeLessThanOrEqualTo(sandbox().containers().size());
  }

  private boolean isTidy() throws Exception {
    return sandbox().containers().containsAll(engine().containers())
        && engine().volumes().size() <= sandbox().containers().size();
  }

  private static FutureTask<ExecResult> running(SandboxSession session) throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    FutureTask<ExecResult> task =
        new FutureTask<>(
            () ->
                session.exec(
                    Command.of("sh", "-c", "echo started; exec sleep 1000"),
                    line -> started.countDown(),
                    NEVER));
    Thread thread = new Thread(task, "command");
    thread.setDaemon(true);
    thread.start();
    assertThat(started.await(NOTICED.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return task;
  }

  private static void assertLost(FutureTask<ExecResult> running) {
    assertThatThrownBy(() -> running.get(NOTICED.toSeconds(), TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            SandboxException.class,
            e -> {
              assertThat(e.retryable()).isTrue();
              assertThat(e.remedy()).isNotBlank();
            });
  }

  private OwnEngine engine() {
    if (own == null) {
      throw new IllegalStateException("not started");
    }
    return own;
  }

  private DockerSandbox sandbox() {
    if (made == null) {
      throw new IllegalStateException("not made");
    }
    return made;
  }
}
