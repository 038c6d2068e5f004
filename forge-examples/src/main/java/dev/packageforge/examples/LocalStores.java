package dev.packageforge.examples;

import dev.packageforge.ForgeException;
import dev.packageforge.queue.Journal;
import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.WorkerPresence;
import dev.packageforge.redis.EmbeddedRedis;
import dev.packageforge.redis.RedisAddress;
import dev.packageforge.redis.RedisProbe;
import dev.packageforge.redis.RedisProgram;
import dev.packageforge.redis.RedisStore;
import dev.packageforge.worker.WorkerIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The stores that can be had from this machine: a Redis of the user's own in the data folder, one
 * elsewhere, or the memory of the process.
 */
final class LocalStores implements StoreHouse {
  private static final String NO_PROGRAM =
      "no redis-server runs on this machine, so runs are kept in memory and forgotten when the"
          + " command ends";
  private static final String INSTALL =
      "Install Redis 6.2 or newer, or name a store elsewhere with " + Setting.STORE.flag() + ".";

  private final Surroundings around;

  LocalStores(Surroundings around) {
    this.around = around;
  }

  @Override
  public Shelf open(Settings settings, Use use) {
    if (around.variable("FORGE_DEBUG").isEmpty()) {
      new LogFile(settings.data()).install();
    }
    Optional<RedisAddress> elsewhere = settings.storeAddress();
    if (elsewhere.isPresent()) {
      return elsewhere(settings, elsewhere.get(), use);
    }
    if (settings.store().equals("memory")) {
      return forgetful("Runs are kept in memory, as is set, and forgotten when the command ends.");
    }
    Optional<EmbeddedRedis> own = own(settings);
    return own.isPresent()
        ? here(settings, own.get(), use)
        : forgetful(Words.sentence(NO_PROGRAM) + " " + INSTALL);
  }

  private Shelf forgetful(String sentence) {
    around.streams().err().println("forge: " + sentence);
    return Shelf.inMemory(around.clock());
  }

  /** What writes each change to this disk before it answers needs no journal on it. */
  private static Shelf here(Settings settings, EmbeddedRedis own, Use use) {
    RedisStore store = RedisStore.builder(own.address()).queue(settings.queue()).build();
    try {
      Shelf.Place place = place(settings, store, use);
      return Shelf.lasting(
          store,
          store,
          place,
          describe(own, settings),
          () -> {
            store.close();
            own.close();
            leave(place);
          });
    } catch (ForgeException e) {
      store.close();
      own.close();
      throw e;
    }
  }

  private Shelf elsewhere(Settings settings, RedisAddress address, Use use) {
    RedisStore store = RedisStore.builder(address).queue(settings.queue()).build();
    String description = "Redis at " + address;
    try {
      Shelf.Place place = place(settings, store, use);
      if (use == Use.ASK) {
        return Shelf.lasting(store, store, place, description, store::close);
      }
      Path folder = settings.data().resolve("journal").resolve(place.name());
      Journal journal = Journal.around(store, folder, around.clock());
      return Shelf.lasting(
          journal,
          store,
          place,
          description,
          () -> {
            journal.close();
            store.close();
            leave(place);
          });
    } catch (ForgeException e) {
      store.close();
      throw e;
    }
  }

  private static Shelf.Place place(Settings settings, RedisStore store, Use use) {
    Path folder = settings.data().resolve("workers");
    WorkerIdentity identity = use == Use.WORK ? WorkerIdentity.in(folder) : null;
    return new Shelf.Place(
        identity,
        () -> {
          if (identity != null) {
            store.rejoin(identity.id());
          }
          List<WorkerIdentity> dead = WorkerIdentity.abandoned(folder);
          try {
            dead.forEach(one -> store.rejoin(one.id()));
          } finally {
            dead.forEach(WorkerIdentity::close);
          }
        });
  }

  private static void leave(Shelf.Place place) {
    if (place.identity() != null) {
      place.identity().close();
    }
  }

  /** The Redis in the data folder; empty if none can run here. */
  private Optional<EmbeddedRedis> own(Settings settings) {
    Path folder = settings.data().resolve("redis");
    String path = around.variable("PATH").orElse(null);
    try {
      return Optional.of(EmbeddedRedis.open(folder, path));
    } catch (QueueException e) {
      if (e.reason() == QueueException.Reason.UNSUITABLE && !aProgramRuns(folder, path)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static boolean aProgramRuns(Path folder, @Nullable String path) {
    try {
      return RedisProgram.find(folder, path).isPresent();
    } catch (IOException e) {
      return true; // then it is the folder that is at fault, and that is said
    }
  }

  private static String describe(EmbeddedRedis own, Settings settings) {
    return "Redis " + own.program().version() + " in " + settings.data().resolve("redis");
  }

  @Override
  public List<Check> checks(Settings settings) {
    List<Check> checks = new ArrayList<>();
    try {
      Optional<RedisAddress> elsewhere = settings.storeAddress();
      if (elsewhere.isPresent()) {
        Check store = store("Redis at " + elsewhere.get(), RedisProbe.look(elsewhere.get()));
        checks.add(store);
        if (!store.isMissing()) {
          try (Shelf shelf = elsewhere(settings, elsewhere.get(), Use.ASK)) {
            checks.add(workers(shelf));
          }
        }
      } else if (settings.store().equals("memory")) {
        checks.add(
            Check.warning(
                "store",
                "the memory of one process, as is set: runs are forgotten when the command ends",
                "Files that were made are kept in the data folder all the same."));
      } else {
        checks.addAll(ownChecks(settings));
      }
    } catch (ForgeException e) {
      checks.add(
          Check.missing(
              "store", Words.sentence(String.valueOf(e.getMessage())), Words.sentence(e.remedy())));
    }
    return checks;
  }

  private List<Check> ownChecks(Settings settings) {
    Optional<EmbeddedRedis> own = own(settings);
    if (own.isEmpty()) {
      return List.of(Check.warning("store", NO_PROGRAM, INSTALL));
    }
    String description = describe(own.get(), settings) + " (" + own.get().program().path() + ")";
    try (Shelf shelf = here(settings, own.get(), Use.ASK)) {
      return List.of(store(description, RedisProbe.look(own.get().address())), workers(shelf));
    }
  }

  /** All that was found of a server as one check: as good as the worst of it. */
  private static Check store(String description, List<RedisProbe.Fact> facts) {
    List<String> details =
        facts.stream().map(fact -> fact.subject() + ": " + fact.sentence()).toList();
    String remedies =
        facts.stream()
            .map(RedisProbe.Fact::remedy)
            .filter(remedy -> !remedy.isEmpty())
            .map(Words::sentence)
            .collect(Collectors.joining(" "));
    Check check =
        switch (worst(facts)) {
          case GOOD -> Check.ok("store", description);
          case WARNING -> Check.warning("store", description, remedies);
          case BAD -> Check.missing("store", description, remedies);
        };
    return check.with(details);
  }

  private static RedisProbe.State worst(List<RedisProbe.Fact> facts) {
    return facts.stream()
        .map(RedisProbe.Fact::state)
        .max(Comparator.naturalOrder())
        .orElse(RedisProbe.State.GOOD);
  }

  private static Check workers(Shelf shelf) {
    List<WorkerPresence> workers = shelf.roster().workers();
    return Check.ok(
        "workers",
        workers.isEmpty()
            ? "none; new, resume and publish do their work themselves"
            : workers.stream().map(RunsCommand::worker).collect(Collectors.joining("; ")));
  }
}
