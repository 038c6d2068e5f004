package dev.packageforge.examples.chaos;

import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.pipeline.ConflictException;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.StoredEvent;
import dev.packageforge.redis.RedisStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Breaks one thing at a time, on purpose, and measures how long it takes until work goes on. */
public final class Recovery {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration A_SECOND = Duration.ofSeconds(1);
  private static final Duration SILENCE = Duration.ofSeconds(30);

  /** Half as long again as a read waits. */
  private static final Duration DEAF = Duration.ofSeconds(90);

  private static final Duration WIPE = Duration.ofSeconds(65);
  private static final int LOOK_AGAIN_MILLIS = 20;
  private static final int MANY = 1_000;
  private static final String LEASES = RedisSite.PREFIX + "lease";

  private final Path folder;
  private final Consumer<String> progress;
  private final List<Measure> measures = new ArrayList<>();
  private int scenes;

  private Recovery(Path folder, Consumer<String> progress) {
    this.folder = folder;
    this.progress = progress;
  }

  /**
   * One thing that was measured.
   *
   * @param what from when to when
   * @param measured in words
   * @param goal in words
   * @param held whether the goal was reached
   */
  public record Measure(String what, String measured, String goal, boolean held) {
    static Measure of(String what, Duration took, Duration goal) {
      return new Measure(what, seconds(took), "<= " + seconds(goal), took.compareTo(goal) <= 0);
    }

    private static String seconds(Duration time) {
      return String.format("%.2f s", time.toMillis() / 1e3);
    }
  }

  /**
   * Measures everything.
   *
   * @param folder an empty one
   * @param progress hears what is measured now
   */
  public static List<Measure> measure(Path folder, Consumer<String> progress)
      throws InterruptedException {
    Recovery recovery = new Recovery(folder, progress);
    recovery.scene("a worker is killed and started again", Recovery::killedAndStartedAgain);
    recovery.scene("a worker is killed, another one lives", Recovery::killedBesideAnother);
    recovery.silentLink();
    recovery.scene("the network acknowledges and loses", Recovery::deafness);
    recovery.scene("a worker freezes beyond its lease", Recovery::frozen);
    recovery.scene("a person cancels from another process", Recovery::cancelled);
    recovery.scene("Redis is wiped", Recovery::wiped);
    return List.copyOf(recovery.measures);
  }

  @FunctionalInterface
  private interface Play {
    List<Measure> in(Scene scene) throws InterruptedException;
  }

  private void scene(String title, Play play) throws InterruptedException {
    progress.accept(title + " …");
    scenes++;
    try (Scene scene = new Scene(folder.resolve("scene-" + scenes))) {
      measures.addAll(play.in(scene));
    } catch (IllegalStateException e) {
      measures.add(new Measure(title, String.valueOf(e.getMessage()), "goes on", false));
    }
  }

  /** A server, a sound network and sound doubles; workers come as they are needed. */
  private static final class Scene implements AutoCloseable {
    private final Path folder;
    private final Doubles doubles = new Doubles(new Books(), 1, false, Clock.systemUTC());
    private final RedisServer server;
    private final FaultProxy network;
    private final RedisStore store;
    private final Forge forge;
    private final List<WorkerProcess> workers = new ArrayList<>();
    private int asked;

    Scene(Path folder) throws InterruptedException {
      this.folder = folder;
      this.server = new RedisServer(folder.resolve("redis"), true);
      this.network = FaultProxy.to(server.port(), 1, Faults.NONE);
      this.store = RedisSite.store(server.port());
      this.forge = ChaosPorts.asking(store);
    }

    WorkerProcess worker() throws InterruptedException {
      return worker(network.port());
    }

    WorkerProcess workerWithoutProxy() throws InterruptedException {
      return worker(server.port());
    }

    private WorkerProcess worker(int port) throws InterruptedException {
      String name = "worker-" + (workers.size() + 1);
      WorkerProcess worker = WorkerProcess.of(name, folder, doubles, port, 1);
      workers.add(worker);
      up(name);
      return worker;
    }

    Doubles.Heard up(String worker) throws InterruptedException {
      return doubles.await(
          heard -> heard.what().equals(Doubles.UP) && heard.worker().equals(worker), PATIENCE);
    }

    Doubles.Heard modelCall(Run run) throws InterruptedException {
      return doubles.await(heard -> heard.name().equals(run.request().prompt()), PATIENCE);
    }

    WorkerProcess called(String name) {
      return workers.stream()
          .filter(worker -> worker.name().equals(name))
          .findFirst()
          .orElseThrow();
    }

    /** A request that needs one plan and one draft. */
    Run ask() {
      return ask(forge);
    }

    Run ask(Forge by) {
      Fate fate = Fate.of(1, ++asked);
      while (fate.goodDraft() > 1 || fate.plans() > 1) {
        fate = Fate.of(1, ++asked);
      }
      return by.submit(RunRequest.of(fate.name()));
    }

