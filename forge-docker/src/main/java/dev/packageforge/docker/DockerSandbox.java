package dev.packageforge.docker;

import static java.util.Objects.requireNonNull;

import dev.packageforge.SandboxReport;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands in containers that have no network, no privilege, nothing of the host's files and
 * little of its memory: each session in a container of its own that was never used before.
 *
 * <p>It needs Docker, or an engine that speaks its protocol, as Podman does, on this machine or on
 * another. Nothing of this machine is mounted: what goes in or out goes through the engine. If this
 * program ends, however it ends, its containers end with it.
 *
 * <p>Some containers are made ahead of need, so that a session opens at once. An engine that is
 * away, silent or restarted is a {@link SandboxException} that may be retried, and never the end of
 * a command.
 *
 * <p>Safe for use by many threads. Close it to end all its sessions.
 */
public final class DockerSandbox implements Sandbox, AutoCloseable {
  private static final Duration LOOKED_AT = Duration.ofMinutes(5);

  private final EngineSettings settings;
  private final String imageName;
  private final int poolSize;
  private final Clock clock;
  private final Labels labels;
  private final ImageProgress progress;
  private final Map<String, Cell> cells = new ConcurrentHashMap<>();
  private final ReentrantLock finding = new ReentrantLock();
  private final ReentrantLock fetching = new ReentrantLock(); // may take as long as a network does
  private @Nullable Place place;
  private @Nullable Ground ground;
  private boolean closed;

  DockerSandbox(Builder builder, Engine.Deadlines deadlines) {
    this.settings =
        EngineSettings.of(builder.address, builder.runtime, builder.environment, builder.home)
            .withDeadlines(deadlines);
    this.imageName = builder.image;
    this.poolSize = builder.pool;
    this.clock = builder.clock;
    this.labels = new Labels(builder.app);
    this.progress = builder.progress;
  }

  /**
   * A sandbox on the engine that this user has.
   *
   * @param environment the variables by which Docker's and Podman's own programs find an engine;
   *     others are not read
   * @param home the user's folder, where desktop engines have their sockets
   */
  public static Builder builder(Map<String, String> environment, Path home) {
    return new Builder(environment, home);
  }

  /** Hears how the image is fetched, which the first session of a new machine waits for. */
  @FunctionalInterface
  public interface ImageProgress {
    /**
     * So far.
     *
     * @param image its name
     * @param done bytes that have arrived
     * @param known bytes to come in all, as far as is known by now
     */
    void fetched(String image, long done, long known);
  }

  /**
   * Says what holds in containers of this user's engine. The first time that the image is there, a
   * container is started to be looked at; later answers are quick. Fetches nothing.
   *
   * @throws SandboxException if no engine answers, with all places that were tried; it may be
   *     retried if one is there and silent
   */
  @Override
  public SandboxReport probe() {
    try {
      return found().probe().report();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException(
          "Looking for a container engine was interrupted.", "Ask again.", true, e);
    }
  }

  /**
   * Finds the engine and lets it fetch the image, if that has not been done yet: what the first
   * session would wait for.
   *
   * @throws SandboxException if there is no engine, the image cannot be had, or containers made
   *     from it do not even hold what {@link SandboxReport.Level#CONTAINED} says
   * @throws InterruptedException if this thread is interrupted; what was fetched is kept
   */
  public void prepare() throws InterruptedException {
    Ground unused = ground();
  }

  @Override
  public SandboxSession open(SandboxSpec spec) throws InterruptedException {
    Ground here = ground();
    List<ContainerPlan.VolumeMount> mounts = new ArrayList<>();
    Set<String> folders = new TreeSet<>();
    for (SandboxSpec.Layer layer : spec.layers()) {
      String at = Profile.WORK + "/" + layer.path();
      mounts.add(new ContainerPlan.VolumeMount(here.layers().volume(layer), at, false));
      int above = layer.path().lastIndexOf('/');
      if (above > 0) {
        folders.add(layer.path().substring(0, above));
      }
    }
    Cell cell = here.pool().claim(new Pool.Kind(spec.limits(), mounts, List.copyOf(folders)));
    return new DockerSession(cell, spec);
  }

  /** How many containers wait to be used. */
  synchronized int waiting() {
    return ground == null ? 0 : ground.pool().waiting();
  }

  /** Cleans up now. */
  void reap() throws InterruptedException {
    ground().reaper().run();
  }

  /** The containers that are in use, or wait to be. */
  Set<String> containers() {
    return Set.copyOf(cells.keySet());
  }

  /** Ends all sessions, and removes all containers. Calling it again does nothing. */
  @Override
  public void close() {
    Ground last;
    Place where;
    synchronized (this) {
      closed = true;
      last = ground;
      ground = null;
      where = place;
      place = null;
    }
    if (last != null) {
      last.close(List.copyOf(cells.values()));
    } else if (where != null) {
      where.engine().close();
    }
  }

