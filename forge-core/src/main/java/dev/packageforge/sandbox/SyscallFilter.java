package dev.packageforge.sandbox;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The calls to the kernel that a command in a sandbox may make, as the program that {@code seccomp}
 * takes (classic BPF; filter.h and seccomp(2) of Linux). What is younger than the filter is refused
 * too.
 */
final class SyscallFilter {
  // What only an administrator needs, what looks into other processes, what reserves memory that no
  // process is seen to have, and what faults of the kernel were often reached by. A program that
  // meets one is told that it may not. Name, number on x86-64, number on arm64.
  private static final String FORBIDDEN =
      """
      unshare 272 97, setns 308 268, mount 165 40, umount2 166 39, pivot_root 155 41,
      chroot 161 51, fsopen 430 430, fsconfig 431 431, fsmount 432 432, fspick 433 433,
      open_tree 428 428, move_mount 429 429, mount_setattr 442 442,
      keyctl 250 219, add_key 248 217, request_key 249 218, bpf 321 280,
      perf_event_open 298 241, userfaultfd 323 282, ptrace 101 117, process_vm_readv 310 270,
      process_vm_writev 311 271, kcmp 312 272, pidfd_getfd 438 438, process_madvise 440 440,
      process_mrelease 448 448,
      init_module 175 105, finit_module 313 273, delete_module 176 106, kexec_load 246 104,
      kexec_file_load 320 294, reboot 169 142, swapon 167 224, swapoff 168 225,
      syslog 103 116, acct 163 89, quotactl 179 60, quotactl_fd 443 443,
      settimeofday 164 170, clock_settime 227 112, clock_adjtime 305 266, adjtimex 159 171,
      sethostname 170 161, setdomainname 171 162, iopl 172 -, ioperm 173 -, modify_ldt 154 -,
      vhangup 153 58,
      name_to_handle_at 303 264, open_by_handle_at 304 265, fanotify_init 300 262,
      fanotify_mark 301 263,
      mbind 237 235, set_mempolicy 238 237, set_mempolicy_home_node 450 450,
      migrate_pages 256 238, move_pages 279 239, sched_setaffinity 203 122, vmsplice 278 75,
      shmget 29 194, shmat 30 196, shmctl 31 195, shmdt 67 197, semget 64 190, msgget 68 186
      """;

  // A program that meets one of these believes that the kernel is older and does without: clone3
  // hides its flags from a filter, the others have had too many faults or reserve memory unseen.
  private static final String UNKNOWN =
      """
      clone3 435 435, io_uring_setup 425 425, io_uring_enter 426 426,
      io_uring_register 427 427, io_setup 206 0, io_submit 209 2,
      memfd_create 319 279, memfd_secret 447 447, remap_file_pages 216 234,
      nfsservctl 180 42, lookup_dcookie 212 18,
      create_module 174 -, get_kernel_syms 177 -, query_module 178 -, uselib 134 -,
      ustat 136 -, sysfs 139 -, _sysctl 156 -
      """;

  private static final int EPERM = 1;
  private static final int ENOSYS = 38;
  private static final int EAFNOSUPPORT = 97;

  // struct seccomp_data
  private static final int NUMBER = 0;
  private static final int ARCHITECTURE = 4;
  private static final int ARGUMENTS = 16;

  // Instructions, and answers.
  private static final int LOAD = 0x20;
  private static final int AND = 0x54;
  private static final int IF_EQUAL = 0x15;
  private static final int IF_GREATER = 0x25;
  private static final int IF_ANY_BIT = 0x45;
  private static final int RETURN = 0x06;
  private static final int ALLOW = 0x7fff0000;
  private static final int KILL_PROCESS = 0x80000000;
  private static final int REFUSE = 0x00050000;

  private static final int NEW_NAMESPACE = 0x7e020000; // CLONE_NEWNS to CLONE_NEWNET (sched.h)
  private static final int AF_UNIX = 1;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int AF_NETLINK = 16;
  private static final int SOCKET_KIND = 0xf;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int TIOCSTI = 0x5412; // types into a terminal
  private static final int TIOCLINUX = 0x541c;

  /**
   * A kind of processor.
   *
   * @param audit how the kernel names it to a filter (audit.h)
   * @param column where its numbers stand
   * @param last the greatest number that was known when the lists above were made
   */
  private record Machine(
      int audit,
      int column,
      int last,
      int fork,
      int socket,
      int socketpair,
      int ioctl,
      int personality,
      int fchmodat2) {
    static final Machine X86_64 = new Machine(0xc000003e, 1, 450, 56, 41, 53, 16, 135, 452);
    static final Machine ARM_64 = new Machine(0xc00000b7, 2, 450, 220, 198, 199, 29, 92, 452);
  }

  private final Machine machine;
  private final List<long[]> program = new ArrayList<>();

  private SyscallFilter(Machine machine) {
    this.machine = machine;
  }

