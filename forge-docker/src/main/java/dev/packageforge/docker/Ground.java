package dev.packageforge.docker;

import dev.packageforge.sandbox.SandboxException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the sessions of one {@link DockerSandbox} stand on, once an engine was found.
 *
 * @param engine the engine
 * @param layers folders of this machine, as volumes there
 * @param pool containers that wait
 * @param events what the engine tells of them
 * @param reaper cleans up
 * @param background makes and removes containers ahead of need and behind it
 */
record Ground(
    Engine engine,
    Layers layers,
    Pool pool,
    EngineEvents events,
    Reaper reaper,
    ScheduledThreadPoolExecutor background) {
  private static final Logger LOG = LoggerFactory.getLogger(DockerSandbox.class);
  private static final int THREADS = 2;
  private static final long REAP_SECONDS = 60;
  private static final Duration LIFE = Duration.ofHours(6); // of a container that all forgot
  private static final Duration FRESH = Duration.ofHours(1); // how long one may wait to be used

  /** Begins to listen, and to clean up. */
  static Ground open(
      Engine engine, Image image, Labels labels, Clock clock, int size, Map<String, Cell> cells)
      throws InterruptedException {
    List<String> holder =
        Scripts.holder(Profile.JOB_ID, List.of(Profile.WORK, Profile.HOME, Profile.TEMP));
    EngineEvents events = engine.events(labels.own(), new News(cells));
    ScheduledThreadPoolExecutor background =
        new ScheduledThreadPoolExecutor(
            THREADS,
            work -> {
              Thread thread = new Thread(work, "forge-docker-background");
              thread.setDaemon(true);
              return thread;
            });
    background.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    Pool.Maker maker =
        kind ->
            Cell.open(
                engine,
                new ContainerPlan(
                    image,
                    holder,
                    kind.limits(),
                    labels.cell(clock.instant(), LIFE),
                    kind.mounts()),
                kind.folders(),
                cells);
    Reaper reaper = new Reaper(engine, labels, clock, cells::containsKey);
    ScheduledFuture<?> unused =
        background.scheduleWithFixedDelay(reaper, 0, REAP_SECONDS, TimeUnit.SECONDS);
    return new Ground(
        engine,
        new Layers(engine, image, labels, clock),
        new Pool(size, FRESH, maker, background),
        events,
        reaper,
        background);
  }

  /**
   * Ends it all: lets go of every container first, which even an engine that is away will notice.
   */
  void close(List<Cell> cells) {
    background.shutdownNow();
    List<Cell> alive = cells.stream().filter(Cell::hangUp).toList();
    pool.close();
    try {
      alive.forEach(cell -> engine.remove(cell.id()));
    } catch (SandboxException e) {
      LOG.warn("Containers could not be removed; they end by themselves: {}", e.getMessage());
    } finally {
      events.close();
      engine.close();
    }
  }

  private record News(Map<String, Cell> cells) implements EventListener {
    @Override
    public void outOfMemory(String container) {
      Cell cell = cells.get(container);
      if (cell != null) {
        cell.outOfMemory();
      }
    }

    @Override
    public void execDied(String container, String exec, int code) {
      Cell cell = cells.get(container);
      if (cell != null) {
        cell.execDied(exec);
      }
    }
  }
}