    /** Waits for a state, as anybody could who watches. */
    long awaitState(RunId id, RunState state) throws InterruptedException {
      long seen = 0;
      Run run = store.find(id).orElseThrow();
      while (run.state() != state) {
        if (run.state().isFinal()) {
          throw new IllegalStateException("the run ended " + run.state() + ", not " + state);
        }
        List<StoredEvent> news = store.events(id, seen, MANY, PATIENCE);
        seen = news.isEmpty() ? seen : news.get(news.size() - 1).cursor();
        run = store.find(id).orElseThrow();
      }
      return System.nanoTime();
    }

    @Override
    public void close() {
      workers.forEach(WorkerProcess::close);
      store.close();
      network.close();
      server.close();
      doubles.close();
    }
  }

  private static Duration between(long from, long to) {
    return Duration.ofNanos(to - from);
  }

  private static List<Measure> killedAndStartedAgain(Scene scene) throws InterruptedException {
    WorkerProcess worker = scene.worker();
    scene.doubles.think();
    Run run = scene.ask();
    scene.modelCall(run);
    worker.kill();
    long start = System.nanoTime();
    worker.start();
    long up = scene.up(worker.name()).nanos();
    long again = scene.modelCall(run).nanos();
    return List.of(
        Measure.of("kill -9, same machine: worker up -> job runs", between(up, again), A_SECOND),
        new Measure(
            "  process started -> job runs",
            Measure.seconds(between(start, again)),
            "(told)",
            true));
  }

  private static List<Measure> killedBesideAnother(Scene scene) throws InterruptedException {
    scene.worker();
    scene.worker();
    scene.doubles.think();
    Run run = scene.ask();
    WorkerProcess owner = scene.called(scene.modelCall(run).worker());
    owner.kill();
    long killed = System.nanoTime();
    long again = scene.modelCall(run).nanos();
    return List.of(
        Measure.of(
            "kill -9, another worker: death -> job runs",
            between(killed, again),
            ChaosPorts.LEASE.plus(A_SECOND)));
  }

  private static List<Measure> deafness(Scene scene) throws InterruptedException {
    scene.worker();
    Run first = scene.ask();
    scene.awaitState(first.id(), RunState.AWAITING_APPROVAL);
    scene.network.silence();
    long begun = System.nanoTime();
    Run run = scene.ask();
    long heard = scene.modelCall(run).nanos();
    return List.of(
        Measure.of("link acknowledged, never answered: -> job runs", between(begun, heard), DEAF));
  }

  private void silentLink() throws InterruptedException {
    progress.accept("the network falls silent …");
    String what = "silent link: asked -> job runs";
    measures.add(
        SilentLink.measure(folder.resolve("silent-link"))
            .map(millis -> Measure.of(what, Duration.ofMillis(millis), SILENCE))
            .orElse(new Measure(what, "not measured", "unshare, ip, iptables are needed", true)));
  }

  /** What lets a kernel drop everything on a port. */
  @FunctionalInterface
  interface Drop {
    void port(int number) throws InterruptedException;
  }

