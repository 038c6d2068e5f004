package dev.packageforge.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.packageforge.sandbox.SandboxSpec.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel refuses in a container of ours. */
@TestInstance(Lifecycle.PER_CLASS)
class ProfileTest {
  private static final long MIB = 1L << 20;
  private static final Limits LIMITS =
      new Limits(Duration.ofMinutes(1), 256 * MIB, 64 * MIB, MIB, 64, 0.5);

  private final Map<String, String> mark = TestEngine.mark(ProfileTest.class);
  private Engine engine;
  private Image image;
  private Holder holder;
  private String container;

  @BeforeAll
  void open() throws Exception {
    engine = TestEngine.find();
    image = TestEngine.image(engine);
    container = engine.create(new ContainerPlan(image, List.of("cat"), LIMITS, mark, List.of()));
    holder = engine.attachAndStart(container);
  }

  @AfterAll
  void close() {
    if (engine != null) {
      TestEngine.leaveNothing(engine, mark);
      holder.close();
      engine.close();
    }
  }

  private Heard run(String user, String... line) throws Exception {
    Heard heard = new Heard();
    ExecPlan plan = new ExecPlan(List.of(line), Map.of(), user, Profile.WORK);
    try (Exec exec = engine.exec(container, plan, heard)) {
      assertThat(heard.end()).as(exec.id()).isEmpty();
    }
    return heard;
  }

  private String shell(String script) throws Exception {
    return run(Profile.JOB, "sh", "-c", script).out().strip();
  }

  /** What a system call answers: its number on this processor, then its arguments. */
  private String call(int onIntel, int onArm, String arguments) throws Exception {
    boolean intel = engine.facts().platform().endsWith("amd64");
    int number = intel ? onIntel : onArm;
    String script =
        "my $r = syscall(" + number + ", " + arguments + "); print $r < 0 ? 0+$! : 'ok'";
    return run(Profile.JOB, "perl", "-e", script).out();
  }

  @Test
  void aCommandHasNoPrivilegeAndNoWayToOne() throws Exception {
    String status = shell("grep -E '^(Cap|NoNewPrivs|Seccomp:|Uid|Gid|Groups)' /proc/self/status");
    assertThat(status.lines().map(line -> line.replaceAll("\\s+", " ").strip()))
        .contains(
            "Uid: 10001 10001 10001 10001",
            "Gid: 10001 10001 10001 10001",
            "CapInh: 0000000000000000",
            "CapPrm: 0000000000000000",
            "CapEff: 0000000000000000",
            "CapBnd: 0000000000000000",
            "CapAmb: 0000000000000000",
            "NoNewPrivs: 1",
            "Seccomp: 2");
  }

  @ParameterizedTest
  @CsvSource({
    // name, on x86-64, on arm64, arguments
    "io_uring_setup, 425, 425, '1, 0'",
    "bpf, 321, 280, '0, 0, 0'",
    "perf_event_open, 298, 241, '0, 0, -1, -1, 0'",
    "userfaultfd, 323, 282, '0'",
    "keyctl, 250, 219, '0, 0'",
    "add_key, 248, 217, '0, 0, 0, 0, 0'",
    "request_key, 249, 218, '0, 0, 0, 0'",
    "ptrace, 101, 117, '0, 0, 0, 0'",
    "process_vm_readv, 310, 270, '1, 0, 0, 0, 0, 0'",
    "mount, 165, 40, '0, 0, 0, 0, 0'",
    "move_mount, 429, 429, '0, 0, 0, 0, 0'",
    "pivot_root, 155, 41, '0, 0'",
    "chroot, 161, 51, '0'",
    "unshare of users, 272, 97, '0x10000000'",
    "setns, 308, 268, '0, 0'",
    "clone of a user namespace, 56, 220, '0x10000011, 0, 0, 0, 0'",
    "clone of a network, 56, 220, '0x40000011, 0, 0, 0, 0'",
    "init_module, 175, 105, '0, 0, 0'",
    "finit_module, 313, 273, '0, 0, 0'",
    "kexec_load, 246, 104, '0, 0, 0, 0'",
    "open_by_handle_at, 304, 265, '0, 0, 0'",
    "name_to_handle_at, 303, 264, '0, 0, 0, 0, 0'",
    "quotactl, 179, 60, '0, 0, 0, 0'",
    "syslog, 103, 116, '3, 0, 0'",
    "reboot, 169, 142, '0, 0, 0, 0'",
    "settimeofday, 164, 170, '0, 0'",
    "acct, 163, 89, '0'",
    "swapon, 167, 224, '0, 0'",
    "fanotify_init, 300, 262, '0, 0'",
    "personality of another system, 135, 92, '0x0400000'",
  })
  void aSystemCallThatNoProgramNeedsIsRefused(String name, int onIntel, int onArm, String arguments)
      throws Exception {
    assertThat(call(onIntel, onArm, arguments)).as(name).isEqualTo("1"); // EPERM
  }

  @Test
  void cloneThreeIsNotThere() throws Exception {
    assertThat(call(435, 435, "0, 0")).isEqualTo("38"); // ENOSYS: then libraries use clone
  }

