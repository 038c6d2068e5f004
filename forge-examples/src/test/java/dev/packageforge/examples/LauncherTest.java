package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code forge}, run by a real shell, with a java and a mvn made for the test. */
class LauncherTest {
  private static final String JAVA =
      """
      if [ "$1" = -version ]; then echo 'openjdk version "%s" 2025-01-01' >&2; exit 0; fi
      for argument; do last=$argument; done
      echo "ran $(basename "$0"): $last"
      """;
  private static final String MAVEN =
      """
      if [ "$2" = -v ]; then printf '\\033[1mApache Maven %s\\033[m\\n'; exit 0; fi
      echo "built" >>"$FORGE_TEST_LOG"
      while [ "$1" != -f ]; do shift; done
      target=$(dirname "$2")/forge-examples/target
      mkdir -p "$target"
      echo jar >"$target/forge.jar"
      """;

  private Path folder;
  private Path project;
  private Path bin;
  private Path log;

  private record Ran(int exit, String out, String err) {}

  @BeforeEach
  void copyTheScript(@TempDir Path empty) throws IOException {
    folder = empty.toRealPath();
    project = Files.createDirectories(folder.resolve("a project"));
    bin = Files.createDirectories(folder.resolve("bin"));
    log = folder.resolve("log");
    Files.copy(Path.of("..", "forge"), project.resolve("forge"));
    executable(project.resolve("forge"));
    Files.createDirectories(project.resolve("forge-core/src/main/java"));
    Files.writeString(project.resolve("pom.xml"), "<project/>");
    for (String tool :
        List.of(
            "sh",
            "sed",
            "head",
            "tail",
            "dirname",
            "basename",
            "readlink",
            "find",
            "mkdir",
            "rmdir",
            "rm",
            "mv",
            "cat",
            "sleep",
            "stty",
            "printf",
            "kill")) {
      pass(tool);
    }
    program("javac", "exit 0");
    program("java", JAVA.formatted("17.0.1"));
    program("mvn", MAVEN.formatted("3.8.7"));
  }

  @Test
  void theFirstUseBuildsAndTheSecondDoesNot() throws Exception {
    Ran first = forge("doctor");
    assertThat(first.err()).contains("Building Package Forge (first use) with Java 17");
    assertThat(first.out()).isEqualTo("ran java: doctor\n");
    assertThat(first.exit()).isZero();
    Ran second = forge("config");
    assertThat(second.err()).isEmpty();
    assertThat(second.out()).isEqualTo("ran java: config\n");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void aNewerSourceIsBuiltAgain() throws Exception {
    forge("doctor");
    Path source = project.resolve("forge-core/src/main/java/New.java");
    Files.writeString(source, "class New {}");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
    assertThat(forge("doctor").err()).contains("its sources changed");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void aBuildMadeByHandIsUsed() throws Exception {
    Path jar = project.resolve("forge-examples/target/forge.jar");
    Files.createDirectories(jar.getParent());
    Files.writeString(jar, "jar");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(5)));
    assertThat(forge("x").out()).isEqualTo("ran java: x\n");
    assertThat(builds()).isZero();
  }

