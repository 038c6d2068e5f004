package dev.packageforge.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.SandboxReport;
import dev.packageforge.SandboxReport.Level;
import dev.packageforge.docker.EngineFacts.Missing;
import dev.packageforge.docker.Probe.Seen;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSpec.Limits;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of an engine. */
class ProbeTest {
  private static final Image IMAGE =
      new Image("some:1", "sha256:ab", List.of("some@sha256:cd"), List.of());
  private static final String GOOD =
      """
      NoNewPrivs:1
      Seccomp:2
      CapEff:0000000000000000
      CapBnd:0000000000000000
      memory.max:1073741824
      pids.max:136
      done:yes
      """;

  private static SandboxReport judge(EngineFacts facts, @Nullable String runtime, String output) {
    Seen seen = Seen.of(output, Limits.ofDefaults());
    return Probe.judge(facts, runtime, "some:1", Optional.of(IMAGE), seen);
  }

  private static EngineFacts facts(String product, Missing... missing) {
    return new EngineFacts(
        EngineAddress.of("/var/run/docker.sock", null, "Docker's own socket"),
        product,
        "28.1",
        "1.48",
        "linux/amd64",
        2,
        List.of("name=seccomp,profile=builtin", "name=cgroupns"),
        Set.of("runc", "runsc"),
        "runc",
        Set.of(missing));
  }

  @Test
  void anEngineThatHoldsEverythingIsolates() {
    SandboxReport report = judge(facts("Docker"), null, GOOD);
    assertThat(report.level()).isEqualTo(Level.ISOLATED);
    assertThat(report.degradations()).isEmpty();
    assertThat(report.enforced())
        .contains(
            "Docker 28.1 at unix:///var/run/docker.sock, containers run by runc.",
            "The image is some:1 (sha256:cd).",
            "Memory is bounded.");
  }

  @Test
  void aRuntimeWithAKernelOfItsOwnIsolatesTwice() {
    SandboxReport report =
        judge(facts("Docker"), "runsc", "CapEff:0000\nCapBnd:0000\nNoNewPrivs:0\ndone:yes\n");
    assertThat(report.level()).isEqualTo(Level.DOUBLY_ISOLATED);
    assertThat(report.degradations()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "NoNewPrivs:1, NoNewPrivs:0, NONE, gain privileges",
    "CapBnd:0000000000000000, CapBnd:00000000a80425fb, NONE, has capabilities",
    "done:yes, device:eth0, NONE, could not be looked at",
    "done:yes, device:eth0|done:yes, NONE, has a network: eth0",
    "done:yes, root:writable|done:yes, NONE, change its image",
    "Seccomp:2, Seccomp:0, CONTAINED, does not filter",
    "memory.max:1073741824, memory.max:max, CONTAINED, Memory is not bounded",
    "pids.max:136, pids.max:4194304, CONTAINED, number of processes is not bounded"
  })
  void whatIsSeenInsideCountsMoreThanWhatAnEngineSays(
      String good, String bad, Level level, String sentence) {
    String output = GOOD.replace(good, bad.replace('|', '\n'));
    SandboxReport report = judge(facts("Docker"), null, output);
    assertThat(report.level()).isEqualTo(level);
    assertThat(report.degradations()).singleElement().asString().contains(sentence);
    if (level == Level.NONE) {
      assertThatThrownBy(() -> Probe.requireContained(report))
          .isInstanceOfSatisfying(SandboxException.class, e -> assertThat(e.retryable()).isFalse())
          .hasMessageContaining(sentence);
    } else {
      Probe.requireContained(report);
    }
  }

  @Test
  void aLimitThatAnEngineLacksIsTold() {
    SandboxReport report =
        Probe.judge(
            facts("Docker", Missing.PROCESSORS, Missing.SWAP, Missing.MEMORY),
            null,
            "some:1",
            Optional.empty(),
            null);
    assertThat(report.level()).isEqualTo(Level.CONTAINED);
    assertThat(report.degradations())
        .containsExactly(
            "Memory is not bounded.",
            "Processor time is not bounded.",
            "The image some:1 is not here yet: the first session fetches it.");
  }

  @Test
  void podmanHoldsLessAndSaysSo() {
    SandboxReport report = judge(facts("Podman"), null, GOOD);
    assertThat(report.level()).isEqualTo(Level.CONTAINED);
    assertThat(report.degradations()).hasSize(2);
  }

  @Test
  void anEngineBehindANetworkIsToldAsThat() {
    EngineFacts near = facts("Docker");
    EngineFacts far =
        new EngineFacts(
            EngineAddress.of("tcp://10.0.0.9:2375", null, "the setting"),
            near.product(),
            near.version(),
            near.api(),
            near.platform(),
            near.cgroups(),
            near.security(),
            near.runtimes(),
            near.defaultRuntime(),
            near.missing());
    assertThat(judge(far, null, GOOD).degradations()).singleElement().asString().contains("clear");
  }

  @Test
  void whatAnEngineSaysAloneIsNotKept() throws Exception {
    try (Engine engine = TestEngine.find()) {
      Probe probe = new Probe(engine, "package-forge-absent:1", Map.of());
      assertThat(probe.report()).isNotSameAs(probe.report());
    }
  }

  @Test
  void theEngineOfThisMachineIsolates() throws Exception {
    Map<String, String> mark = TestEngine.mark(ProbeTest.class);
    try (Engine engine = TestEngine.find()) {
      Probe probe = new Probe(engine, TestEngine.image(engine).name(), mark);
      SandboxReport report = probe.report();
      assertThat(report.level()).as(report.toString()).isEqualTo(Level.ISOLATED);
      assertThat(probe.report()).isSameAs(report);
      assertThat(engine.containers(mark)).isEmpty();
      assertThat(Path.of(engine.facts().address().uri().getPath())).exists();
    }
  }
}