  /** Plays the silent link; in a network of its own. */
  static long silentLink(Path folder, Drop drop) throws InterruptedException {
    try (Scene scene = new Scene(folder)) {
      scene.workerWithoutProxy();
      Run first = scene.ask();
      scene.awaitState(first.id(), RunState.AWAITING_APPROVAL);
      try (RawRedis redis = scene.server.connect()) {
        await(
            "that the worker waits",
            () -> blocked(redis) == 1 && redis.number("ZCARD", LEASES) == 0);
        for (int port : ports(redis)) {
          drop.port(port);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("the server cannot be asked who is connected", e);
      }
      // Whoever asks now has a connection that is younger than the silence.
      try (RedisStore young = RedisSite.store(scene.server.port())) {
        long begun = System.nanoTime();
        Run run = scene.ask(ChaosPorts.asking(young));
        return between(begun, scene.modelCall(run).nanos()).toMillis();
      }
    }
  }

  private static List<Measure> frozen(Scene scene) throws InterruptedException {
    WorkerProcess owner = scene.worker();
    scene.doubles.think();
    Run run = scene.ask();
    scene.modelCall(run);
    owner.signal("STOP");
    WorkerProcess other = scene.worker();
    scene.modelCall(run);
    scene.doubles.answerNow();
    scene.awaitState(run.id(), RunState.AWAITING_APPROVAL);
    if (!other.stop(PATIENCE)) {
      throw new IllegalStateException("the other worker does not go home");
    }
    Run before = scene.store.find(run.id()).orElseThrow();
    List<StoredEvent> told = scene.store.events(run.id(), 0, MANY, Duration.ZERO);
    owner.signal("CONT");
    // Whoever is awake enough for another run has done with the first.
    Run next = scene.ask();
    scene.awaitState(next.id(), RunState.AWAITING_APPROVAL);
    Run after = scene.store.find(run.id()).orElseThrow();
    int lines = scene.store.events(run.id(), 0, MANY, Duration.ZERO).size() - told.size();
    return List.of(
        new Measure(
            "frozen owner, woken: lines written to a lost job", "" + lines, "0", lines == 0),
        new Measure(
            "  revisions written to a lost job",
            "" + (after.revision() - before.revision()),
            "0",
            after.equals(before)));
  }

  private static List<Measure> cancelled(Scene scene) throws InterruptedException {
    scene.worker();
    scene.doubles.think();
    Run run = scene.ask();
    scene.modelCall(run);
    long wished = System.nanoTime();
    scene.forge.cancel(run.id(), "ann");
    long over = scene.awaitState(run.id(), RunState.CANCELLED);
    return List.of(Measure.of("remote cancel: wish -> run over", between(wished, over), A_SECOND));
  }

  private static List<Measure> wiped(Scene scene) throws InterruptedException {
    scene.worker();
    Run run = scene.ask();
    scene.awaitState(run.id(), RunState.AWAITING_APPROVAL);
    CompletableFuture<Long> watcher = watcher(scene, run.id());
    long wiped;
    long restored;
    try (RawRedis redis = scene.server.connect()) {
      // The worst moment is the one at which everybody has just begun to wait.
      await("that all wait", () -> blocked(redis) == 2 && redis.number("ZCARD", LEASES) == 0);
      redis.ask("FLUSHALL");
      wiped = System.nanoTime();
      await(
          "that the run is put back",
          () -> redis.number("EXISTS", RedisSite.PREFIX + "run:" + run.id()) == 1);
      restored = System.nanoTime();
    } catch (IOException e) {
      throw new UncheckedIOException("the server cannot be wiped", e);
    }
    long noticed = get(watcher);
    boolean published = publishes(scene, run.id());
    return List.of(
        Measure.of("Redis wiped: a watcher is told", between(wiped, noticed), WIPE),
        Measure.of("  the worker's journal has put the run back", between(wiped, restored), WIPE),
        new Measure(
            "  and it can be approved and published", published ? "yes" : "no", "yes", published));
  }

  /** Somebody who only watches; says when the loss was told. */
  private static CompletableFuture<Long> watcher(Scene scene, RunId id)
      throws InterruptedException {
    CompletableFuture<Long> told = new CompletableFuture<>();
    RedisStore store = RedisSite.store(scene.network.port());
    List<StoredEvent> past = store.events(id, 0, MANY, Duration.ZERO);
    long seen = past.get(past.size() - 1).cursor();
    CountDownLatch watching = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              watching.countDown();
              try (store) {
                store.events(id, seen, MANY, PATIENCE);
                told.completeExceptionally(new IllegalStateException("nothing was said"));
              } catch (QueueException e) {
                if (e.reason() == QueueException.Reason.DATA_LOST) {
                  told.complete(System.nanoTime());
                } else {
                  told.completeExceptionally(e);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "watcher");
    thread.setDaemon(true);
    thread.start();
    watching.await();
    return told;
  }

  private static long get(CompletableFuture<Long> when) throws InterruptedException {
    try {
      return when.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the watcher was not told that the data is lost", e);
    }
  }

  /** What can be asked of the server. */
  @FunctionalInterface
  private interface Fact {
    boolean holds() throws IOException;
  }

  private static void await(String what, Fact fact) throws IOException, InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!fact.holds()) {
      if (System.nanoTime() > end || never.await(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(
            what + " did not happen within " + PATIENCE.toSeconds() + " s");
      }
    }
  }

  /** How many connections wait for something to happen. */
  private static long blocked(RawRedis redis) throws IOException {
    return redis.ask("CLIENT", "LIST").get(0).lines().filter(l -> l.contains(" flags=b ")).count();
  }

  /** The other ends of all connections there are. */
  private static List<Integer> ports(RawRedis redis) throws IOException {
    return redis
        .ask("CLIENT", "LIST")
        .get(0)
        .lines()
        .map(line -> line.replaceFirst(".* addr=[^ ]*:([0-9]+) .*", "$1"))
        .map(Integer::valueOf)
        .toList();
  }

  private static boolean publishes(Scene scene, RunId id) throws InterruptedException {
    try {
      scene.forge.approve(id, "ann", PublishOptions.publish());
    } catch (QueueException told) {
      scene.forge.approve(id, "ann", PublishOptions.publish()); // the loss is told once
    } catch (ConflictException refused) {
      return false;
    }
    scene.awaitState(id, RunState.PUBLISHED);
    return true;
  }
}
