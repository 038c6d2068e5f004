package dev.packageforge.examples;

import dev.packageforge.Cancellation;
import dev.packageforge.Step;
import dev.packageforge.StepReport;
import dev.packageforge.examples.BenchRow.Goal;
import dev.packageforge.examples.BenchRow.Unit;
import dev.packageforge.examples.hostile.CaseReport;
import dev.packageforge.examples.hostile.HostileCorpus;
import dev.packageforge.examples.hostile.HostileRun;
import dev.packageforge.npm.NpmToolchain;
import dev.packageforge.sandbox.Command;
import dev.packageforge.sandbox.ExecResult;
import dev.packageforge.sandbox.OutputListener;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What the docker sandbox costs, beside Docker's own program in the hands of somebody who takes no
 * care. Each figure is the median of samples that were taken by turns with those it is compared to.
 */
final class SandboxBench {
  private static final double MB = 1e6;
  private static final Duration FLOOD = Duration.ofSeconds(20);
  private static final Duration CORPUS = Duration.ofMinutes(2);
  private static final int LANES = 4;
  private static final long NO_CAP = Long.MAX_VALUE / 2;
  private static final int LOOKS = 10;
  private static final long LOOK_EACH = 100_000_000; // bytes of a flood
  private static final String SPIN =
      "let n = 0; const end = Date.now() + 5000; while (Date.now() < end) n++; console.log(n)";

  /** What code may use on either side, as Docker's program has it. */
  private static final List<String> PLAIN = List.of("run", "--rm", "--network", "none");

  private static final List<String> HARD =
      List.of(
          "--cap-drop=ALL",
          "--security-opt=no-new-privileges",
          "--read-only",
          "--user=10001:10001",
          "--tmpfs=/work:size=256m,nr_inodes=65536,uid=10001",
          "--tmpfs=/tmp:size=64m,nr_inodes=16384",
          "--memory=1g",
          "--memory-swap=1g",
          "--pids-limit=136",
          "--cpus=1",
          "--ulimit=core=0",
          "--ulimit=nofile=4096",
          "--ipc=private",
          "--log-driver=none");

  /**
   * What it is measured with.
   *
   * @param docker Docker's own program
   * @param image what both sides run
   * @param sandbox ours, with two containers ready
   * @param label finds the containers of ours that wait
   * @param root where the engine keeps what it writes; only looked at
   */
  record Tools(DockerProgram docker, String image, Sandbox sandbox, String label, Path root) {}

  /**
   * The package with ten dependencies.
   *
   * @param folder holds it, for Docker's own program
   * @param registry arguments of {@code docker run} by which npm reaches the registry directly
   * @param toolchain ours, with layers in a folder that is given
   */
  record Work(Path folder, List<String> registry, Function<Path, NpmToolchain> toolchain) {}

  private final Tools tools;
  private final int samples;
  private final Consumer<String> progress;
  private final List<BenchRow> rows = new ArrayList<>();

  SandboxBench(Tools tools, int samples, Consumer<String> progress) {
    this.tools = tools;
    this.samples = samples;
    this.progress = progress;
  }

  List<BenchRow> rows() {
    return rows;
  }

  /** How soon the first word of a command is heard, and what hardening costs. */
  void starts() throws InterruptedException {
    progress.accept("starts");
    List<Duration> plain = new ArrayList<>();
    List<Duration> hard = new ArrayList<>();
    List<Duration> claims = new ArrayList<>();
    firstOutput();
    for (int i = 0; i < samples; i++) {
      // The pool is filled again meanwhile.
      plain.add(tools.docker().time(run(List.of(), "true")));
      hard.add(tools.docker().time(run(HARD, "true")));
      plain.add(tools.docker().time(run(List.of(), "true")));
      hard.add(tools.docker().time(run(HARD, "true")));
      claims.add(firstOutput());
    }
    double unit = millis(median(plain));
    rows.add(
        new BenchRow(
            "D: docker run --network none, true", Unit.MILLISECONDS, unit, null, Goal.NONE));
    rows.add(ratio("session opened, first output, of D", millis(median(claims)) / unit, 0.25));
    rows.add(ratio("hardening, of D", millis(median(hard)) / unit, 1.05));
  }

  private Duration firstOutput() throws InterruptedException {
    AtomicLong heard = new AtomicLong();
    long start = System.nanoTime();
    try (SandboxSession session = tools.sandbox().open(SandboxSpec.ofDefaults())) {
      ExecResult result =
          session.exec(
              Command.of("echo", "here"),
              line -> heard.compareAndSet(0, System.nanoTime()),
              Cancellation.never());
      mustSucceed(result);
    }
    return Duration.ofNanos(heard.get() - start);
  }

