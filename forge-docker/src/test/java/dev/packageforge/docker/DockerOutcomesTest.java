package dev.packageforge.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Cancellation;
import dev.packageforge.sandbox.Command;
import dev.packageforge.sandbox.ExecResult;
import dev.packageforge.sandbox.OutputListener;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import dev.packageforge.sandbox.SandboxSpec.Limits;
import dev.packageforge.sandbox.SandboxSpec.Network;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of commands that take more than they may. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
class DockerOutcomesTest {
  private static final Cancellation NEVER = Cancellation.never();
  private static final long MIB = 1024L * 1024;
  private static final Limits SMALL =
      new Limits(Duration.ofSeconds(20), 64 * MIB, 32 * MIB, MIB, 32, 1);

  private @Nullable DockerSandbox sandbox;

  @BeforeAll
  void find() throws InterruptedException {
    sandbox = DockerHere.sandbox().build();
  }

  @AfterAll
  void end() {
    if (sandbox != null) {
      sandbox.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exec node -e 'const a = []; for (;;) a.push(Buffer.alloc(1 << 20, 1))'",
        "node -e 'const a = []; for (;;) a.push(Buffer.alloc(1 << 20, 1))' || :; exit 0"
      })
  void tooMuchMemoryIsToldAlsoWhenItIsMasked(String script) throws InterruptedException {
    try (SandboxSession session = open(SMALL)) {
      assertThat(run(session, script)).isInstanceOf(ExecResult.OutOfMemory.class);
      assertThat(run(session, "exit 0").succeeded()).isTrue();
    }
  }

  @Test
  void tooManyProcessesAreTold() throws InterruptedException {
    try (SandboxSession session = open(SMALL)) {
      String script = "i=0; while [ $i -lt 100 ]; do sleep 100 & i=$((i + 1)); done; wait";
      assertThat(run(session, script)).isInstanceOf(ExecResult.TooManyProcesses.class);
    }
  }