  /** An engine, and who looks at what it holds. */
  private record Place(Engine engine, Probe probe) {}

  private Place found() throws InterruptedException {
    finding.lockInterruptibly();
    try {
      Place known = opened(() -> place);
      if (known == null) {
        Engine engine = EngineSearch.find(settings);
        Map<String, String> marks = labels.cell(clock.instant(), LOOKED_AT);
        known = new Place(engine, new Probe(engine, imageName, marks));
        if (!keep(known)) {
          engine.close();
          throw over();
        }
      }
      return known;
    } finally {
      finding.unlock();
    }
  }

  private Ground ground() throws InterruptedException {
    Ground known = opened(() -> ground);
    if (known != null) {
      return known;
    }
    Place there = found();
    Engine engine = there.engine();
    fetching.lockInterruptibly();
    try {
      known = opened(() -> ground);
      if (known == null) {
        Image image =
            engine.images().have(imageName, (done, all) -> progress.fetched(imageName, done, all));
        there.probe().requireContained();
        known = Ground.open(engine, image, labels, clock, poolSize, cells);
        if (!keep(known)) {
          known.close(List.of());
          throw over();
        }
      }
      return known;
    } finally {
      fetching.unlock();
    }
  }

  private synchronized <T> @Nullable T opened(Supplier<@Nullable T> what) {
    if (closed) {
      throw over();
    }
    return what.get();
  }

  private synchronized boolean keep(Place found) {
    place = closed ? null : found;
    return !closed;
  }

  private synchronized boolean keep(Ground opened) {
    ground = closed ? null : opened;
    return !closed;
  }

  private static IllegalStateException over() {
    return new IllegalStateException("this sandbox is closed");
  }

  /** Collects options. */
  public static final class Builder {
    private static final String IMAGE = "node:24-bookworm-slim";
    private static final int POOL = 2;

    private final Map<String, String> environment;
    private final Path home;
    private @Nullable String address;
    private @Nullable String runtime;
    private String image = IMAGE;
    private String app = "package-forge";
    private int pool = POOL;
    private Clock clock = Clock.systemUTC();
    private ImageProgress progress = (name, done, known) -> {};

    private Builder(Map<String, String> environment, Path home) {
      this.environment = Map.copyOf(environment);
      this.home = requireNonNull(home, "home");
    }

    /**
     * Where the engine listens: {@code unix:///path}, {@code npipe:////./pipe/name} or {@code
     * tcp://host:port}. Default: where the environment says, else the usual places.
     */
    public Builder engine(String address) {
      this.address = requireNonNull(address, "address");
      return this;
    }

    /**
     * What commands run in: an image with a POSIX shell, {@code tar} and {@code head}, and the
     * tools of the package's language. With a digest, {@code name@sha256:…}, it is exactly that
     * one. The engine fetches it if it does not have it. Default: {@code node:24-bookworm-slim}.
     */
    public Builder image(String image) {
      if (image.isBlank()) {
        throw new IllegalArgumentException("an image needs a name");
      }
      this.image = image;
      return this;
    }

    /**
     * What runs the containers, by the name under which the engine knows it, such as {@code runsc}
     * for gVisor. An engine that does not have it is refused; none is ever taken instead. Default:
     * the engine's own choice.
     */
    public Builder runtime(String runtime) {
      this.runtime = requireNonNull(runtime, "runtime");
      return this;
    }

    /**
     * How many containers may wait to be used; each takes a few megabytes. Best is one more than
     * sessions that are open together. Default: 2; with 0 each session waits for its own.
     */
    public Builder pool(int pool) {
      if (pool < 0) {
        throw new IllegalArgumentException("a pool cannot have " + pool + " places");
      }
      this.pool = pool;
      return this;
    }

    /**
     * What is written on containers and volumes, by which those that a dead worker left are found.
     * Workers with the same name clean up after each other. Default: {@code package-forge}.
     */
    public Builder app(String app) {
      if (app.isBlank()) {
        throw new IllegalArgumentException("a name must not be blank");
      }
      this.app = app;
      return this;
    }

    /** What tells when a forgotten container may be removed. Default: the system's. */
    public Builder clock(Clock clock) {
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    /** Hears how the image is fetched. Default: nobody. */
    public Builder imageProgress(ImageProgress progress) {
      this.progress = requireNonNull(progress, "progress");
      return this;
    }

    /** Opens nothing; the first session looks for the engine. */
    public DockerSandbox build() {
      return new DockerSandbox(this, Engine.Deadlines.DEFAULT);
    }

    /** As {@link #build()}, with an engine that may take as long as this. */
    DockerSandbox build(Engine.Deadlines deadlines) {
      return new DockerSandbox(this, deadlines);
    }
  }
}