  private List<String> run(List<String> flags, String... command) {
    return Stream.of(PLAIN, flags, List.of(tools.image()), List.of(command))
        .flatMap(List::stream)
        .toList();
  }

  /** What a container that waits takes. */
  void idle() throws InterruptedException {
    progress.accept("containers that wait");
    List<Double> each = List.of();
    // One that was only just made is not accounted for yet, and is told as taking nothing.
    for (int look = 0; look < LOOKS && (each.isEmpty() || each.get(0) == 0); look++) {
      each = waiting();
    }
    if (each.isEmpty()) {
      throw new CommandException(
          Exit.FAILED, "No container of this bench waits on the engine.", "Try again.");
    }
    rows.add(
        new BenchRow(
            "a container that waits",
            Unit.MEGABYTES,
            each.get(each.size() / 2),
            null,
            Goal.most(5)));
  }

  private List<Double> waiting() throws InterruptedException {
    String ids = tools.docker().say(List.of("ps", "-q", "--filter", "label=" + tools.label()));
    List<String> line =
        new ArrayList<>(List.of("stats", "--no-stream", "--format", "{{.MemUsage}}"));
    line.addAll(ids.lines().toList());
    return ids.isBlank()
        ? List.of()
        : tools.docker().say(line).lines().map(SandboxBench::megabytes).sorted().toList();
  }

  /** {@code 1.9MiB / 1GiB}. */
  private static double megabytes(String usage) {
    String used = usage.split("/", 2)[0].strip();
    double number = Double.parseDouble(used.replaceAll("[A-Za-z]", ""));
    if (used.endsWith("KiB")) {
      return number * 1024 / MB;
    }
    return used.endsWith("MiB") ? number * 1024 * 1024 / MB : number * 1024 * 1024 * 1024 / MB;
  }

