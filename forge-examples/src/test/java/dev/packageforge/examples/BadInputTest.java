package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each bad input ends with its exit code, one clear sentence and a next step. */
class BadInputTest {
  private Path folder;
  private Desk desk;

  @BeforeEach
  void sitDown(@TempDir Path empty) {
    folder = empty;
    desk = new Desk(empty);
  }

  @Test
  void anEmptyPromptIsWrongUsage() {
    assertRefused(desk.run("new"), Exit.USAGE, "prompt is empty");
    assertRefused(desk.run("new", "  \n "), Exit.USAGE, "prompt is empty");
  }

  @Test
  void aPromptThatIsTooLongIsWrongUsage() {
    assertRefused(
        desk.run("new", "x".repeat(100 * 1024)), Exit.USAGE, "102400 bytes, it may have 16384");
    desk.in = new ByteArrayInputStream(new byte[8 * 1024 * 1024]);
    assertRefused(desk.run("new", "--prompt-file", "-"), Exit.USAGE, "it may have 16384");
  }

  @Test
  void aPromptFileMustBeATextFile() throws IOException {
    assertRefused(desk.run("new", "--prompt-file", "absent"), Exit.USAGE, "no such file");
    assertRefused(desk.run("new", "--prompt-file", "."), Exit.USAGE, "from .");
    Files.write(folder.resolve("raw"), new byte[] {(byte) 0xff, (byte) 0xfe});
    assertRefused(desk.run("new", "--prompt-file", "raw"), Exit.USAGE, "not UTF-8");
    assertRefused(desk.run("new", "word", "--prompt-file", "raw"), Exit.USAGE, "one of them");
  }

  @Test
  void unknownWordsAreWrongUsage() {
    assertRefused(desk.run("new", "a slug maker", "--publish"), Exit.USAGE, "--publish");
    assertRefused(desk.run("nwe", "a slug maker"), Exit.USAGE, "There is no command \"nwe\";");
    assertRefused(desk.run("help", "nwe"), Exit.USAGE, "nwe");
    assertRefused(desk.run("bench"), Exit.USAGE, "demo");
    assertRefused(desk.run("bench", "demo", "--runs", "0"), Exit.USAGE, "--runs is 0");
    assertRefused(desk.run("bench", "demo", "--runs", "many"), Exit.USAGE, "many");
    Desk.Result nothing = desk.run();
    assertThat(nothing.exit()).isEqualTo(Exit.USAGE.code());
    assertThat(nothing.err()).contains("Usage: forge");
  }

  @Test
  void escapeSequencesInArgumentsAreMadeVisible() {
    Desk.Result result = desk.run("new", "--\u001b[2Jx");
    assertRefused(result, Exit.USAGE, "<U+001B>[2Jx");
  }

  @Test
  void badSettingsAreWrongUsage() throws IOException {
    assertRefused(desk.run("new", "x", "--max-attempts", "0"), Exit.USAGE, "max.attempts is \"0\"");
    Files.writeString(folder.resolve(".env"), "FORGE_SANDBOX=vm\n");
    assertRefused(desk.run("new", "x"), Exit.USAGE, ".env line 1");
    Files.writeString(folder.resolve(".env"), "A=b\nFORGE_DATA\n");
    assertRefused(desk.run("new", "x"), Exit.USAGE, ".env line 2");
  }

  @Test
  void anOutputFolderThatIsInUseIsRefused() throws IOException {
    Files.createDirectories(folder.resolve("there/already"));
    Files.writeString(folder.resolve("file"), "");
    assertRefused(desk.run("new", "x", "--out", "there"), Exit.USAGE, "not empty");
    assertRefused(desk.run("new", "x", "--out", "file"), Exit.USAGE, "is a file");
    assertRefused(desk.run("new", "x", "--out", ""), Exit.USAGE, "has no name");
  }

  @Test
  void withoutNodeNothingBegins() throws IOException {
    Files.delete(desk.programs.resolve("node"));
    Desk.Result result = desk.run("new", "a slug maker");
    assertRefused(result, Exit.NOT_READY, "not ready");
    assertThat(result.err()).contains("✗ node", "not on the PATH", "Install Node.js 20");
    assertThat(result.err()).doesNotContain("✗ npm");
  }

  @Test
  void aNodeThatIsTooOldIsNotEnough() {
    desk.program("node", "echo v16.20.2");
    desk.program("npm", "echo 8.19.4");
    Desk.Result result = desk.run("new", "a slug maker");
    assertRefused(result, Exit.NOT_READY, "not ready");
    assertThat(result.err())
        .contains("✗ node", "16.20.2", "20 or newer is needed", "8.19.4", "10 or newer is needed");
  }