  /**
   * The filter for a processor, in the bytes that the kernel reads.
   *
   * @param architecture as Java names it
   * @return empty if the numbers of its calls are not known here
   */
  static Optional<byte[]> of(String architecture) {
    return switch (architecture) {
      case "amd64", "x86_64" -> Optional.of(new SyscallFilter(Machine.X86_64).bytes());
      case "aarch64" -> Optional.of(new SyscallFilter(Machine.ARM_64).bytes());
      default -> Optional.empty();
    };
  }

  private byte[] bytes() {
    add(LOAD, 0, 0, ARCHITECTURE);
    add(IF_EQUAL, 1, 0, machine.audit());
    add(RETURN, 0, 0, KILL_PROCESS); // a call by the numbers of another processor
    add(LOAD, 0, 0, NUMBER);
    add(IF_EQUAL, 0, 1, machine.fchmodat2());
    add(RETURN, 0, 0, ALLOW);
    add(IF_GREATER, 0, 1, machine.last()); // so are those of x32, which have a high bit
    refuse(ENOSYS);
    refuseAll(FORBIDDEN, EPERM);
    refuseAll(UNKNOWN, ENOSYS);
    namespaces();
    sockets();
    terminals();
    personalities();
    add(RETURN, 0, 0, ALLOW);
    return assembled();
  }

  private void refuseAll(String calls, int error) {
    for (String call : calls.strip().split("\\s*,\\s*", -1)) {
      String number = call.split(" ", -1)[machine.column()];
      if (!number.equals("-")) {
        add(IF_EQUAL, 0, 1, Integer.parseInt(number));
        refuse(error);
      }
    }
  }

  private void namespaces() {
    add(IF_EQUAL, 0, 4, machine.fork());
    add(LOAD, 0, 0, argument(0));
    add(IF_ANY_BIT, 0, 1, NEW_NAMESPACE);
    refuse(EPERM);
    add(RETURN, 0, 0, ALLOW);
  }

  /** Streams and datagrams of the machine itself and of the internet, and the list of devices. */
  private void sockets() {
    add(IF_EQUAL, 0, 4, machine.socketpair());
    add(LOAD, 0, 0, argument(0));
    add(IF_EQUAL, 1, 0, AF_UNIX);
    refuse(EAFNOSUPPORT);
    add(RETURN, 0, 0, ALLOW);

    add(IF_EQUAL, 0, 21, machine.socket());
    add(LOAD, 0, 0, argument(0));
    add(IF_EQUAL, 0, 1, AF_UNIX);
    add(RETURN, 0, 0, ALLOW);
    add(IF_EQUAL, 6, 0, AF_INET);
    add(IF_EQUAL, 5, 0, AF_INET6);
    add(IF_EQUAL, 1, 0, AF_NETLINK);
    refuse(EAFNOSUPPORT);
    add(LOAD, 0, 0, argument(2));
    add(IF_EQUAL, 11, 0, 0); // routes: how a runtime learns its addresses
    refuse(EAFNOSUPPORT);
    add(LOAD, 0, 0, argument(1));
    add(AND, 0, 0, SOCKET_KIND);
    add(IF_EQUAL, 2, 0, SOCK_STREAM);
    add(IF_EQUAL, 1, 0, SOCK_DGRAM);
    refuse(EPERM);
    add(LOAD, 0, 0, argument(2));
    add(IF_EQUAL, 3, 0, 0);
    add(IF_EQUAL, 2, 0, TCP);
    add(IF_EQUAL, 1, 0, UDP);
    refuse(EPERM);
    add(RETURN, 0, 0, ALLOW);
  }

  private void terminals() {
    add(IF_EQUAL, 0, 5, machine.ioctl());
    add(LOAD, 0, 0, argument(1));
    add(IF_EQUAL, 1, 0, TIOCSTI);
    add(IF_EQUAL, 0, 1, TIOCLINUX);
    refuse(EPERM);
    add(RETURN, 0, 0, ALLOW);
  }

  // Others switch off what makes faults harder to use.
  private void personalities() {
    add(IF_EQUAL, 0, 5, machine.personality());
    add(LOAD, 0, 0, argument(0));
    add(IF_EQUAL, 2, 0, 0);
    add(IF_EQUAL, 1, 0, 0xffffffff);
    refuse(EPERM);
    add(RETURN, 0, 0, ALLOW);
  }

  // The low half: what the kernel looks at of these arguments fits into it.
  private static int argument(int index) {
    return ARGUMENTS + 8 * index;
  }

  private void refuse(int error) {
    add(RETURN, 0, 0, REFUSE | error);
  }

  private void add(int code, int ifTrue, int ifFalse, int operand) {
    program.add(new long[] {code, ifTrue, ifFalse, operand});
  }

  private byte[] assembled() {
    ByteBuffer bytes = ByteBuffer.allocate(8 * program.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (long[] instruction : program) {
      bytes.putShort((short) instruction[0]);
      bytes.put((byte) instruction[1]).put((byte) instruction[2]);
      bytes.putInt((int) instruction[3]);
    }
    return bytes.array();
  }
}
