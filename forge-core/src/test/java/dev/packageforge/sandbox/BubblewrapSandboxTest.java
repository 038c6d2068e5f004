package dev.packageforge.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packageforge.Cancellation;
import dev.packageforge.SandboxReport;
import dev.packageforge.sandbox.SandboxSpec.Limits;
import dev.packageforge.sandbox.SandboxSpec.Network;
import dev.packageforge.testing.Requirement;
import dev.packageforge.testing.SandboxContract;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BubblewrapSandboxTest extends SandboxContract {
  private static final Cancellation NEVER = Cancellation.never();
  private static final String PATH = System.getenv("PATH");
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final long MIB = 1 << 20;
  private static final Limits FEW_PROCESSES =
      new Limits(LONG, 512 * MIB, 512 * MIB, MIB, /* processes= */ 64, /* processors= */ 1);

  private final BubblewrapSandbox sandbox = BubblewrapSandbox.builder(PATH).build();

  BubblewrapSandboxTest() {
    String missing = "";
    try {
      sandbox.probe();
    } catch (SandboxException e) {
      missing = e.getMessage() + " " + e.remedy();
    }
    Requirement.need("bubblewrap", missing.isEmpty(), missing);
  }

  @Override
  protected Sandbox sandbox() {
    return sandbox;
  }

  @Test
  void saysThatItContainsAndWhatItOnlyWatches() {
    SandboxReport report = sandbox.probe();
    assertThat(report.name()).isEqualTo("bubblewrap");
    assertThat(report.level()).isEqualTo(SandboxReport.Level.CONTAINED);
    assertThat(report.enforced()).allSatisfy(sentence -> assertThat(sentence).endsWith("."));
    assertThat(report.degradations())
        .contains("Memory is watched, not bounded: commands may exceed it for a moment.");
  }

  @Test
  void isNoneWhereItsProgramsAreMissing(@TempDir Path empty) {
    BubblewrapPlace place = BubblewrapPlace.find(PATH, List.of());
    BubblewrapPlace broken =
        new BubblewrapPlace(
            Path.of("/bin/false"), place.nsenter(), place.system(), place.processors(), false);
    assertThatThrownBy(() -> Cell.open(broken, SandboxSpec.ofDefaults()))
        .isInstanceOfSatisfying(
            SandboxException.class, e -> assertThat(e.remedy()).contains("namespaces"));
    assertThatThrownBy(() -> BubblewrapPlace.find(PATH, List.of(empty.resolve("gone"))))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("gone");
  }

  @Test
  void aCommandSeesNoVariableOfThisProgram() throws InterruptedException {
    BubblewrapSandbox allowing =
        BubblewrapSandbox.builder(PATH).allow("CHOSEN", "by the builder").build();
    try (SandboxSession session = allowing.open(SandboxSpec.ofDefaults())) {
      List<String> lines = new ArrayList<>();
      session.exec(new Command(List.of("env"), Map.of("OWN", "1")), lines::add, NEVER);
      assertThat(lines.stream().map(line -> line.replaceAll("=.*", "")))
          .containsOnly("PATH", "HOME", "TMPDIR", "LANG", "CHOSEN", "OWN", "PWD");
      assertThat(lines).contains("HOME=/sandbox/home", "TMPDIR=/tmp", "CHOSEN=by the builder");
      assertThat(lines(session, "cat /proc/1/environ")).noneMatch(line -> line.contains("HOME="));
    }
  }

  @Test
  void aCommandSeesNoFileOfThisMachineButTheSystems(@TempDir Path folder) throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "canary");
    try (SandboxSession session = sandbox.open(SandboxSpec.ofDefaults())) {
      assertThat(lines(session, "ls /"))
          .isSubsetOf(
              "bin", "dev", "etc", "gnu", "lib", "lib32", "lib64", "libx32", "nix", "proc",
              "sandbox", "sbin", "tmp", "usr");
      assertThat(run(session, "cat " + secret)).isNotEqualTo(0);
      assertThat(run(session, "cat /proc/1/root" + secret)).isNotEqualTo(0);
      assertThat(lines(session, "cat /etc/passwd")).hasSize(2);
      assertThat(lines(session, "ls -A /tmp /dev/shm /sandbox/home"))
          .noneMatch(line -> !line.isEmpty() && !line.startsWith("/"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/x",
        "/usr/x",
        "/usr/bin/env",
        "/etc/passwd",
        "/dev/x",
        "/proc/sys/kernel/core_pattern",
        "/proc/sys/kernel/hostname",
        "/proc/self/uid_map",
        "/sandbox/x"
      })
  void nothingButItsOwnFilesCanBeWritten(String file) throws InterruptedException {
    try (SandboxSession session = sandbox.open(SandboxSpec.ofDefaults())) {
      assertThat(run(session, "echo x >> " + file)).isNotEqualTo(0);
    }
  }

  @Test
  void aCommandSeesNoProcessButItsOwn() throws InterruptedException {
    try (SandboxSession session =
        sandbox.open(new SandboxSpec(Network.REGISTRY_ONLY, Limits.ofDefaults()))) {
      Command companion = Command.of("sh", "-c", "exec sleep 1000");
      assertThat(session.companion(companion)).isPresent();
      assertThat(lines(session, "cd /proc; for p in [0-9]*; do echo $p; done"))
          .containsExactly("1", "2");
      assertThat(
              lines(
                  session,
                  "id -u; grep -E '^(Cap(Eff|Bnd|Prm)|NoNewPrivs|Seccomp):' /proc/self/status"))
          .containsExactly(
              "10001",
              "CapPrm:\t0000000000000000",
              "CapEff:\t0000000000000000",
              "CapBnd:\t0000000000000000",
              "NoNewPrivs:\t1",
              "Seccomp:\t2");
    }
  }

  @Test
  void aCommandReachesNobodyOfThisMachine() throws Exception {
    needs("perl", "-e", "exit 0");
    try (ServerSocket host = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        SandboxSession session =
            sandbox.open(new SandboxSpec(Network.REGISTRY_ONLY, Limits.ofDefaults()))) {
      for (String address : List.of("127.0.0.1", "169.254.169.254", "192.0.2.1")) {
        String script =
            "use IO::Socket::INET; exit(IO::Socket::INET->new(PeerAddr => '%s:%s') ? 0 : 9)"
                .formatted(address, host.getLocalPort());
        ExecResult result =
            session.exec(Command.of("perl", "-e", script), OutputListener.SILENT, NEVER);
        assertThat(result)
            .as(address)
            .isInstanceOfSatisfying(
                ExecResult.Exited.class, exited -> assertThat(exited.code()).isEqualTo(9));
      }
      assertThat(lines(session, "cat /proc/net/dev")).hasSize(3).last().asString().contains("lo:");
    }
  }

  @Test
  void aCompanionIsReachedOverTheLoopbackDevice() throws Exception {
    needs("perl", "-e", "exit 0");
    String serve =
        """
        use IO::Socket::INET; $| = 1;
        my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1:0', Listen => 1) or die;
        print $s->sockport(), "\\n"; my $c = $s->accept(); print $c "from the companion\\n";
        close $c; <STDIN>;
        """;
    try (SandboxSession session =
            sandbox.open(new SandboxSpec(Network.REGISTRY_ONLY, Limits.ofDefaults()));
        Companion companion = session.companion(Command.of("perl", "-e", serve)).orElseThrow();
        BufferedReader output =
            new BufferedReader(new InputStreamReader(companion.output(), UTF_8))) {
      String ask =
          "use IO::Socket::INET; print IO::Socket::INET->new(PeerAddr => '127.0.0.1:%s')->getline"
              .formatted(output.readLine());
      List<String> lines = new ArrayList<>();
      session.exec(Command.of("perl", "-e", ask), lines::add, NEVER);
      assertThat(lines).containsExactly("from the companion");
    }
  }

  @Test
  void aCompanionChangesNoFile() throws Exception {
    try (SandboxSession session =
        sandbox.open(new SandboxSpec(Network.REGISTRY_ONLY, Limits.ofDefaults()))) {
      session.put("mine", "x\n".getBytes(UTF_8));
      Command command =
          Command.of("sh", "-c", "cat mine; echo y > mine || echo refused; rm mine; cat mine");
      try (Companion companion = session.companion(command).orElseThrow()) {
        assertThat(new String(companion.output().readAllBytes(), UTF_8))
            .isEqualTo("x\nrefused\nx\n");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'ptrace', '101, 0, 0, 0, 0', 1",
    "'unshare user', '272, 0x10000000', 1",
    "'clone user', '56, 0x10000011, 0, 0, 0, 0', 1",
    "'setns', '308, 0, 0', 1",
    "'mount', '165, 0, 0, 0, 0, 0', 1",
    "'chroot', '161, 0', 1",
    "'keyctl', '250, 0, 0', 1",
    "'add_key', '248, 0, 0, 0, 0, 0', 1",
    "'bpf', '321, 0, 0, 0', 1",
    "'perf_event_open', '298, 0, 0, 0, 0, 0', 1",
    "'userfaultfd', '323, 0', 1",
    "'process_vm_readv', '310, 1, 0, 0, 0, 0, 0', 1",
    "'finit_module', '313, 0, 0, 0', 1",
    "'kexec_load', '246, 0, 0, 0, 0', 1",
    "'open_by_handle_at', '304, 0, 0, 0', 1",
    "'sched_setaffinity', '203, 0, 0, 0', 1",
    "'shmget', '29, 0, 4096, 0', 1",
    "'io_uring_setup', '425, 1, 0', 38",
    "'memfd_create', '319, 0, 0', 38",
    "'clone3', '435, 0, 0', 38",
    "'vsock', '41, 40, 1, 0', 97",
    "'packet', '41, 17, 3, 0', 97",
    "'raw', '41, 2, 3, 255', 1",
    "'audit', '41, 16, 3, 9', 97"
  })
  void dangerousCallsAreRefusedInside(String name, String call, String error) throws Exception {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "the numbers are for x86-64");
    needs("perl", "-e", "exit 0");
    try (SandboxSession session = sandbox.open(SandboxSpec.ofDefaults())) {
      List<String> lines = new ArrayList<>();
      String script = "$! = 0; my $r = syscall(" + call + "); print $r, ' ', $! + 0, \"\\n\"";
      session.exec(Command.of("perl", "-e", script), lines::add, NEVER);
      assertThat(lines).as(name).containsExactly("-1 " + error);
    }
  }

  @Test
  void tooManyProcessesAreToldAsSuchAndGone() throws InterruptedException {
    try (SandboxSession session = sandbox.open(new SandboxSpec(Network.NONE, FEW_PROCESSES))) {
      String many = "i=0; while [ $i -lt 100 ]; do i=$((i+1)); sleep 1000 & done; wait";
      ExecResult result = session.exec(Command.of("sh", "-c", many), OutputListener.SILENT, NEVER);
      assertThat(result).isInstanceOf(ExecResult.TooManyProcesses.class);
      assertThat(lines(session, "cd /proc; for p in [0-9]*; do echo $p; done"))
          .containsExactly("1", "2");
    }
  }

  @Test
  void aForkBombIsGoneWithItsCommand() throws InterruptedException {
    try (SandboxSession session = sandbox.open(new SandboxSpec(Network.NONE, FEW_PROCESSES))) {
      ExecResult result =
          session.exec(
              Command.of("sh", "-c", "f() { f & f & wait; }; f"), OutputListener.SILENT, NEVER);
      assertThat(result.succeeded()).isFalse();
      assertThat(lines(session, "cd /proc; for p in [0-9]*; do echo $p; done"))
          .containsExactly("1", "2");
    }
  }

  @Test
  void theKernelBoundsProcessesWhereNobodyWatches() throws Exception {
    SandboxSpec spec = new SandboxSpec(Network.NONE, FEW_PROCESSES);
    String many = "i=0; while [ $i -lt 700 ]; do i=$((i+1)); sleep 1000 & done; echo all";
    try (Cell cell = Cell.open(BubblewrapPlace.find(PATH, List.of()), spec)) {
      Command command = Command.of("sh", "-c", many);
      Process unwatched = cell.command(command, Map.of("PATH", PATH), "mark").start();
      unwatched.outputWriter().append("go on\n").flush();
      assertThat(unwatched.inputReader().readLine()).isEqualTo("mark");
      assertThat(unwatched.inputReader().readLine()).isNotEqualTo("all");
      assertThat(unwatched.waitFor()).isNotZero();
    }
  }

  @Test
  void foldersWithoutPermissionsAreNoObstacleToTheNextCommand() throws InterruptedException {
    try (SandboxSession session = sandbox.open(SandboxSpec.ofDefaults())) {
      assertThat(run(session, "chmod 000 /tmp \"$HOME\" .")).isZero();
      assertThat(run(session, "> made && > /tmp/made && > \"$HOME/made\"")).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo x > a",
        "ln -s kept a",
        "ln -s /usr a",
        "ln -s gone a",
        "mkdir a && mkfifo a/b",
        "mkdir -p a && ln -s ../kept a/b",
        "mkdir -p a/b/c/d/e && > a/b/c/d/e/f && ln -s ../../../kept a/b/c/link",
        "mkdir -p a/b/c/d && chmod 000 a/b/c/d && chmod 000 a/b/c && chmod 000 a/b && chmod 000 a",
        "mkdir -p a/b && ln -s ../../kept a/b/c && chmod 000 a/b a .",
        "mkdir -p a/b/c && chmod 000 ."
      })
  void whatACommandLeftIsNoObstacleToWhatIsPut(String script) throws InterruptedException {
    try (SandboxSession session = sandbox.open(SandboxSpec.ofDefaults())) {
      assertThat(run(session, "mkdir kept && > kept/c && > kept/file")).isZero();
      assertThat(run(session, script)).isZero();
      session.put("a/b/c", "put\n".getBytes(UTF_8));
      assertThat(lines(session, "cat a/b/c; ls kept; cat kept/*"))
          .containsExactly("put", "c", "file");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "head -c 4063232 /dev/zero > f", // all but 128 KiB
        "i=0; while [ $i -lt 4070 ]; do i=$((i+1)); : > f$i || exit 1; done"
      })
  void aDiskThatIsNearlyFullIsFull(String script) throws InterruptedException {
    Limits limits = new Limits(LONG, 512 * MIB, 4 * MIB, MIB);
    try (SandboxSession session = sandbox.open(new SandboxSpec(Network.NONE, limits))) {
      ExecResult result =
          session.exec(Command.of("sh", "-c", script), OutputListener.SILENT, NEVER);
      assertThat(result).isInstanceOf(ExecResult.DiskFull.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v=x; while [ ${#v} -lt 134217728 ]; do v=$v$v; done; sleep 60",
        "for i in 1 2 3 4; do (v=x; while [ ${#v} -lt 20000000 ]; do v=$v$v; done; sleep 60) & done;"
            + " wait",
      })
  void memoryBeyondTheLimitIsTooMuch(String bomb) throws InterruptedException {
    Limits limits = new Limits(LONG, 64 * MIB, 512 * MIB, MIB);
    try (SandboxSession session = sandbox.open(new SandboxSpec(Network.NONE, limits))) {
      ExecResult result = session.exec(Command.of("sh", "-c", bomb), OutputListener.SILENT, NEVER);
      assertThat(result).isInstanceOf(ExecResult.OutOfMemory.class);
    }
  }

  @Test
  void sharedMemoryThatAProcessGaveUpCounts() throws Exception {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "the numbers are for x86-64");
    needs("perl", "-e", "exit 0");
    String bomb =
        """
        open(my $zero, '<', '/dev/zero') or die; my $size = 4 << 20;
        for (1 .. 24) {
          my $at = syscall(9, 0, $size, 3, 0x21, -1, 0);
          syscall(0, fileno($zero), $at, $size) == $size or die;
          syscall(28, $at, $size, 4) == 0 or die;
        }
        sleep 20;
        """;
    Limits limits = new Limits(LONG, 64 * MIB, 512 * MIB, MIB);
    try (SandboxSession session = sandbox.open(new SandboxSpec(Network.NONE, limits))) {
      ExecResult result =
          session.exec(Command.of("perl", "-e", bomb), OutputListener.SILENT, NEVER);
      assertThat(result).isInstanceOf(ExecResult.OutOfMemory.class);
    }
  }

  @Test
  void sharedMemoryCountsOnceForAllWhoMapIt() {
    String maps =
        """
        7fae8f980000-7fae8fa80000 rw-s 00000000 00:01 1182                       /dev/zero (deleted)
        7fae8fa80000-7fae8fa90000 rw-s 00100000 00:01 1182                       /dev/zero (deleted)
        7fae8fb00000-7fae8fb01000 rw-s 00000000 00:01 1183                       /dev/zero (deleted)
        7fae90000000-7fae90200000 rw-p 00000000 00:00 0\s
        7fae91000000-7fae91200000 r-xp 00000000 08:01 99                         /usr/bin/perl
        7fae92000000-7fae92200000 rw-s 00000000 00:01 1184                       /dev/zero (del""";
    SharedMemory memory = new SharedMemory();
    assertThat(memory.addedBy(maps)).isEqualTo(0x111000);
    assertThat(memory.addedBy(maps)).isZero();
    assertThat(memory.addedBy(maps.replace("1183", "1185"))).isEqualTo(0x1000);
    assertThat(memory.addedBy(Path.of("/proc/gone"))).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "head -c 16777216 /dev/zero > /tmp/f",
        "head -c 16777216 /dev/zero > /dev/shm/f",
        "head -c 16777216 /dev/zero > \"$HOME/f\"",
        "i=0; while [ $i -lt 64 ]; do i=$((i+1)); head -c 262144 /dev/zero > f$i || exit 1; done",
        "i=0; while : > f$i; do i=$((i+1)); done",
        "dd if=/dev/zero of=f bs=1 count=1 seek=1099511627776"
      })
  void noMoreIsWrittenThanMayBe(String script) throws InterruptedException {
    Limits limits = new Limits(LONG, 512 * MIB, 4 * MIB, MIB);
    try (SandboxSession session = sandbox.open(new SandboxSpec(Network.NONE, limits))) {
      ExecResult result =
          session.exec(Command.of("sh", "-c", script), OutputListener.SILENT, NEVER);
      assertThat(result).isInstanceOf(ExecResult.DiskFull.class);
    }
  }

  @Test
  void whatIsPutIntoAFullSessionIsRefused() throws InterruptedException {
    Limits limits = new Limits(LONG, 512 * MIB, 4 * MIB, MIB);
    try (SandboxSession session = sandbox.open(new SandboxSpec(Network.NONE, limits))) {
      assertThatThrownBy(() -> session.put("big", new byte[8 << 20]))
          .isInstanceOf(SandboxException.class)
          .hasMessageContaining("disk is full");
    }
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
    try (SandboxSession session = sandbox.open(SandboxSpec.ofDefaults())) {
      String nap = "sh -c '>started; while :; do echo x >> ticks; sleep 0.01; done'";
      String started = "until [ -s ticks ]; do sleep 0.01; done";
      assertThat(run(session, script.replace("NAP", nap) + started)).isZero();
      byte[] ticks = session.take("ticks", MIB);
      assertThat(run(session, "sleep 0.2")).isZero();
      assertThat(session.take("ticks", MIB)).isEqualTo(ticks);
    }
  }

  @Test
  void oneProcessorIsOneProcessor() throws InterruptedException {
    try (SandboxSession session = sandbox.open(SandboxSpec.ofDefaults())) {
      assertThat(lines(session, "nproc")).containsExactly("1");
    }
  }

  @Test
  void aLayerCannotBeWritten(@TempDir Path tools) throws Exception {
    Path kept = Files.writeString(tools.resolve("kept"), "from outside\n");
    SandboxSpec spec =
        new SandboxSpec(
            Network.NONE, Limits.ofDefaults(), List.of(new SandboxSpec.Layer("kit/tools", tools)));
    try (SandboxSession session = sandbox.open(spec)) {
      for (String script :
          List.of("echo x > kit/tools/kept", "> kit/tools/new", "rm kit/tools/kept", "rmdir kit")) {
        assertThat(run(session, script)).as(script).isNotZero();
      }
      assertThat(run(session, "mv kit moved && > moved/ours")).isZero();
      assertThat(run(session, "> moved/tools/new")).isNotZero();
      assertThat(run(session, "cat moved/tools/kept")).isZero();
    }
    assertThat(kept).hasContent("from outside\n");
    assertThat(tools).isDirectoryNotContaining("glob:**/new");
  }

  @Test
  void aFolderThatIsShownIsSeenInItsPlace(@TempDir Path tools) throws Exception {
    Path kept = Files.writeString(tools.resolve("kept"), "shown\n");
    BubblewrapSandbox showing = BubblewrapSandbox.builder(PATH).show(tools).build();
    try (SandboxSession session = showing.open(SandboxSpec.ofDefaults())) {
      assertThat(lines(session, "cat " + kept)).containsExactly("shown");
      assertThat(run(session, "echo x > " + kept)).isNotZero();
    }
    assertThatThrownBy(() -> BubblewrapSandbox.builder(PATH).show(Path.of("/")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void sessionsSideBySideDoNotDisturbEachOther() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Integer>> succeeded = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        succeeded.add(threads.submit(() -> succeeding(20)));
      }
      for (Future<Integer> one : succeeded) {
        assertThat(one.get()).isEqualTo(20);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private int succeeding(int sessions) throws InterruptedException {
    int succeeded = 0;
    for (int number = 0; number < sessions; number++) {
      try (SandboxSession session = sandbox.open(SandboxSpec.ofDefaults())) {
        succeeded += run(session, "[ ! -e made ] && > made") == 0 ? 1 : 0;
      }
    }
    return succeeded;
  }

  @Test
  void aSessionThatIsEndedFromOutsideTellsNothingOfItsCommand() throws Exception {
    List<ProcessHandle> before = ProcessHandle.current().children().toList();
    try (SandboxSession session = sandbox.open(SandboxSpec.ofDefaults())) {
      ProcessHandle keeper =
          ProcessHandle.current()
              .children()
              .filter(child -> !before.contains(child))
              .findFirst()
              .orElseThrow()
              .children()
              .findFirst()
              .orElseThrow();
      assertThatThrownBy(
              () ->
                  session.exec(
                      Command.of("sh", "-c", "echo ready; sleep 1000"),
                      line -> keeper.destroyForcibly(),
                      NEVER))
          .isInstanceOfSatisfying(SandboxException.class, e -> assertThat(e.retryable()).isTrue());
      assertThatThrownBy(() -> session.put("x", new byte[1]))
          .isInstanceOf(SandboxException.class)
          .hasMessageContaining("ended from outside");
    }
  }

  @Test
  void everythingDiesWithThisProgram() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process program =
        new ProcessBuilder(
                java, "-cp", System.getProperty("java.class.path"), Killed.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = program.inputReader()) {
      assertThat(output.readLine()).isEqualTo("started");
      List<ProcessHandle> all = program.descendants().toList();
      assertThat(all).hasSizeGreaterThan(4);
      program.destroyForcibly();
      for (ProcessHandle one : all) {
        one.onExit().get(20, TimeUnit.SECONDS);
      }
    } finally {
      program.destroyForcibly();
    }
  }

  /** A program that is killed while its sandbox works. */
  static final class Killed {
    private Killed() {}

    public static void main(String[] arguments) throws Exception {
      BubblewrapSandbox sandbox = BubblewrapSandbox.builder(System.getenv("PATH")).build();
      SandboxSpec spec = new SandboxSpec(Network.REGISTRY_ONLY, Limits.ofDefaults());
      try (SandboxSession session = sandbox.open(spec)) {
        session.companion(Command.of("cat"));
        session.exec(
            Command.of("sh", "-c", "setsid sleep 1000 & echo started; trap '' TERM; sleep 1000"),
            System.out::println,
            NEVER);
      }
    }
  }

  @Test
  void noProcessAndNoThreadStaysBehind() throws InterruptedException {
    List<ProcessHandle> during = new CopyOnWriteArrayList<>();
    try (SandboxSession session =
        sandbox.open(new SandboxSpec(Network.REGISTRY_ONLY, Limits.ofDefaults()))) {
      session.companion(Command.of("cat"));
      session.exec(
          Command.of("sh", "-c", "sleep 1000 & echo x"),
          line -> during.addAll(ProcessHandle.current().descendants().toList()),
          NEVER);
    }
    assertThat(during).hasSizeGreaterThan(4);
    assertThat(ProcessHandle.current().descendants()).doesNotContainAnyElementsOf(during);
    assertThat(during).noneMatch(BubblewrapSandboxTest::lives);
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("forge-sandbox"));
  }

  private static boolean lives(ProcessHandle handle) {
    try {
      Path status = Path.of("/proc", Long.toString(handle.pid()), "status");
      return handle.isAlive()
          && BubblewrapPlace.line(status, "State").filter(s -> s.startsWith("Z")).isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  private static int run(SandboxSession session, String script) throws InterruptedException {
    ExecResult result = session.exec(Command.of("sh", "-c", script), OutputListener.SILENT, NEVER);
    return ((ExecResult.Exited) result).code();
  }

  private static List<String> lines(SandboxSession session, String script)
      throws InterruptedException {
    List<String> lines = new ArrayList<>();
    session.exec(Command.of("sh", "-c", script), lines::add, NEVER);
    return lines;
  }

  private static void needs(String... line) throws InterruptedException {
    boolean works;
    try {
      works = new ProcessBuilder(line).start().waitFor() == 0;
    } catch (IOException e) {
      works = false;
    }
    assumeTrue(works, "the program " + line[0] + " is missing");
  }
}