  @Test
  void aNodeThatSaysNothingSensibleIsNotEnough() {
    desk.program("node", "exit 1");
    assertThat(desk.run("new", "a slug maker").err()).contains("does not say its version");
  }

  @Test
  void aDataFolderThatCannotBeWrittenIsSaidAtOnce() throws IOException {
    // Below a file there is no folder, for root neither.
    Files.writeString(folder.resolve("file"), "");
    Desk.Result below = desk.run("new", "x", "--data", folder.resolve("file/data").toString());
    assertRefused(below, Exit.NOT_READY, "not ready");
    assertThat(below.err()).contains("✗ data", "cannot be written", "--data");
    Desk.Result file = desk.run("new", "x", "--registry-folder", folder.resolve("file").toString());
    assertThat(file.exit()).isEqualTo(Exit.NOT_READY.code());
    assertThat(file.err()).contains("✗ registry", "--registry-folder");
  }

  @Test
  void aFullDiskIsSaidAtOnce() {
    desk.freeBytes = place -> 1024;
    Desk.Result full = desk.run("new", "a slug maker");
    assertRefused(full, Exit.NOT_READY, "not ready");
    assertThat(full.err()).contains("✗ disk", "only 1.0 kB free");
  }

  @Test
  void aNodeThatHangsIsGivenUp() {
    // A grandchild that holds the output open.
    desk.program("node", "PATH=/usr/bin:/bin; sleep 100; echo v22.3.0");
    long start = System.nanoTime();
    assertRefused(desk.run("new", "a slug maker"), Exit.NOT_READY, "not ready");
    assertThat(desk.err.toString(StandardCharsets.UTF_8)).contains("in time");
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(60));
  }

  @Test
  void aFullDiskOfTheRegistryAloneIsSaidToo() {
    Path elsewhere = folder.resolve("elsewhere");
    desk.freeBytes = place -> place.startsWith(elsewhere) ? 1024 : Long.MAX_VALUE / 2;
    desk.run("doctor", "--registry-folder", elsewhere.toString());
    Desk.Result full = desk.run("new", "x", "--registry-folder", elsewhere.toString());
    assertRefused(full, Exit.NOT_READY, "not ready");
    assertThat(full.err()).contains("✗ disk", "--registry-folder");
  }

  @Test
  void aFaultOfOursHidesItsTraceUnlessAsked() {
    Desk.Result quiet = desk.run("new", "a slug maker");
    assertThat(quiet.exit()).isEqualTo(Exit.FAILED.code());
    assertThat(quiet.err())
        .contains("A fault of Package Forge", "--stacktrace")
        .doesNotContain("\tat ");
    desk.environment.put("FORGE_DEBUG", "1");
    assertThat(desk.run("new", "a slug maker").err()).contains("\tat ");
    desk.environment.remove("FORGE_DEBUG");
    assertThat(desk.run("new", "a slug maker", "--stacktrace").err()).contains("\tat ");
  }

  @Test
  void helpAndVersionAreNoErrors() {
    assertThat(desk.run("--help").out()).contains("Exit codes", "new", "doctor", "completion");
    assertThat(desk.run("help", "new").out()).contains("--prompt-file", "--max-attempts");
    assertThat(desk.run("new", "--help").out()).contains("--dry-run");
    assertThat(desk.run("--version").out()).startsWith("forge ").contains("Java ");
    assertThat(desk.run("help", "bench").exit()).isZero();
  }

  @Test
  void theCompletionScriptIsAShellScript() throws IOException, InterruptedException {
    Desk.Result result = desk.run("completion");
    assertThat(result.exit()).isZero();
    assertThat(result.out()).contains("--prompt-file", "doctor", "complete -F");
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/bin/bash")), "there is no bash to read the script with");
    Path script = Files.writeString(folder.resolve("completion.sh"), result.out());
    Process bash = new ProcessBuilder("/bin/bash", "-n", script.toString()).inheritIO().start();
    assertThat(bash.waitFor()).isZero();
  }

  private static void assertRefused(Desk.Result result, Exit exit, String sentence) {
    assertThat(result.exit()).as(result.err()).isEqualTo(exit.code());
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .contains(sentence)
        .doesNotContain("Exception")
        .doesNotContain("..")
        .doesNotContain("\tat ");
    String last = result.err().lines().reduce((a, b) -> b).orElse("");
    assertThat(last).startsWith("next:  ");
    assertThat(result.err().lines().filter(line -> line.startsWith("forge: "))).isNotEmpty();
  }
}
