# What cases in Perl share: numbers of system calls, and words for what came of a try.
use strict;
use warnings;
$| = 1;

my ($machine) = map { chomp; $_ } `uname -m`;
my %calls =
  $machine eq 'aarch64'
  ? (
    mount => 40, pivot_root => 41, chroot => 51, open_by_handle_at => 265, name_to_handle_at => 264,
    init_module => 105, finit_module => 273, kexec_load => 104, reboot => 142, sethostname => 161,
    swapon => 224, settimeofday => 170, clock_settime => 112, adjtimex => 171, ptrace => 117,
    process_vm_readv => 270, kcmp => 272, bpf => 280, perf_event_open => 241, userfaultfd => 282,
    io_uring_setup => 425, add_key => 217, request_key => 218, keyctl => 219, syslog => 116,
    unshare => 97, setns => 268, clone3 => 435, clone => 220, acct => 89, quotactl => 60,
    memfd_create => 279, pidfd_open => 434, pidfd_getfd => 438, fsopen => 430, open_tree => 428,
    move_mount => 429, mount_setattr => 442, personality => 92, setuid => 146, mknodat => 33,
    sched_setscheduler => 119, prlimit64 => 261, fanotify_init => 262, lookup_dcookie => 18,
    move_pages => 239, mbind => 235, vhangup => 58, umount2 => 39, mlockall => 230,
  )
  : (
    mount => 165, pivot_root => 155, chroot => 161, open_by_handle_at => 304,
    name_to_handle_at => 303, init_module => 175, finit_module => 313, kexec_load => 246,
    reboot => 169, sethostname => 170, swapon => 167, settimeofday => 164, clock_settime => 227,
    adjtimex => 159, ptrace => 101, process_vm_readv => 310, kcmp => 312, bpf => 321,
    perf_event_open => 298, userfaultfd => 323, io_uring_setup => 425, add_key => 248,
    request_key => 249, keyctl => 250, syslog => 103, unshare => 272, setns => 308, clone3 => 435,
    clone => 56, acct => 163, quotactl => 179, memfd_create => 319, pidfd_open => 434,
    pidfd_getfd => 438, fsopen => 430, open_tree => 428, move_mount => 429, mount_setattr => 442,
    personality => 135, setuid => 105, mknodat => 259, sched_setscheduler => 144, prlimit64 => 302,
    fanotify_init => 300, lookup_dcookie => 212, move_pages => 279, mbind => 237, vhangup => 153,
    umount2 => 166, mlockall => 151, iopl => 172, ioperm => 173, modify_ldt => 154,
  );

# The number of a system call.
sub call { return $calls{ $_[0] } // die "no number is known for $_[0]\n"; }

# A try that must fail: says so, or that there is a hole.
sub refused {
    my ($word, $came_through) = @_;
    print $came_through ? "BROKEN $word\n" : "held $word\n";
}

# A system call that must fail, however it fails.
sub denied {
    my ($word, @arguments) = @_;
    my $result = syscall(call($word), @arguments);
    refused($word, $result >= 0);
}

1;
