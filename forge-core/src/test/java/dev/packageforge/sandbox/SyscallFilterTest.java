package dev.packageforge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the filter as the kernel would, for processors that are not here too. */
class SyscallFilterTest {
  private static final int X86_64 = 0xc000003e;
  private static final int ARM_64 = 0xc00000b7;
  private static final int I386 = 0x40000003;
  private static final long ALLOWED = -1;
  private static final long KILLED = -2;
  private static final int EPERM = 1;
  private static final int ENOSYS = 38;
  private static final int EAFNOSUPPORT = 97;

  @ParameterizedTest
  @CsvSource({
    "read, 0, 63",
    "write, 1, 64",
    "openat, 257, 56",
    "mmap, 9, 222",
    "execve, 59, 221",
    "exit_group, 231, 94",
    "futex, 202, 98",
    "epoll_pwait, 281, 22",
    "getrandom, 318, 278",
    "statx, 332, 291",
    "rseq, 334, 293",
    "sched_getaffinity, 204, 123",
    "prlimit64, 302, 261",
    "kill, 62, 129",
    "connect, 42, 203",
    "bind, 49, 200",
    "faccessat2, 439, 439",
    "fchmodat2, 452, 452"
  })
  void ordinaryCallsAreAllowed(String name, int onX86, int onArm) {
    assertThat(answer("amd64", X86_64, onX86)).as(name).isEqualTo(ALLOWED);
    assertThat(answer("aarch64", ARM_64, onArm)).as(name).isEqualTo(ALLOWED);
  }

  @ParameterizedTest
  @CsvSource({
    "ptrace, 101, 117, 1",
    "unshare, 272, 97, 1",
    "setns, 308, 268, 1",
    "mount, 165, 40, 1",
    "pivot_root, 155, 41, 1",
    "move_mount, 429, 429, 1",
    "keyctl, 250, 219, 1",
    "bpf, 321, 280, 1",
    "perf_event_open, 298, 241, 1",
    "userfaultfd, 323, 282, 1",
    "process_vm_writev, 311, 271, 1",
    "init_module, 175, 105, 1",
    "kexec_load, 246, 104, 1",
    "open_by_handle_at, 304, 265, 1",
    "sched_setaffinity, 203, 122, 1",
    "shmget, 29, 194, 1",
    "msgget, 68, 186, 1",
    "clone3, 435, 435, 38",
    "io_uring_setup, 425, 425, 38",
    "io_uring_register, 427, 427, 38",
    "memfd_create, 319, 279, 38",
    "a call of tomorrow, 460, 460, 38",
    "the greatest number, 2147483647, 2147483647, 38"
  })
  void dangerousCallsAreRefused(String name, int onX86, int onArm, int error) {
    assertThat(answer("amd64", X86_64, onX86)).as(name).isEqualTo(error);
    assertThat(answer("aarch64", ARM_64, onArm)).as(name).isEqualTo(error);
  }

  @Test
  void callsByAnotherProcessorsNumbersEndTheProcess() {
    assertThat(answer("amd64", I386, 1)).isEqualTo(KILLED);
    assertThat(answer("aarch64", X86_64, 1)).isEqualTo(KILLED);
    assertThat(answer("amd64", X86_64, 0x40000000 | 1)).isEqualTo(ENOSYS);
    assertThat(answer("amd64", X86_64, -1)).isEqualTo(ENOSYS);
  }

