package dev.packageforge.examples;

import dev.packageforge.examples.BenchRow.Goal;
import dev.packageforge.examples.BenchRow.Unit;
import dev.packageforge.examples.CommandGauge.Count;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures queues side by side: in turn, round by round, on the same server; what takes minutes of
 * waiting, all at once, each on a server of its own.
 */
final class QueueBench {
  private static final int BULK = 1000;
  private static final int WIDTH = 64;
  private static final int FIRST_STARTS = 100;
  private static final double MINUTE = 60;

  private final Path redis;
  private final Path folder;
  private final Size size;
  private final Pause pause;
  private final Consumer<String> progress;
  private final List<BenchRow> rows = new ArrayList<>();

  /**
   * How much is done.
   *
   * @param rounds of which the median counts
   * @param warmUps rounds before them, which do not count
   * @param jobs in a round of work
   * @param starts how many jobs are added to an idle worker
   * @param told how many jobs tell something
   * @param window how long a minute is, for what is counted a minute
   */
  record Size(int rounds, int warmUps, int jobs, int starts, int told, Duration window) {
    static final Size FULL = new Size(3, 2, 20_000, 2000, 100, Duration.ofMinutes(2));
    static final Size QUICK = new Size(1, 1, 5000, 200, 20, Duration.ofMinutes(1));
  }

  /** Something that can be measured. */
  @FunctionalInterface
  interface Contender {
    /** Starts it on a server. */
    QueueSide start(BenchRedis redis);
  }

  /** What a round of a contest does. */
  @FunctionalInterface
  private interface Round {
    Duration run(QueueSide side) throws InterruptedException;
  }

  /** What goes on while commands are counted. */
  @FunctionalInterface
  private interface Scene {
    void begin(QueueSide side) throws InterruptedException;
  }

  QueueBench(Path redis, Path folder, Size size, Pause pause, Consumer<String> progress) {
    this.redis = redis;
    this.folder = folder;
    this.size = size;
    this.pause = pause;
    this.progress = progress;
  }

  /** Measures ours and, if there is another one, the other one. */
  List<BenchRow> measure(Contender ours, @Nullable Contender theirs) throws InterruptedException {
    List<Contender> contenders = theirs == null ? List.of(ours) : List.of(ours, theirs);
    try (Stage stage = new Stage(contenders)) {
      rates(stage);
      starts(stage);
      told(stage);
    }
    minutes(contenders);
    return List.copyOf(rows);
  }

  private void rates(Stage stage) throws InterruptedException {
    int jobs = size.jobs();
    rate(stage, "enqueue, one by one", Goal.NONE, jobs / 2, side -> side.addOneByOne(jobs / 2));
    rate(
        stage,
        "enqueue, " + WIDTH + " in flight",
        Goal.NONE,
        jobs,
        side -> side.addInFlight(jobs, WIDTH));
    rate(
        stage,
        "enqueue, " + BULK + " a call",
        Goal.times(2),
        2 * jobs,
        side -> side.addInBulk(2 * jobs, BULK));
    noOps(stage, 1, Goal.NONE);
    noOps(stage, 8, Goal.times(1.3));
    noOps(stage, WIDTH, Goal.times(1.05));
  }

  private void noOps(Stage stage, int concurrency, Goal goal) throws InterruptedException {
    int jobs = size.jobs();
    rate(
        stage,
        "no-op jobs, concurrency " + concurrency,
        goal,
        jobs,
        side -> {
          side.addInBulk(jobs, BULK);
          return side.work(jobs, concurrency);
        });
  }

  private void rate(Stage stage, String what, Goal goal, int jobs, Round round)
      throws InterruptedException {
    progress.accept(what);
    List<List<Double>> rates = stage.lists();
    for (int i = 0; i < size.warmUps() + size.rounds(); i++) {
      for (int side = 0; side < rates.size(); side++) {
        pause.last(Duration.ZERO);
        Duration took = round.run(stage.fresh(side));
        if (i >= size.warmUps()) {
          rates.get(side).add(jobs / (took.toNanos() / 1e9));
        }
      }
    }
    row(what, Unit.PER_SECOND, rates.stream().map(all -> at(all, 0.5)).toList(), goal);
  }

  private void starts(Stage stage) throws InterruptedException {
    progress.accept("add to start of an idle worker");
    List<List<Double>> millis = stage.lists();
    int turns = 2;
    for (int i = 0; i < turns; i++) {
      for (int side = 0; side < millis.size(); side++) {
        List<Duration> took = stage.fresh(side).startWhenIdle(FIRST_STARTS + size.starts() / turns);
        took.stream()
            .skip(FIRST_STARTS)
            .map(time -> time.toNanos() / 1e6)
            .forEach(millis.get(side)::add);
      }
    }
    row(
        "add to start, p50",
        Unit.MILLISECONDS,
        millis.stream().map(all -> at(all, 0.5)).toList(),
        Goal.most(0.7));
    row(
        "add to start, p99",
        Unit.MILLISECONDS,
        millis.stream().map(all -> at(all, 0.99)).toList(),
        Goal.most(1.5));
  }