  @ParameterizedTest
  @CsvSource({
    "a virtual machine's, 40, 1, 0",
    "a packet's, 17, 3, 0",
    "a raw one, 2, 3, 1",
    "a raw one over IPv6, 10, 3, 58",
    "a raw one with flags, 2, 0x80803, 1",
    "one for keys, 38, 5, 0",
    "one for Bluetooth, 31, 1, 0",
    "the kernel's audit, 16, 3, 9",
    "the kernel's packet filter, 16, 3, 12"
  })
  void aSocketOutOfTheContainerIsRefused(String name, int family, String type, int protocol)
      throws Exception {
    String script =
        "use Socket; print socket(my $s, "
            + family
            + ", "
            + type
            + ", "
            + protocol
            + ") ? 'ok' : 0+$!";
    assertThat(run(Profile.JOB, "perl", "-e", script).out()).as(name).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1, 1, 0", "1, 2, 0", "2, 1, 0", "2, 2, 0", "10, 1, 0", "16, 3, 0"})
  void aSocketWithinItIsNot(String arguments) throws Exception {
    String script = "print socket(my $s, " + arguments + ") ? 'ok' : 0+$!";
    assertThat(run(Profile.JOB, "perl", "-e", script).out()).isEqualTo("ok");
  }

  @Test
  void theToolsOfALanguageWork() throws Exception {
    String script =
        """
        const { Worker } = require('worker_threads');
        const { execFileSync, fork } = require('child_process');
        const http = require('http');
        new Worker('process.exitCode = 0', { eval: true }).on('exit', () => {
          const version = execFileSync('npm', ['--version']).toString().trim();
          http.createServer((q, s) => s.end('served')).listen(0, '127.0.0.1', function () {
            fetch('http://127.0.0.1:' + this.address().port).then(r => r.text()).then(text => {
              console.log(text, /^\\d+\\./.test(version), Object.keys(require('os').networkInterfaces()).join());
              this.close();
            });
          });
        });
        """;
    assertThat(run(Profile.JOB, "node", "-e", script).out().strip()).isEqualTo("served true lo");
  }

  @Test
  void theImageCannotBeChangedAndWhatCanBeIsBounded() throws Exception {
    assertThat(
            shell("touch /usr/bin/x /etc/x /root/x /x /var/x 2>&1 | grep -c 'Read-only\\|denied'"))
        .isEqualTo("5");
    assertThat(
            shell(
                "df -k --output=target,size /work /tmp /home/job /dev/shm | tail -n +2 | tr -s ' '"))
        .isEqualTo(
            "/work %d\n/tmp %d\n/home/job %d\n/dev/shm %d"
                .formatted(44 * 1024, 8 * 1024, 8 * 1024, 4 * 1024));
    assertThat(shell("df --output=itotal /work | tail -n 1").strip())
        .isEqualTo(Long.toString(44 * MIB / 4096));
    assertThat(shell("head -c 100000000 /dev/zero 2>&1 >big; rm big")).contains("No space left");
    assertThat(shell("i=0; while true >f$i; do i=$((i + 1)); done 2>/dev/null; ls | wc -l; rm f*"))
        .satisfies(count -> assertThat(Integer.parseInt(count)).isBetween(1000, 11264));
    assertThat(shell("stat -c '%u %a' /work /home/job /tmp"))
        .isEqualTo("10001 755\n10001 700\n0 1777");
    assertThat(shell("cp /bin/true t && chmod 4755 t && ./t && grep /work /proc/mounts; rm t"))
        .contains("nosuid")
        .contains("nodev");
  }

  @Test
  void theCommandsUserTouchesNeitherTheHolderNorACompanion() throws Exception {
    assertThat(shell("kill -9 1 2>&1; cat /proc/1/environ 2>&1; echo x 2>&1 >/proc/1/fd/1"))
        .contains("not permitted")
        .contains("denied")
        .doesNotContain("HOME");
    Heard companion = new Heard();
    ExecPlan waits = new ExecPlan(List.of("cat"), Map.of(), Profile.COMPANION, "/");
    try (Exec exec = engine.exec(container, waits, companion)) {
      shell("kill -9 -1");
      assertThat(engine.inspect(exec.id()).running()).isTrue();
    }
  }

  @Test
  void limitsAreThoseThatWereAskedFor() throws Exception {
    String limits =
        shell(
            "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes"
                + " /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max 2>/dev/null;"
                + " ulimit -c; ulimit -n; ulimit -f");
    assertThat(limits.lines())
        .containsExactly(
            Long.toString(320 * MIB), "72", "0", "8192", Long.toString(64 * MIB / 512));
    assertThat(shell("ls /sys/class/net; cat /proc/sys/kernel/hostname")).isEqualTo("lo\nsandbox");
  }

  @Test
  void theFilterNamesNoSystemCallTwiceAndRefusesTheRest() {
    JsonNode filter = Json.read(Profile.seccomp().getBytes(UTF_8));
    assertThat(filter.path("defaultAction").asText()).isEqualTo("SCMP_ACT_ERRNO");
    List<String> free = new ArrayList<>();
    for (JsonNode rule : filter.path("syscalls")) {
      if (!rule.has("args")) {
        rule.path("names").forEach(name -> free.add(name.asText()));
      }
    }
    assertThat(free).doesNotHaveDuplicates().contains("read", "execve", "futex");
    assertThat(free).doesNotContain("socket", "clone", "unshare", "mount", "bpf", "ptrace");
  }
}
