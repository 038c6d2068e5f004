package dev.packageforge.examples.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.SandboxReport;
import dev.packageforge.sandbox.SandboxSpec;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CaseReaderTest {
  private static final String HEAD = "number: 7\nname: a-case\nstory: Does harm.\n";

  @Test
  void commandsAreReadInOrder() {
    HostileCase read =
        CaseReader.read(
            HEAD
                + """
                # a remark
                from: contained
                online: yes
                limits: time=3s memory=128m disk=16m output=64k processes=9
                run: sh a.sh
                ends: timed-out | exit 3
                put: a/b
                cut:
                run: true
                held: one two
                -- a.sh --
                echo held one

                -- b --
                x
                """);
    assertThat(read.from()).isEqualTo(SandboxReport.Level.CONTAINED);
    assertThat(read.files()).containsEntry("a.sh", "echo held one\n").containsEntry("b", "x\n");
    SandboxSpec.Limits limits =
        new SandboxSpec.Limits(Duration.ofSeconds(3), 128L << 20, 16L << 20, 64L << 10, 9, 1);
    assertThat(read.attack())
        .isEqualTo(
            new Attack.Commands(
                new SandboxSpec(SandboxSpec.Network.REGISTRY_ONLY, limits),
                List.of(
                    new Attack.Act.Run("sh a.sh", Set.of("timed-out", "exit 3")),
                    new Attack.Act.Put("a/b"),
                    new Attack.Act.Cut(),
                    new Attack.Act.Run("true", Set.of())),
                Set.of("one", "two")));
  }

  @Test
  void aPackageIsReadWithWhatMustBeSaidOfIt() {
    HostileCase read =
        CaseReader.read(HEAD + "package: folder\nfinding: a b\nsays: not so | at all\n");
    assertThat(read.attack())
        .isEqualTo(
            new Attack.Judged(
                Attack.Form.FOLDER,
                new Attack.Verdict(false, Set.of("a", "b"), List.of("at all", "not so"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ends: exit 0\n",
        "run: x\nunheard: of\n",
        "run: x\nno field\n",
        "run: x\nlimits: time=3\n",
        "run: x\nheld: a\nheld: b\n",
        "run: x\n-- a --\n-- a --\n",
        "package: folder\nverdict: perhaps\n",
        "package: folder\nrun: x\n"
      })
  void whatIsNoCaseIsRefused(String rest) {
    assertThatThrownBy(() -> CaseReader.read(HEAD + rest))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
