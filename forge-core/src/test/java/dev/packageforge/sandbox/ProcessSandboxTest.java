package dev.packageforge.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packageforge.Cancellation;
import dev.packageforge.SandboxReport;
import dev.packageforge.sandbox.SandboxSpec.Limits;
import dev.packageforge.sandbox.SandboxSpec.Network;
import dev.packageforge.testing.SandboxContract;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessSandboxTest extends SandboxContract {
  private static final Cancellation NEVER = Cancellation.never();
  private static final String PATH = System.getenv("PATH");

  private final Path root;
  private final ProcessSandbox sandbox;
  private final int nap = ThreadLocalRandom.current().nextInt(1_000_000, 2_000_000);

  ProcessSandboxTest(@TempDir Path folder) {
    this.root = folder.resolve("sandboxes");
    this.sandbox = ProcessSandbox.builder(root, PATH).build();
  }

  @Override
  protected Sandbox sandbox() {
    return sandbox;
  }

  @Test
  void admitsThatItHoldsNothing() {
    SandboxReport report = sandbox.probe();
    assertThat(report.level()).isEqualTo(SandboxReport.Level.NONE);
    assertThat(report.degradations())
        .contains("Commands run as the same user as this program and can read its files.");
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void opensNothingBeforeTheFirstSession() {
    assertThat(root).doesNotExist();
  }

  @Test
  void aCommandSeesNoVariableOfThisProgram() throws InterruptedException {
    assertThat(System.getenv()).containsKey("HOME");
    ProcessSandbox allowing =
        ProcessSandbox.builder(root, PATH).allow("CHOSEN", "by the builder").build();
    try (SandboxSession session = allowing.open(SandboxSpec.ofDefaults())) {
      List<String> lines = new ArrayList<>();
      session.exec(new Command(List.of("env"), Map.of("OWN", "1")), lines::add, NEVER);
      assertThat(lines.stream().map(line -> line.replaceAll("=.*", "")))
          .containsOnly("PATH", "HOME", "TMPDIR", "LANG", "CHOSEN", "OWN", "FORGE_SESSION", "PWD");
      assertThat(lines).contains("PATH=" + PATH, "LANG=C.UTF-8", "CHOSEN=by the builder", "OWN=1");
      assertThat(lines).noneMatch(line -> line.equals("HOME=" + System.getenv("HOME")));
    }
  }

  @Test
  void homeAndTemporaryFilesGoWithTheSession() throws InterruptedException {
    try (SandboxSession session = sandbox.open(SandboxSpec.ofDefaults())) {
      ExecResult result = run(session, "echo x > \"$HOME/a\" && echo x > \"$TMPDIR/b\"");
      assertThat(result.succeeded()).isTrue();
    }
    assertThat(root).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "setsid NAP >/dev/null 2>&1 & ",
        "setsid setsid setsid NAP & ",
        "env -i setsid NAP >/dev/null 2>&1 & ",
        "(setsid nohup NAP >/dev/null 2>&1 &); "
      })
  void noDaemonOutlivesItsCommand(String script) throws InterruptedException {
    assumeTrue(works("setsid", "true"), "the program setsid is missing");
    assumeTrue(
        !script.startsWith("env -i") || Confinement.find(PATH).cutsNetwork(),
        "without namespaces a daemon that drops its environment is not found");
    try (SandboxSession session = sandbox.open(SandboxSpec.ofDefaults())) {
      String started = "until [ -e started ]; do sleep 0.01; done";
      String nap = "sh -c '>started; exec sleep " + this.nap + "'";
      assertThat(run(session, script.replace("NAP", nap) + started)).matches(ExecResult::succeeded);
      assertThat(session.take("started", 0)).isEmpty();
      assertThat(sleepers()).isZero();
    }
  }

  @Test
  void commandsSideBySideDoNotEndEachOther() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Integer>> succeeded = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        succeeded.add(threads.submit(() -> succeeding(60)));
      }
      for (Future<Integer> one : succeeded) {
        assertThat(one.get()).isEqualTo(60);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** How many of so many short commands, one after the other, did what they should. */
  private int succeeding(int commands) throws InterruptedException {
    int succeeded = 0;
    try (SandboxSession session = sandbox.open(SandboxSpec.ofDefaults())) {
      for (int command = 0; command < commands; command++) {
        succeeded += run(session, "exit 0").succeeded() ? 1 : 0;
      }
    }
    return succeeded;
  }

  @Test
  void aForkBombIsGoneWithItsCommand() throws InterruptedException {
    Limits limits = new Limits(Duration.ofMillis(200), 512L << 20, 512L << 20, 1 << 20);
    String bomb =
        "f() { [ $1 -gt 6 ] && exec sleep " + nap + "; f $(($1+1)) & f $(($1+1)) & wait; }; f 0";
    try (SandboxSession session = sandbox.open(new SandboxSpec(Network.NONE, limits))) {
      assertThat(run(session, bomb)).isInstanceOf(ExecResult.TimedOut.class);
      assertThat(sleepers()).isZero();
    }
  }

  @Test
  void whatIsCutOffReachesNobodyButItself() throws Exception {
    assumeTrue(Confinement.find(PATH).cutsNetwork(), "namespaces are not permitted here");
    assumeTrue(works("bash", "-c", "exit 0"), "the program bash is missing");
    try (ServerSocket host = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        SandboxSession session =
            sandbox.open(new SandboxSpec(Network.REGISTRY_ONLY, Limits.ofDefaults()))) {
      Command connect =
          Command.of("bash", "-c", "exec 9<>/dev/tcp/127.0.0.1/" + host.getLocalPort());
      assertThat(session.exec(connect, OutputListener.SILENT, NEVER).succeeded()).isTrue();
      session.cutNetwork();
      assertThat(session.exec(connect, OutputListener.SILENT, NEVER).succeeded()).isFalse();
    }
  }

  @Test
  void whatIsCutOffStillHasItsOwnLoopback() throws InterruptedException {
    assumeTrue(Confinement.find(PATH).cutsNetwork(), "namespaces are not permitted here");
    assumeTrue(works("ip", "-V"), "the program ip is missing");
    List<String> lines = new ArrayList<>();
    try (SandboxSession session = sandbox.open(SandboxSpec.ofDefaults())) {
      session.exec(Command.of("ip", "-brief", "address"), lines::add, NEVER);
    }
    assertThat(lines).singleElement().asString().contains("lo").contains("127.0.0.1/8");
  }

  @Test
  void aFolderFilledByManyFilesIsTooMuch() throws InterruptedException {
    Limits limits = new Limits(Duration.ofSeconds(60), 512L << 20, 1 << 20, 1 << 20);
    try (SandboxSession session = sandbox.open(new SandboxSpec(Network.NONE, limits))) {
      ExecResult result =
          run(
              session,
              "i=0; while :; do i=$((i+1)); head -c 65536 /dev/zero > \"$TMPDIR/f$i\"; done");
      assertThat(result).isInstanceOf(ExecResult.DiskFull.class);
    }
  }

  @Test
  void memoryBeyondTheLimitIsTooMuch() throws InterruptedException {
    assumeTrue(Files.isReadable(Path.of("/proc/self/status")), "/proc is not readable here");
    Limits limits = new Limits(Duration.ofSeconds(60), 64L << 20, 512L << 20, 1 << 20);
    try (SandboxSession session = sandbox.open(new SandboxSpec(Network.NONE, limits))) {
      ExecResult result =
          run(session, "v=x; while [ ${#v} -lt 134217728 ]; do v=$v$v; done; sleep 60");
      assertThat(result).isInstanceOf(ExecResult.OutOfMemory.class);
    }
  }

  @Test
  void aWorkFolderThatWasReplacedIsNotUsed(@TempDir Path outside) throws InterruptedException {
    try (SandboxSession session = sandbox.open(SandboxSpec.ofDefaults())) {
      run(session, "cd .. && mv work old && ln -s '" + outside + "' work");
      assertThatThrownBy(() -> session.put("x", new byte[1])).isInstanceOf(SandboxException.class);
      assertThatThrownBy(() -> session.take("x", 1)).isInstanceOf(SandboxException.class);
      assertThatThrownBy(() -> run(session, "echo x > x")).isInstanceOf(SandboxException.class);
    }
    assertThat(outside).isEmptyDirectory();
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void removingASessionRemovesLinksAndNotWhatTheyPointTo(@TempDir Path outside)
      throws IOException, InterruptedException {
    Files.writeString(outside.resolve("kept"), "kept");
    try (SandboxSession session = sandbox.open(SandboxSpec.ofDefaults())) {
      run(session, "ln -s '" + outside + "' folder; ln -s '" + outside + "/kept' file");
    }
    assertThat(root).isEmptyDirectory();
    assertThat(outside.resolve("kept")).hasContent("kept");
  }

  @Test
  void aTreeDeeperThanAnyPathMayBeIsRemoved() throws InterruptedException {
    String levels = ("d".repeat(200) + "/").repeat(18);
    try (SandboxSession session = sandbox.open(SandboxSpec.ofDefaults())) {
      String deeper = "mkdir -p " + levels + " && cd " + levels + " && ";
      String deepest = deeper + "mkdir -p " + levels;
      assertThat(run(session, deepest).succeeded()).isTrue();
    }
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void foldersWithoutPermissionsAreRemoved() throws InterruptedException {
    try (SandboxSession session = sandbox.open(SandboxSpec.ofDefaults())) {
      run(session, "mkdir -p a/b && echo x > a/b/c && chmod 0 a/b && chmod 500 a && chmod 0 .");
    }
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void aSessionWhoseProgramIsGoneIsRemovedByTheNext() throws Exception {
    Path dead = Files.createDirectories(root.resolve("session-dead"));
    Files.createFile(dead.resolve("owner"));
    Path starting = Files.createDirectories(root.resolve("session-starting"));
    try (SandboxSession living = sandbox.open(SandboxSpec.ofDefaults())) {
      living.put("a", new byte[1]);
      assertThat(dead).doesNotExist();
      assertThat(starting).exists();
      sandbox.open(SandboxSpec.ofDefaults()).close();
      assertThat(living.take("a", 1)).hasSize(1);
    }
  }

  @Test
  void whatAKilledProgramLeftIsRemovedByALaterSession() throws IOException, InterruptedException {
    Path old = Files.createDirectories(root.resolve("session-old"));
    Files.writeString(old.resolve("file"), "x");
    Path recent = Files.createDirectories(root.resolve("session-recent"));
    Path foreign = Files.createDirectories(root.resolve("photos"));
    FileTime twoDaysAgo = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
    Files.setLastModifiedTime(old, twoDaysAgo);
    Files.setLastModifiedTime(foreign, twoDaysAgo);
    sandbox.open(SandboxSpec.ofDefaults()).close();
    try (Stream<Path> left = Files.list(root)) {
      assertThat(left).containsExactlyInAnyOrder(recent, foreign);
    }
  }

  @Test
  void aRootThatCannotBeWrittenIsSaidSo(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    ProcessSandbox nowhere = ProcessSandbox.builder(file, PATH).build();
    assertThatThrownBy(() -> nowhere.open(SandboxSpec.ofDefaults()))
        .isInstanceOfSatisfying(
            SandboxException.class,
            e -> {
              assertThat(e).hasMessageEndingWith(file + ": a file is where a folder should be.");
              assertThat(e.remedy()).contains(file.toString());
              assertThat(e.retryable()).isFalse();
            });
  }

  @Test
  void aReadOnlyRootIsSaidSo(@TempDir Path folder) throws IOException {
    Path closed = Files.createDirectory(folder.resolve("closed"));
    assumeTrue(closed.toFile().setWritable(false), "permissions cannot be set here");
    assumeFalse(Files.isWritable(closed), "this user may write anywhere");
    assertThatThrownBy(ProcessSandbox.builder(closed, PATH).build()::probe)
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("permission denied");
  }

  @Test
  void whatRunsDiesWithThisProgram() throws Exception {
    assumeTrue(Confinement.find(PATH).leadsGroup(), "neither setsid nor perl is here");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process program =
        new ProcessBuilder(
                java, "-cp", System.getProperty("java.class.path"), Killed.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = program.inputReader()) {
      program.outputWriter().append(root + "\n").flush();
      ProcessHandle sleeper =
          ProcessHandle.of(Long.parseLong(output.readLine().strip())).orElseThrow();
      program.destroyForcibly();
      sleeper.onExit().get(20, TimeUnit.SECONDS);
    } finally {
      program.destroyForcibly();
    }
  }

  /** A program that is killed while its sandbox works. */
  static final class Killed {
    private Killed() {}

    public static void main(String[] arguments) throws Exception {
      BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      ProcessSandbox sandbox =
          ProcessSandbox.builder(Path.of(input.readLine()), System.getenv("PATH")).build();
      try (SandboxSession session = sandbox.open(SandboxSpec.ofDefaults())) {
        session.exec(
            Command.of("sh", "-c", "echo $$; exec sleep 1000"), System.out::println, NEVER);
      }
    }
  }

  @Test
  void aFullDiskIsSaidSo(@TempDir Path folder) throws Exception {
    Path small = Files.createDirectory(folder.resolve("small"));
    assumeTrue(
        works("mount", "-t", "tmpfs", "-o", "size=128k", "forge-test", small.toString()),
        "this user may not mount a small disk");
    try {
      ProcessSandbox cramped = ProcessSandbox.builder(small, PATH).build();
      try (SandboxSession session = cramped.open(SandboxSpec.ofDefaults())) {
        assertThatThrownBy(() -> session.put("big", new byte[1 << 20]))
            .isInstanceOfSatisfying(
                SandboxException.class,
                e -> {
                  assertThat(e).hasMessageContaining("no space left on the disk of " + small);
                  assertThat(e.remedy()).startsWith("Free some space");
                  assertThat(e.retryable()).isFalse();
                });
        assertThatThrownBy(() -> run(session, "head -c 1000000 /dev/zero > big2"))
            .isInstanceOf(SandboxException.class)
            .hasMessageContaining("no space left on the disk of " + small);
      }
      assertThat(small).isEmptyDirectory();
    } finally {
      assertThat(works("umount", small.toString())).isTrue();
    }
  }

  @Test
  void noThreadStaysBehind() throws InterruptedException {
    try (SandboxSession session = sandbox.open(SandboxSpec.ofDefaults())) {
      for (int i = 0; i < 5; i++) {
        run(session, "echo x; sleep 1000 &");
      }
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("forge-sandbox-output"));
  }

  @Test
  void worksWithoutAShell(@TempDir Path bin) throws Exception {
    Path cat = Files.createSymbolicLink(bin.resolve("cat"), Path.of("/bin/cat"));
    Confinement bare = new Confinement(null, List.of(), null, null, false, -1, -1);
    SandboxSpec spec = SandboxSpec.ofDefaults();
    Map<String, String> environment = Map.of("PATH", bin.toString());
    try (SandboxSession session =
        new ProcessSession(SessionFolder.create(root, List.of()), bare, spec, environment)) {
      session.put("file", "hello\n".getBytes(UTF_8));
      List<String> lines = new ArrayList<>();
      ExecResult result = session.exec(Command.of(cat.toString(), "file"), lines::add, NEVER);
      assertThat(result.succeeded()).isTrue();
      assertThat(lines).containsExactly("hello");
      assertThatThrownBy(() -> session.exec(Command.of("no-such"), OutputListener.SILENT, NEVER))
          .isInstanceOf(SandboxException.class);
    }
  }

  private static ExecResult run(SandboxSession session, String script) throws InterruptedException {
    return session.exec(Command.of("sh", "-c", script), OutputListener.SILENT, NEVER);
  }

  private long sleepers() {
    return ProcessHandle.allProcesses().filter(this::sleeps).count();
  }

  private boolean sleeps(ProcessHandle handle) {
    return handle.info().commandLine().orElse("").endsWith("sleep " + nap);
  }

  private static boolean works(String... line) throws InterruptedException {
    try {
      return new ProcessBuilder(line).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