  @Test
  void aForkBombEndsWithItsSessionAtTheLatest() throws InterruptedException {
    Limits limits = new Limits(Duration.ofSeconds(2), 64 * MIB, 32 * MIB, MIB, 32, 1);
    try (SandboxSession neighbour = open(SMALL)) {
      try (SandboxSession session = open(limits)) {
        ExecResult result = run(session, "b() { b | b & }; b; while :; do :; done");
        assertThat(result).isInstanceOf(ExecResult.TooManyProcesses.class);
        assertThat(result.took()).isLessThan(Duration.ofSeconds(15));
      }
      assertThat(run(neighbour, "exit 0").succeeded()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cat /dev/zero > big",
        "cat /dev/zero > big; exit 0",
        "cat /dev/zero > /tmp/big",
        "cat /dev/zero > \"$HOME/big\"",
        "i=0; while [ $i -lt 100000 ] && : > f$i; do i=$((i + 1)); done",
        "exec truncate -s 1T sparse"
      })
  void aFullDiskIsTold(String script) throws InterruptedException {
    try (SandboxSession session = open(SMALL)) {
      assertThat(run(session, script)).isInstanceOf(ExecResult.DiskFull.class);
    }
  }

  @Test
  void whatIsPutBeyondTheDiskIsRefused() throws InterruptedException {
    try (SandboxSession session = open(SMALL)) {
      assertThatThrownBy(() -> session.put("big", new byte[(int) (33 * MIB)]))
          .isInstanceOf(SandboxException.class);
      session.put("half", new byte[(int) (20 * MIB)]);
      session.put("other", new byte[(int) (11 * MIB)]);
      assertThat(run(session, "exit 0")).isInstanceOf(ExecResult.DiskFull.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mkdir -p here/inner/deep; echo x > here/inner/file",
        "mkdir -p here/inner; chmod 000 here/inner here",
        "echo x > here; chmod 000 here; chmod 000 .",
        "mkfifo here",
        "ln -s /nowhere here"
      })
  void nothingThatACommandMakesKeepsAFileFromBeingPut(String script) throws InterruptedException {
    try (SandboxSession session = open(SMALL)) {
      assertThat(run(session, script).succeeded()).isTrue();
      session.put("here/inner", "x".getBytes(UTF_8));
      assertThat(session.take("here/inner", 10)).isEqualTo("x".getBytes(UTF_8));
      assertThat(run(session, "rm -rf here; " + script).succeeded()).isTrue();
      session.put("here", "y".getBytes(UTF_8));
      List<String> lines = new CopyOnWriteArrayList<>();
      session.exec(Command.of("cat", "here"), lines::add, NEVER);
      assertThat(lines).containsExactly("y");
    }
  }

  @Test
  void manyFilesLargeOnesAndLongNamesArrive() throws InterruptedException {
    try (SandboxSession session = open(Limits.ofDefaults())) {
      String deep = "a-folder-with-quite-a-long-name/".repeat(7) + "file";
      session.put(deep, "deep".getBytes(UTF_8));
      session.put("-n", "dash".getBytes(UTF_8));
      session.put("it's\nodd", "odd".getBytes(UTF_8));
      session.put("large", new byte[(int) (50 * MIB)]);
      for (int i = 0; i < 1000; i++) {
        session.put("many/" + i, Integer.toString(i).getBytes(UTF_8));
      }
      assertThat(session.take(deep, 10)).isEqualTo("deep".getBytes(UTF_8));
      assertThat(session.take("-n", 10)).isEqualTo("dash".getBytes(UTF_8));
      assertThat(session.take("it's\nodd", 10)).isEqualTo("odd".getBytes(UTF_8));
      assertThat(session.take("large", 50 * MIB)).hasSize((int) (50 * MIB));
      assertThat(session.take("many/999", 10)).isEqualTo("999".getBytes(UTF_8));
    }
  }

  @Test
  void whatIsPutReplacesAPlantedLink() throws InterruptedException {
    try (SandboxSession session = open(SMALL)) {
      run(session, "mkdir real; ln -s real folder; ln -s real/file file");
      session.put("folder/inner", "x".getBytes(UTF_8));
      session.put("file", "y".getBytes(UTF_8));
      List<String> lines = new CopyOnWriteArrayList<>();
      session.exec(Command.of("sh", "-c", "ls real; cat folder/inner file"), lines::add, NEVER);
      assertThat(lines).containsExactly("xy");
    }
  }

  @Test
  void theHolderIsOutOfReach() throws InterruptedException {
    try (SandboxSession session = open(SMALL)) {
      run(session, "kill -9 1; kill -9 -1");
      assertThat(run(session, "echo x > /proc/1/fd/1").succeeded()).isFalse();
      assertThat(run(session, "cat /proc/1/environ").succeeded()).isFalse();
      assertThat(run(session, "exit 0").succeeded()).isTrue();
    }
  }

  @Test
  void aCancelledCommandAndItsSessionLeaveNothing() throws Exception {
    String app = "package-forge-test-" + UUID.randomUUID();
    Map<String, String> ours = new Labels(app).common();
    try (Engine engine = EngineSearch.find(DockerHere.settings());
        DockerSandbox alone = DockerHere.sandbox().app(app).pool(0).build()) {
      try (SandboxSession session = alone.open(new SandboxSpec(Network.NONE, SMALL))) {
        Cancellation cancellation = new Cancellation();
        ExecResult result =
            session.exec(
                Command.of("sh", "-c", "(setsid sleep 1000 &); echo on; exec sleep 1000"),
                line -> cancellation.cancel(),
                cancellation);
        assertThat(result).isInstanceOf(ExecResult.Cancelled.class);
        assertThat(engine.containers(ours)).hasSize(1);
      }
      assertThat(engine.containers(ours)).isEmpty();
      assertThat(engine.volumes(ours)).isEmpty();
    }
  }

  @Test
  void aCommandThatKeepsItsHolderFromAnsweringIsTimedOut() throws Exception {
    Limits limits = new Limits(Duration.ofSeconds(2), 64 * MIB, 32 * MIB, MIB, 32, 1);
    try (DockerSandbox alone = DockerHere.sandbox().pool(0).build();
        SandboxSession session = alone.open(new SandboxSpec(Network.NONE, limits))) {
      String cell = alone.containers().iterator().next();
      ExecResult result =
          session.exec(
              Command.of("sh", "-c", "echo on; exec sleep 1000"), line -> freeze(cell), NEVER);
      assertThat(result).isInstanceOf(ExecResult.TimedOut.class);
      assertThat(run(session, "exit 0")).isEqualTo(result);
      assertThat(alone.containers()).isEmpty();
    }
  }

  private static void freeze(String container) {
    try {
      assertThat(new ProcessBuilder("docker", "pause", container).start().waitFor()).isZero();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private SandboxSession open(Limits limits) throws InterruptedException {
    if (sandbox == null) {
      throw new IllegalStateException("no sandbox was made");
    }
    return sandbox.open(new SandboxSpec(Network.NONE, limits));
  }

  private static ExecResult run(SandboxSession session, String script) throws InterruptedException {
    return session.exec(Command.of("sh", "-c", script), OutputListener.SILENT, NEVER);
  }
}