  /** A first attempt and a repair, beside an install and a test as the user root. */
  void attempts(Work work, BenchFolder folder) throws InterruptedException, IOException {
    progress.accept("attempts");
    verify(
        work.toolchain().apply(folder.folder("layers-warm-up")), 1); // fetches what is fetched once
    List<Duration> naive = new ArrayList<>();
    List<Duration> installs = new ArrayList<>();
    List<Duration> fetches = new ArrayList<>();
    List<Duration> first = new ArrayList<>();
    List<Duration> repair = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      naive.add(tools.docker().time(direct(work, "npm install && npm test")));
      installs.add(tools.docker().time(direct(work, "npm install")));
      NpmToolchain toolchain = work.toolchain().apply(folder.folder("layers-" + i));
      long start = System.nanoTime();
      fetches.add(took(verify(toolchain, 1), Step.INSTALL));
      long between = System.nanoTime();
      verify(toolchain, 2);
      first.add(Duration.ofNanos(between - start));
      repair.add(Duration.ofNanos(System.nanoTime() - between));
    }
    double unit = millis(median(naive));
    rows.add(
        new BenchRow(
            "N: npm install && npm test, no care", Unit.MILLISECONDS, unit, null, Goal.NONE));
    rows.add(ratio("first attempt, of N", millis(median(first)) / unit, 1.5));
    rows.add(ratio("repair, same dependencies, of N", millis(median(repair)) / unit, 0.35));
    rows.add(
        ratio(
            "install by the tunnel, of docker run npm install",
            millis(median(fetches)) / millis(median(installs)),
            1.0));
  }

  /** The package is copied first, so that each time is a first time. */
  private List<String> direct(Work work, String script) {
    List<String> line =
        new ArrayList<>(
            List.of("run", "--rm", "--network", "host", "-v", work.folder() + ":/package:ro"));
    line.addAll(work.registry());
    line.addAll(List.of(tools.image(), "sh", "-c"));
    line.add("cp -r /package /tmp/work && cd /tmp/work && " + script);
    return line;
  }

  private List<StepReport> verify(NpmToolchain toolchain, int draft) throws InterruptedException {
    Verification verification =
        toolchain.verify(
            TenAnswers.request(draft),
            tools.sandbox(),
            VerificationListener.SILENT,
            new Cancellation());
    if (verification instanceof Verification.Passed passed) {
      return passed.steps();
    }
    String why =
        verification instanceof Verification.Failed failed ? failed.failure().headline() : "?";
    throw new CommandException(
        Exit.FAILED, "The package of this bench did not pass: " + why + ".", "Report it.");
  }

  private static Duration took(List<StepReport> steps, Step step) {
    return steps.stream()
        .filter(report -> report.step() == step)
        .map(StepReport::took)
        .findFirst()
        .orElseThrow();
  }

  /** One session prints as fast as it can while another one works. */
  void flood() throws InterruptedException {
    progress.accept("a flood of output");
    double alone = spin();
    long heap = liveHeap();
    AtomicLong bytes = new AtomicLong();
    AtomicLong most = new AtomicLong();
    AtomicLong looks = new AtomicLong();
    CountDownLatch flows = new CountDownLatch(1);
    SandboxSpec.Limits usual = SandboxSpec.Limits.ofDefaults();
    SandboxSpec unbounded =
        new SandboxSpec(
            SandboxSpec.Network.NONE,
            new SandboxSpec.Limits(FLOOD, usual.memoryBytes(), usual.diskBytes(), NO_CAP));
    long disk = free();
    double beside;
    try (SandboxSession session = tools.sandbox().open(unbounded)) {
      CompletableFuture<ExecResult> flood =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return session.exec(
                      Command.of("yes", "x".repeat(1000)),
                      line -> {
                        flows.countDown();
                        if (bytes.addAndGet(line.length() + 1) / LOOK_EACH > looks.get()) {
                          looks.incrementAndGet();
                          most.accumulateAndGet(liveHeap(), Math::max);
                        }
                      },
                      Cancellation.never());
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                  throw new IllegalStateException(e);
                } finally {
                  flows.countDown();
                }
              },
              task -> new Thread(task, "flood").start());
      flows.await();
      beside = spin();
      try {
        flood.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof SandboxException trouble ? trouble : e;
      }
    }
    rows.add(
        new BenchRow(
            "flood: read of it a second",
            Unit.MEGABYTES,
            bytes.get() / MB / FLOOD.toSeconds(),
            null,
            Goal.NONE));
    rows.add(
        new BenchRow(
            "flood: live heap beyond that before",
            Unit.MEGABYTES,
            Math.max(0, most.get() - heap) / MB,
            null,
            Goal.most(64)));
    rows.add(
        new BenchRow(
            "flood: disk of the engine",
            Unit.MEGABYTES,
            Math.max(0, disk - free()) / MB,
            null,
            Goal.most(10)));
    rows.add(ratio("flood: a neighbour's time, of the same alone", alone / beside, 1.25));
  }

  /** What is left on the heap when garbage is collected. */
  private static long liveHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** Every hostile case that this sandbox promises to hold. */
  void corpus(NpmToolchain toolchain, Path folder) throws InterruptedException, IOException {
    progress.accept("hostile cases");
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      long start = System.nanoTime();
      List<CaseReport> reports =
          new HostileRun(tools.sandbox(), toolchain, folder)
              .all(HostileCorpus.shipped(), threads, LANES);
      double seconds = (System.nanoTime() - start) / 1e9;
      reports.stream()
          .filter(report -> !report.held())
          .forEach(report -> progress.accept(report.toString()));
      long escaped = reports.stream().filter(report -> !report.held()).count();
      rows.add(new BenchRow("hostile cases", Unit.CASES, reports.size(), null, Goal.NONE));
      rows.add(new BenchRow("hostile cases not held", Unit.CASES, escaped, null, Goal.most(0)));
      rows.add(
          new BenchRow(
              "hostile cases, all together",
              Unit.MILLISECONDS,
              seconds * 1000,
              null,
              Goal.most((double) CORPUS.toMillis())));
    } finally {
      threads.shutdownNow();
    }
  }

  /** How far a program counts in its time. */
  private double spin() throws InterruptedException {
    List<String> said = new ArrayList<>();
    try (SandboxSession session = tools.sandbox().open(SandboxSpec.ofDefaults())) {
      OutputListener listener = said::add;
      mustSucceed(session.exec(Command.of("node", "-e", SPIN), listener, Cancellation.never()));
    }
    return Double.parseDouble(said.get(0));
  }

  private long free() {
    return tools.root().toFile().getUsableSpace();
  }

  private static void mustSucceed(ExecResult result) {
    if (!result.succeeded()) {
      throw new CommandException(
          Exit.FAILED, "A command of this bench ended as " + result + ".", "Report it.");
    }
  }

  private static BenchRow ratio(String what, double value, double most) {
    return new BenchRow(what, Unit.RATIO, value, null, Goal.most(most));
  }

  private static Duration median(List<Duration> all) {
    return all.stream().sorted().toList().get(all.size() / 2);
  }

  private static double millis(Duration time) {
    return time.toNanos() / 1e6;
  }
}