  @Test
  void itWorksFromElsewhereAndThroughLinks() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("to-forge"), project.resolve("forge"));
    Path relative =
        Files.createSymbolicLink(
            Files.createDirectories(folder.resolve("deep")).resolve("again"),
            Path.of("..", "to-forge"));
    assertThat(run(folder, List.of(link.toString(), "one")).out()).isEqualTo("ran java: one\n");
    assertThat(run(folder, List.of("deep/again", "two")).out()).isEqualTo("ran java: two\n");
    Files.createSymbolicLink(bin.resolve("forge"), relative);
    assertThat(run(folder, List.of("sh", "-c", "forge three")).out())
        .isEqualTo("ran java: three\n");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void javaHomeComesBeforeThePath() throws Exception {
    Path home = Files.createDirectories(folder.resolve("jdk/bin"));
    script(home.resolve("java"), "echo from JAVA_HOME");
    script(home.resolve("javac"), "exit 0");
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"21.0.2\"\n");
    Ran ran = forge(Map.of("JAVA_HOME", folder.resolve("jdk").toString()), "x");
    assertThat(ran.out()).isEqualTo("from JAVA_HOME\n");
    assertThat(ran.err()).contains("with Java 21");
  }

  @Test
  void anOldJavaInJavaHomeGivesWayToTheOneOnThePath() throws Exception {
    Path home = Files.createDirectories(folder.resolve("jdk/bin"));
    script(home.resolve("java"), JAVA.formatted("1.8.0_392"));
    assertThat(forge(Map.of("JAVA_HOME", folder.resolve("jdk").toString()), "x").out())
        .isEqualTo("ran java: x\n");
  }

  @Test
  void anOldOrMissingJavaIsSaid() throws Exception {
    program("java", JAVA.formatted("11.0.2"));
    Ran old = forge("x");
    assertThat(old.exit()).isEqualTo(3);
    assertThat(old.err())
        .contains("Java 17 or newer is needed", bin.resolve("java") + " is Java 11", "next:  ");
    Files.delete(bin.resolve("java"));
    Ran missing = forge(Map.of("JAVA_HOME", folder.resolve("nowhere").toString()), "x");
    assertThat(missing.exit()).isEqualTo(3);
    assertThat(missing.err()).contains("was not found", "JAVA_HOME has no bin/java");
    assertThat(missing.err().lines()).hasSize(2);
  }

  @Test
  void anOldOrMissingMavenIsSaidOnlyWhenThereIsSomethingToBuild() throws Exception {
    program("mvn", MAVEN.formatted("3.6.3"));
    Ran old = forge("x");
    assertThat(old.exit()).isEqualTo(3);
    assertThat(old.err()).contains("is Maven 3.6.3; 3.8 or newer is needed", "next:  ");
    Files.delete(bin.resolve("mvn"));
    Ran missing = forge("x");
    assertThat(missing.exit()).isEqualTo(3);
    assertThat(missing.err()).contains("Maven (mvn 3.8 or newer) is not on the PATH");
    program("mvn", MAVEN.formatted("4.0.0"));
    assertThat(forge("x").exit()).isZero();
    Files.delete(bin.resolve("mvn"));
    assertThat(forge("x").exit()).isZero();
  }

  @Test
  void aFailedBuildShowsTheEndOfItsLog() throws Exception {
    program(
        "mvn",
        "if [ \"$2\" = -v ]; then echo Apache Maven 3.9.9; exit 0; fi\n"
            + "echo '[ERROR] no such symbol'; exit 1");
    Ran ran = forge("x");
    assertThat(ran.exit()).isEqualTo(3);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("[ERROR] no such symbol", "the build failed", "next:  ");
    program("mvn", MAVEN.formatted("3.9.9"));
    assertThat(forge("x").exit()).isZero();
  }

  @Test
  void twoFirstUsesBuildOnce() throws Exception {
    Path gate = folder.resolve("gate");
    assertThat(new ProcessBuilder("mkfifo", gate.toString()).start().waitFor()).isZero();
    // The build goes on when somebody writes into the gate: both calls are then under way.
    program(
        "mvn",
        "if [ \"$2\" = -v ]; then echo Apache Maven 3.9.9; exit 0; fi\n"
            + "read -r go <\"$FORGE_TEST_GATE\"\n"
            + MAVEN.formatted("3.9.9"));
    Map<String, String> extra = Map.of("FORGE_TEST_GATE", gate.toString());
    Process one = start(project, extra, List.of("./forge", "one"));
    Process two = start(project, extra, List.of("./forge", "two"));
    // Opening a pipe for writing waits until the build has opened it for reading.
    Files.writeString(gate, "go\n");
    Ran first = finish(one);
    Ran second = finish(two);
    assertThat(List.of(first.out(), second.out()))
        .containsExactly("ran java: one\n", "ran java: two\n");
    assertThat(builds()).isEqualTo(1);
    assertThat(project.resolve("forge-examples/target/forge.lock")).doesNotExist();
  }

  @Test
  void aDeadBuildersLockIsTakenOver() throws Exception {
    Path lock = Files.createDirectories(project.resolve("forge-examples/target/forge.lock"));
    Process dead = new ProcessBuilder("sh", "-c", "exit 0").start();
    dead.waitFor();
    Files.writeString(lock.resolve("pid"), Long.toString(dead.pid()));
    assertThat(forge("x").out()).isEqualTo("ran java: x\n");
    assertThat(lock).doesNotExist();
  }

  @Test
  void aLivingBuildersLockIsRespected() throws Exception {
    Path lock = Files.createDirectories(project.resolve("forge-examples/target/forge.lock"));
    Files.writeString(lock.resolve("pid"), Long.toString(ProcessHandle.current().pid()));
    Process waiting = start(project, Map.of(), List.of("./forge", "x"));
    assertThat(waiting.errorReader(StandardCharsets.UTF_8).readLine())
        .contains("waiting for another forge");
    assertThat(builds()).isZero();
    Files.delete(lock.resolve("pid"));
    Files.delete(lock);
    assertThat(finish(waiting).out()).isEqualTo("ran java: x\n");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void aLocaleThatIsNotUtf8IsReplaced() throws Exception {
    program("java", JAVA.formatted("17") + "echo \"$LC_ALL\"");
    assertThat(forge("x").out()).endsWith("C.UTF-8\n");
    assertThat(forge(Map.of("LC_ALL", "de_DE.UTF-8"), "x").out()).endsWith("de_DE.UTF-8\n");
  }

  private int builds() throws IOException {
    return Files.exists(log) ? Files.readAllLines(log).size() : 0;
  }

  private Ran forge(String argument) throws Exception {
    return forge(Map.of(), argument);
  }

  private Ran forge(Map<String, String> extra, String argument) throws Exception {
    return finish(start(project, extra, List.of("./forge", argument)));
  }

  private Ran run(Path where, List<String> line) throws Exception {
    return finish(start(where, Map.of(), line));
  }

  private Process start(Path where, Map<String, String> extra, List<String> line)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(line).directory(where.toFile());
    Map<String, String> environment = new HashMap<>(extra);
    environment.put("PATH", bin.toString());
    environment.put("FORGE_TEST_LOG", log.toString());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static Ran finish(Process process) throws Exception {
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ran(process.exitValue(), out, err);
  }

  private void program(String name, String text) throws IOException {
    script(bin.resolve(name), text);
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    executable(file);
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** The script may use what every POSIX system has, and nothing else. */
  private void pass(String tool) throws IOException {
    for (String place : List.of("/bin", "/usr/bin")) {
      Path program = Path.of(place, tool);
      if (Files.isExecutable(program)) {
        program(tool, "exec " + program + " \"$@\"");
        return;
      }
    }
  }
}
