package dev.packageforge.examples.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.npm.NpmToolchain;
import dev.packageforge.sandbox.ProcessSandbox;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.testing.Requirement;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Where a protection is missing the case that asks for it is red. Only cases that do no harm where
 * nothing holds them are tried here.
 */
@Timeout(120)
final class HostileCasesCanFailTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2   | --pids-limit=-1                       | 300 programs run at once
          14  | --user=0                              | BROKEN first
          16  | --network=host                        | There was a connection
          17  | --network=host                        | There was a datagram
          18  | --volume=/dev/null:/run/docker.sock   | there is /run/docker.sock
          19  | --env=CANARY=sings                    | there is a variable CANARY
          20  | --volume=@:@                          | It tells a secret of this machine
          20  | --volume=@:@                          | A file of this machine was changed
          21  | --user=0                              | can be changed
          25  | --security-opt=seccomp=unconfined     | BROKEN
          117 | --security-opt=seccomp=unconfined     | BROKEN
          144 | --ulimit=nofile=19000:19000           | 15000 files are open
          146 | --ulimit=core=-1:-1                   | a core may be written
          155 | --user=0                              | (overlay)
          156 | --tmpfs=/scratch:suid,dev             | /scratch
          163 | --user=0                              | it may rise
          163 | --security-opt=seccomp=unconfined     | no call is refused
          164 | --user=0                              | it is root
          """)
  void aContainerWithoutAProtectionDoesNotHold(
      int number, String flag, String complaint, @TempDir Path folder) throws Exception {
    String image = SandboxesHere.image();
    Requirement.need("docker", PlainDocker.has(image), "no engine has the image " + image + ".");
    Sandbox plain = new PlainDocker(image, flag.strip().replace("@", folder.toString()));
    assertRed(number, plain, folder, complaint.strip());
  }

  @ParameterizedTest
  @CsvSource({"20, A file of this machine was changed", "163, no call is refused"})
  void plainProcessesDoNotHold(int number, String complaint, @TempDir Path folder)
      throws Exception {
    Sandbox processes =
        ProcessSandbox.builder(folder.resolve("sessions"), System.getenv("PATH")).build();
    assertRed(number, processes, folder, complaint);
  }

  @Test
  void aSoundPackageIsNotRefused(@TempDir Path folder) throws Exception {
    HostileCase sound =
        CaseReader.read(
            """
            number: 1
            name: sound
            story: There is nothing wrong.
            from: closed
            package: tarball
            finding: tarball-refused
            -- tarball --
            sound
            """);
    CaseReport report = run(Sandbox.closed("No.", "No."), folder).run(sound);
    assertThat(report.complaints()).anyMatch(each -> each.contains("was to be run"));
  }

  private static void assertRed(int number, Sandbox sandbox, Path folder, String complaint)
      throws Exception {
    HostileCase attack =
        HostileCorpus.shipped().stream()
            .filter(each -> each.number() == number)
            .findFirst()
            .orElseThrow();
    assertThat(run(sandbox, folder).run(attack).complaints())
        .anyMatch(each -> each.contains(complaint));
  }

  private static HostileRun run(Sandbox sandbox, Path folder) throws Exception {
    return new HostileRun(sandbox, NpmToolchain.builder().build(), SandboxesHere.open(folder));
  }
}
