package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Cancellation;
import dev.packageforge.sandbox.Command;
import dev.packageforge.sandbox.ExecResult;
import dev.packageforge.sandbox.OutputListener;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import dev.packageforge.toolchain.VerificationListener;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class BenchTest {
  private SandboxSession session;
  private Bench bench;

  @BeforeEach
  void open(@TempDir Path folder) throws InterruptedException {
    session =
        Machine.sandbox(folder)
            .open(new SandboxSpec(SandboxSpec.Network.NONE, SandboxSpec.Limits.ofDefaults()));
    bench = bench(session);
    bench.put("forge/report", "text");
  }

  @AfterEach
  void close() {
    session.close();
  }

  @Test
  void whatCommandsLeftIsRead() throws InterruptedException {
    assertThat(bench.left("forge/report", 4).orElseThrow())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("text");
  }

  @Test
  void whatCommandsDidNotLeaveIsTheirFault() throws InterruptedException {
    assertThat(bench.left("forge/other", 4)).isEmpty();
    assertThat(bench.left("forge", 4)).isEmpty();
    assertThat(bench.left("forge/report", 3)).isEmpty();
    run("require('fs').symlinkSync('report', 'forge/link')");
    assertThat(bench.left("forge/link", 4)).isEmpty();
    run("require('fs').symlinkSync('forge', 'folder')");
    assertThat(bench.left("folder/report", 4)).isEmpty();
  }

  @Test
  void aFileThatIsThereAndCannotBeReadIsAnAccident() {
    Bench broken = bench(new BrokenSession(session));
    assertThatThrownBy(() -> broken.left("forge/report", 4)).isInstanceOf(SandboxException.class);
  }

  private void run(String script) throws InterruptedException {
    assertThat(bench.quietly(List.of("node", "-e", script)).succeeded()).isTrue();
  }

  private static Bench bench(SandboxSession session) {
    return new Bench(
        session,
        new Places(Set.of("package"), Set.of()),
        VerificationListener.SILENT,
        Cancellation.never());
  }

  /** A session whose disk fails when it is read. */
  private record BrokenSession(SandboxSession sound) implements SandboxSession {
    @Override
    public void put(String path, byte[] content) {
      sound.put(path, content);
    }

    @Override
    public ExecResult exec(Command command, OutputListener output, Cancellation cancellation)
        throws InterruptedException {
      return sound.exec(command, output, cancellation);
    }

    @Override
    public void cutNetwork() {
      sound.cutNetwork();
    }

    @Override
    public byte[] take(String path, long maxBytes) {
      throw new SandboxException(
          "\"" + path + "\" could not be read.", "Look at the disk.", false, /* cause= */ null);
    }

    @Override
    public void close() {
      sound.close();
    }
  }
}
