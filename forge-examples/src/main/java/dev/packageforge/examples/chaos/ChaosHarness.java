package dev.packageforge.examples.chaos;

import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Asks for packages while everything goes wrong that can, waits until every request has come to an
 * end, and judges from outside.
 */
public final class ChaosHarness {
  /** Nothing may stand still for longer: rests are a minute at most, leases seconds. */
  private static final Patience USUAL =
      new Patience(Duration.ofSeconds(100), false, Integer.MAX_VALUE);

  private static final Duration PROGRESS_EACH = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int PEOPLE = 4;
  private static final int OPEN_FOR_EACH_THREAD = 20;

  private final ChaosOptions options;
  private final Books books;
  private final Site site;
  private final Patience patience;
  private final Consumer<String> progress;

  private ChaosHarness(
      ChaosOptions options, Books books, Site site, Patience patience, Consumer<String> progress) {
    this.patience = patience;
    this.options = options;
    this.books = books;
    this.site = site;
    this.progress = progress;
  }

  /**
   * How long it may take, and when to stop.
   *
   * @param still nothing may stand still for longer
   * @param firstIsEnough whether one violation that was seen meanwhile is all that is wanted
   * @param busyFor up to this number, requests may meet a registry that answers 503, which takes
   *     them half a minute or more
   */
  record Patience(Duration still, boolean firstIsEnough, int busyFor) {}

  /** Where to work, and by whom. */
  @FunctionalInterface
  interface SiteMaker {
    Site open(ChaosOptions options, Doubles doubles, Books books);
  }

  /**
   * Runs on a real redis-server and in real worker processes, all below the options' folder.
   *
   * @param progress hears now and then how far it is
   * @throws UncheckedIOException if there is no redis-server on the PATH
   * @throws InterruptedException if this thread is interrupted; every process has then been ended
   */
  public static ChaosReport run(ChaosOptions options, Consumer<String> progress)
      throws InterruptedException {
    return run(options, RedisSite::new, USUAL, progress);
  }

  static ChaosReport run(
      ChaosOptions options, SiteMaker sites, Patience patience, Consumer<String> progress)
      throws InterruptedException {
    Books books = new Books();
    long seed = options.rough().seed();
    try (Doubles doubles =
            new Doubles(
                books, seed, options.rough().faults(), patience.busyFor(), Clock.systemUTC());
        Site site = sites.open(options, doubles, books)) {
      return new ChaosHarness(options, books, site, patience, progress).run();
    }
  }

  private ChaosReport run() throws InterruptedException {
    long start = System.nanoTime();
    ChaosOptions.Load load = options.load();
    Person person =
        new Person(
            site.asking(),
            books,
            options.rough().seed(),
            load.runs(),
            patience.still().dividedBy(3));
    person.begin(Math.min(load.runs(), load.workers() * load.concurrency() * OPEN_FOR_EACH_THREAD));
    boolean finished = serve(person);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    site.calm();
    Judge judge = new Judge(site.truth(), books, options.rough().seed(), site.lease());
    judge.judge(load.runs());
    List<String> violations = new ArrayList<>(books.violations());
    violations.addAll(judge.violations());
    List<String> left = site.leftovers();
    left.forEach(what -> violations.add("left: " + what));
    if (!finished) {
      violations.add("lost: nothing moved for " + patience.still().toSeconds() + " s");
    }
    return new ChaosReport(
        options.rough().seed(), counts(judge, violations, left.size(), took), violations);
  }

  /** Lets people look after the requests until all are over or nothing moves. */
  private boolean serve(Person person) throws InterruptedException {
    AtomicReference<RuntimeException> fault = new AtomicReference<>();
    ExecutorService people = Executors.newFixedThreadPool(PEOPLE);
    for (int i = 0; i < PEOPLE; i++) {
      people.execute(
          () -> {
            try {
              while (!person.done()
                  && person.still().compareTo(patience.still()) < 0
                  && !(patience.firstIsEnough() && books.isViolated())) {
                person.lookAfterOne(POLL);
              }
            } catch (RuntimeException e) {
              fault.set(e);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    }
    people.shutdown();
    try {
      while (!people.awaitTermination(PROGRESS_EACH.toMillis(), TimeUnit.MILLISECONDS)) {
        progress.accept(person.over() + " of " + options.load().runs() + " over  " + site.counts());
      }
    } finally {
      people.shutdownNow();
    }
    RuntimeException thrown = fault.get();
    if (thrown != null) {
      throw thrown;
    }
    return person.done();
  }

  private Map<String, Long> counts(Judge judge, List<String> violations, int left, Duration took) {
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("runs", (long) books.accepted().size());
    judge.ends().forEach((end, count) -> counts.put("  " + end, count));
    counts.putAll(site.counts());
    counts.put("uploads (PUT)", (long) books.puts().size());
    counts.put("  stored, answer dropped", (long) books.droppedAnswers());
    counts.put("  over an existing version", of(violations, "twice:"));
    counts.put("  unapproved", of(violations, "unapproved:"));
    counts.put("model calls", judge.calls());
    counts.put("  again, before the checkpoint", judge.extraBefore());
    counts.put("  again, after the checkpoint", judge.extraAfter());
    counts.put("  not reserved first", of(violations, "before:"));
    counts.put("events read back", judge.events());
    counts.put("lost", of(violations, "lost:"));
    counts.put("false success or failure", of(violations, "false:"));
    counts.put("left behind (jobs, processes)", (long) left);
    counts.put("milliseconds", took.toMillis());
    return counts;
  }

  private static long of(List<String> violations, String kind) {
    return violations.stream().filter(violation -> violation.startsWith(kind)).count();
  }
}