  @ParameterizedTest
  @CsvSource({"amd64, 56", "aarch64, 220"})
  void aProcessOrThreadMayBeMadeButNoNamespace(String architecture, int clone) {
    int audit = architecture.equals("amd64") ? X86_64 : ARM_64;
    int thread = 0x003d0f00;
    int forked = 0x01200011;
    assertThat(answer(architecture, audit, clone, thread)).isEqualTo(ALLOWED);
    assertThat(answer(architecture, audit, clone, forked)).isEqualTo(ALLOWED);
    for (int bit : new int[] {17, 25, 26, 27, 28, 29, 30}) {
      assertThat(answer(architecture, audit, clone, forked | 1 << bit)).as("bit %s", bit).isOne();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 0, -1", // within the machine
    "1, 526337, 0, -1", // with its flags
    "2, 1, 6, -1",
    "2, 2, 17, -1",
    "10, 1, 0, -1",
    "16, 3, 0, -1", // routes
    "16, 3, 9, 97", // audit
    "16, 3, 12, 97", // netfilter
    "17, 3, 768, 97", // packets
    "40, 1, 0, 97", // the machine below this one
    "38, 5, 0, 97", // the kernel's cryptography
    "2, 3, 255, 1", // raw
    "2, 2, 1, 1", // echo
    "10, 5, 132, 1",
    "2, 1, 262, 1"
  })
  void onlyOrdinarySocketsMayBeMade(int family, int type, int protocol, long answer) {
    assertThat(answer("amd64", X86_64, 41, family, type, protocol)).isEqualTo(answer);
    assertThat(answer("aarch64", ARM_64, 198, family, type, protocol)).isEqualTo(answer);
  }

  @Test
  void onlyPairsWithinTheMachineMayBeMade() {
    assertThat(answer("amd64", X86_64, 53, 1, 1, 0)).isEqualTo(ALLOWED);
    assertThat(answer("amd64", X86_64, 53, 30, 1, 0)).isEqualTo(EAFNOSUPPORT);
    assertThat(answer("aarch64", ARM_64, 199, 30, 1, 0)).isEqualTo(EAFNOSUPPORT);
  }

  @Test
  void nobodyTypesIntoATerminal() {
    int tiocsti = 0x5412;
    int tcgets = 0x5401;
    assertThat(answer("amd64", X86_64, 16, 0, tiocsti)).isEqualTo(EPERM);
    assertThat(answer("aarch64", ARM_64, 29, 0, tiocsti)).isEqualTo(EPERM);
    assertThat(answer("amd64", X86_64, 16, 0, tcgets)).isEqualTo(ALLOWED);
  }

  @Test
  void theLayoutOfMemoryStaysRandom() {
    int noRandomness = 0x0040000;
    assertThat(answer("amd64", X86_64, 135, noRandomness)).isEqualTo(EPERM);
    assertThat(answer("aarch64", ARM_64, 92, noRandomness)).isEqualTo(EPERM);
    assertThat(answer("amd64", X86_64, 135, 0)).isEqualTo(ALLOWED);
    assertThat(answer("amd64", X86_64, 135, 0xffffffff)).isEqualTo(ALLOWED);
  }

  @Test
  void aProcessorWhoseNumbersAreUnknownHasNoFilter() {
    assertThat(SyscallFilter.of("riscv64")).isEmpty();
  }

  private static long answer(String architecture, int audit, int number, int... arguments) {
    ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    data.putInt(0, number).putInt(4, audit);
    for (int i = 0; i < arguments.length; i++) {
      data.putLong(16 + 8 * i, arguments[i]);
    }
    int returned = run(SyscallFilter.of(architecture).orElseThrow(), data);
    return switch (returned >>> 16) {
      case 0x7fff -> ALLOWED;
      case 0x8000 -> KILLED;
      case 0x0005 -> returned & 0xffff;
      default -> throw new AssertionError("no such answer: " + Integer.toHexString(returned));
    };
  }

  /** A machine for classic BPF, as far as the filter uses it. */
  private static int run(byte[] program, ByteBuffer data) {
    ByteBuffer code = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
    int accumulator = 0;
    int at = 0;
    while (true) {
      int instruction = code.getShort(8 * at);
      int ifTrue = code.get(8 * at + 2) & 0xff;
      int ifFalse = code.get(8 * at + 3) & 0xff;
      int operand = code.getInt(8 * at + 4);
      at++;
      switch (instruction) {
        case 0x20 -> accumulator = data.getInt(operand);
        case 0x54 -> accumulator &= operand;
        case 0x15 -> at += accumulator == operand ? ifTrue : ifFalse;
        case 0x25 -> at += Integer.compareUnsigned(accumulator, operand) > 0 ? ifTrue : ifFalse;
        case 0x45 -> at += (accumulator & operand) != 0 ? ifTrue : ifFalse;
        case 0x06 -> {
          return operand;
        }
        default -> throw new AssertionError("no such instruction: " + instruction);
      }
    }
  }
}