  private void told(Stage stage) throws InterruptedException {
    String what = QueueSide.LOG_LINES + " log lines, " + QueueSide.UPDATES + " checkpoints";
    progress.accept("a job with " + what);
    List<Count> counts = new ArrayList<>();
    for (int i = 0; i < stage.sides.size(); i++) {
      QueueSide side = stage.fresh(i);
      side.openForLogs();
      side.workWithLogs();
      pause.untilIdle();
      stage.gauge.begin();
      for (int job = 0; job < size.told(); job++) {
        side.workWithLogs();
        pause.untilIdle();
      }
      counts.add(stage.gauge.end());
    }
    double jobs = size.told();
    commands("job with " + what, Unit.COMMANDS, counts, jobs, Goal.most(10), Goal.most(60));
  }

  private void minutes(List<Contender> contenders) throws InterruptedException {
    progress.accept("idle and busy workers and open pages, for " + Words.time(size.window()));
    Deque<AutoCloseable> open = new ArrayDeque<>();
    try {
      List<Scene> scenes =
          List.of(
              QueueSide::beIdle,
              QueueSide::beBusy,
              side -> side.openPages(1),
              side -> side.openPages(10),
              QueueSide::openPageWithoutLog);
      List<List<CommandGauge>> gauges = new ArrayList<>();
      for (Scene scene : scenes) {
        List<CommandGauge> pair = new ArrayList<>();
        for (Contender contender : contenders) {
          pair.add(begun(scene, contender, open));
        }
        gauges.add(pair);
      }
      pause.last(size.window().dividedBy(10)); // what starts sends more than what goes on
      gauges.forEach(pair -> pair.forEach(CommandGauge::begin));
      pause.last(size.window());
      List<List<Count>> counts =
          gauges.stream().map(pair -> pair.stream().map(CommandGauge::end).toList()).toList();
      double minutes = size.window().toSeconds() / MINUTE;
      Unit unit = Unit.COMMANDS_A_MINUTE;
      commands("idle worker", unit, counts.get(0), minutes, Goal.most(1.1), Goal.most(2));
      commands("busy worker, silent job", unit, counts.get(1), minutes, Goal.NONE, Goal.NONE);
      commands("open page", unit, counts.get(2), minutes, Goal.most(1), Goal.NONE);
      commands("10 open pages", unit, counts.get(3), minutes, Goal.most(1), Goal.NONE);
      commands("open page without log", unit, counts.get(4), minutes, Goal.most(1), Goal.NONE);
    } finally {
      closeAll(open);
    }
  }

  private CommandGauge begun(Scene scene, Contender contender, Deque<AutoCloseable> open)
      throws InterruptedException {
    BenchRedis server = BenchRedis.start(redis, folder);
    open.push(server);
    CommandGauge gauge = CommandGauge.open(server.port());
    open.push(gauge);
    QueueSide side = contender.start(server);
    open.push(side);
    side.open();
    scene.begin(side);
    return gauge;
  }

  private void commands(
      String what, Unit unit, List<Count> counts, double per, Goal sent, Goal counted) {
    row(what + ", sent", unit, counts.stream().map(count -> count.sent() / per).toList(), sent);
    row(
        what + ", counted",
        unit,
        counts.stream().map(count -> count.counted() / per).toList(),
        counted);
  }

  private void row(String what, Unit unit, List<Double> figures, Goal goal) {
    Double theirs = figures.size() > 1 ? figures.get(1) : null;
    rows.add(new BenchRow(what, unit, figures.get(0), theirs, goal));
  }

  private static double at(List<Double> all, double share) {
    List<Double> sorted = all.stream().sorted().toList();
    return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
  }

  private static void closeAll(Deque<AutoCloseable> open) {
    for (AutoCloseable each : open) {
      try {
        each.close();
      } catch (Exception e) {
        throw new IllegalStateException("what the bench started does not end", e);
      }
    }
  }

  /** One server, all contenders on it, and a gauge that also wipes it between rounds. */
  private final class Stage implements AutoCloseable {
    final List<QueueSide> sides = new ArrayList<>();
    final CommandGauge gauge;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    Stage(List<Contender> contenders) {
      BenchRedis server = BenchRedis.start(redis, folder);
      open.push(server);
      gauge = CommandGauge.open(server.port());
      open.push(gauge);
      for (Contender contender : contenders) {
        QueueSide side = contender.start(server);
        open.push(side);
        sides.add(side);
      }
    }

    QueueSide fresh(int side) throws InterruptedException {
      for (QueueSide each : sides) {
        each.rest();
      }
      gauge.wipe();
      sides.get(side).open();
      return sides.get(side);
    }

    List<List<Double>> lists() {
      List<List<Double>> lists = new ArrayList<>();
      sides.forEach(side -> lists.add(new ArrayList<>()));
      return lists;
    }

    @Override
    public void close() {
      closeAll(open);
    }
  }
}
