package dev.packageforge.examples;

import dev.packageforge.ForgeException;
import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.WorkerPresence;
import dev.packageforge.redis.EmbeddedRedis;
import dev.packageforge.redis.RedisAddress;
import dev.packageforge.redis.RedisProgram;
import dev.packageforge.redis.RedisStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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
  public Shelf open(Settings settings) {
    if (around.variable("FORGE_DEBUG").isEmpty()) {
      new LogFile(settings.data()).install();
    }
    Optional<RedisAddress> elsewhere = settings.storeAddress();
    if (elsewhere.isPresent()) {
      return shelf(settings, elsewhere.get(), "Redis at " + elsewhere.get(), null);
    }
    if (settings.store().equals("memory")) {
      return forgetful("Runs are kept in memory, as is set, and forgotten when the command ends.");
    }
    Optional<EmbeddedRedis> own = own(settings);
    return own.isPresent()
        ? shelf(settings, own.get().address(), describe(own.get(), settings), own.get())
        : forgetful(Words.sentence(NO_PROGRAM) + " " + INSTALL);
  }

  private Shelf forgetful(String sentence) {
    around.streams().err().println("forge: " + sentence);
    return Shelf.inMemory(around.clock());
  }

  private static Shelf shelf(
      Settings settings, RedisAddress address, String description, @Nullable EmbeddedRedis own) {
    Seats seats = Seats.take(settings.data().resolve("workers"));
    RedisStore store = RedisStore.builder(address).queue(settings.queue()).build();
    return Shelf.lasting(
        store,
        new Shelf.Place(seats.name(), () -> seats.dead(store::rejoin)),
        description,
        () -> {
          store.close();
          if (own != null) {
            own.close();
          }
          seats.close();
        });
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
        try (Shelf shelf = shelf(settings, elsewhere.get(), "Redis at " + elsewhere.get(), null)) {
          Check workers = workers(shelf);
          checks.add(Check.ok("store", shelf.description() + " answers"));
          checks.add(workers);
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
    String description = describe(own.get(), settings);
    try (Shelf shelf = shelf(settings, own.get().address(), description, own.get())) {
      Check workers = workers(shelf);
      return List.of(
          Check.ok(
              "store",
              description
                  + " ("
                  + own.get().program().path()
                  + "), which writes each change to disk before it answers"),
          workers);
    }
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
