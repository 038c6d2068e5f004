package dev.packageforge.redis;

import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.QueueException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisClusterException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisMovedDataException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * Scripts on a real server, or on the server of a cluster that owns the keys.
 *
 * <p>What surely did not run is asked again by itself until the deadline: when the keys are at
 * another server, are being moved, or the server is still starting. What may have run is not.
 */
final class JedisCommands implements Commands {
  /** How long a command may take, all in all. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int MOST_AT_ONCE = 500;
  private static final int MOST_BYTES_AT_ONCE = 1 << 20;
  private static final int MOST_TURNS = 64;
  private static final int ERRANDS = 3;
  private static final int LAST_TRY_MILLIS = 400;
  private static final long LONGEST_PAUSE_NANOS = 200_000_000;

  private final Duration patience;
  private final boolean asking;
  private final Watchman watchman = new Watchman();
  private final Links links;
  private final Route route;
  private final LongestRead longestRead = new LongestRead();
  private final Set<String> loaded = ConcurrentHashMap.newKeySet();
  private final ThreadPoolExecutor errands;

  JedisCommands(RedisAddress address) {
    this(address, PATIENCE, false);
  }

  /** With another deadline. */
  JedisCommands(RedisAddress address, Duration patience) {
    this(address, patience, false);
  }

  /** For a user who may only ask: what writes nothing is run so that it could not. */
  static JedisCommands asking(RedisAddress address) {
    return new JedisCommands(address, PATIENCE, true);
  }

  private JedisCommands(RedisAddress address, Duration patience, boolean asking) {
    this.patience = patience;
    this.asking = asking;
    route = new Route(address.places());
    links = new Links(new Dialer(address, watchman, route), watchman);
    errands =
        new ThreadPoolExecutor(
            ERRANDS,
            ERRANDS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "redis-errands");
              thread.setDaemon(true);
              return thread;
            });
    errands.allowCoreThreadTimeOut(true);
  }

  @Override
  public Object run(Script script, List<String> keys, List<byte[]> arguments) {
    return run(script, new Call(keys, arguments), Deadline.in(patience));
  }

  @Override
  public List<Object> runAll(Script script, List<Call> calls) {
    List<Object> answers = new ArrayList<>(calls.size());
    int next = 0;
    // One for itself, so that the server knows the script when the others come.
    while (next < calls.size() && (answers.isEmpty() || !loaded.contains(script.sha1()))) {
      answers.add(run(script, calls.get(next++), Deadline.in(patience)));
    }
    while (next < calls.size()) {
      int end = next;
      for (long bytes = 0; end < calls.size() && end - next < MOST_AT_ONCE; end++) {
        bytes += calls.get(end).arguments().stream().mapToLong(argument -> argument.length).sum();
        if (bytes > MOST_BYTES_AT_ONCE && end > next) {
          break;
        }
      }
      answers.addAll(together(script, calls.subList(next, end)));
      next = end;
    }
    return answers;
  }

  @Override
  public Tail tail() {
    return new JedisTail(this);
  }

  @Override
  public void close() {
    errands.shutdown();
    try {
      if (!errands.awaitTermination(1, TimeUnit.SECONDS)) {
        errands.shutdownNow();
      }
    } catch (InterruptedException e) {
      errands.shutdownNow();
      Thread.currentThread().interrupt();
    }
    links.close();
    watchman.close();
  }

  Links links() {
    return links;
  }

  LongestRead longestRead() {
    return longestRead;
  }

  Route route() {
    return route;
  }

  /** Does something beside what is asked for; if it fails, nobody misses it. */
  void later(Runnable errand) {
    if (!errands.isShutdown()) {
      errands.execute(
          () -> {
            try {
              errand.run();
            } catch (QueueException | JedisException e) {
              // Nothing depends on it, and whoever needs the server next will hear the same.
            }
          });
    }
  }

  /** One command, on a connection of the pool, at the server that answers for the keys. */
  Object ask(CommandArguments command) {
    return ask(command, command, Deadline.in(patience));
  }

  /** One command at one server, wherever the keys are. */
  Object ask(Place place, CommandArguments command, Deadline deadline) {
    Link link = links.borrow(place, deadline);
    return call(link, false, command);
  }

  /** A connection to the server that answers for the keys, which is not of the pool. */
  Link dial(Deadline deadline) {
    for (int turn = 0; ; turn++) {
      Place place = route.current();
      try {
        return links.dial(place, deadline);
      } catch (QueueException e) {
        if (e.reason() != Reason.UNAVAILABLE || !another(turn, deadline)) {
          throw e;
        }
        route.gone(place);
      }
    }
  }

  /** Calls on a connection that is not of the pool; cuts it when its deadline passes. */
  <T extends @Nullable Object> T guarded(Link link, Supplier<T> call) {
    watchman.watch(link);
    try {
      return call.get();
    } finally {
      watchman.leave(link);
    }
  }

  /** Waits a random time, longer with each turn, but not beyond the deadline. */
  static void pause(int turn, Deadline deadline) {
    long limit = Math.min(LONGEST_PAUSE_NANOS, 2_000_000L << Math.min(turn, 10));
    long nanos = 1 + ThreadLocalRandom.current().nextLong(limit);
    LockSupport.parkNanos(Math.min(nanos, deadline.millis() * 1_000_000L));
  }

  private Object run(Script script, Call call, Deadline deadline) {
    Object answer =
        ask(
            command(bySha(script), script.sha1(), call),
            command(asking && script.reads() ? Command.EVAL_RO : Command.EVAL, script.text(), call),
            deadline);
    loaded.add(script.sha1());
    return answer;
  }

  private Object ask(CommandArguments command, CommandArguments whole, Deadline deadline) {
    Place place = route.current();
    boolean asking = false;
    CommandArguments words = command;
    QueueException said = null;
    for (int turn = 0; ; turn++) {
      Link link;
      try {
        link = links.borrow(place, deadline);
      } catch (QueueException e) {
        if (e.reason() != Reason.UNAVAILABLE || !another(turn, deadline)) {
          throw said == null ? e : said;
        }
        place = route.gone(place);
        asking = false;
        continue;
      }
      try {
        return call(link, asking, words);
      } catch (JedisNoScriptException e) {
        words = whole;
      } catch (JedisMovedDataException e) {
        if (turn >= MOST_TURNS || deadline.passed()) {
          throw Faults.wandering(place, e);
        }
        place = route.moved(place, e.getTargetNode());
        asking = false;
      } catch (JedisAskDataException e) {
        if (turn >= MOST_TURNS || deadline.passed()) {
          throw Faults.wandering(place, e);
        }
        place = Route.place(place, e.getTargetNode());
        asking = true;
      } catch (JedisDataException e) {
        said = Faults.said(place, e);
        if (Faults.worthRedialling(said)) {
          links.forget(place);
        }
        // A last try without the time for an answer would leave it open whether it ran.
        if (said.reason() != Reason.BUSY
            || turn >= MOST_TURNS
            || deadline.millis() < LAST_TRY_MILLIS) {
          throw said;
        }
        pause(turn, deadline);
        place = e instanceof JedisClusterException ? route.gone(place) : route.current();
        asking = false;
      } catch (JedisException e) {
        route.gone(place);
        throw Faults.unanswered(place, e, deadline.passed());
      }
    }
  }

  /** Calls, and gives the connection back or reports it broken. */
  private Object call(Link link, boolean asking, CommandArguments command) {
    boolean whole = false;
    try {
      if (asking) {
        link.call(Link.command(Command.ASKING));
      }
      Object answer = link.call(command);
      whole = true;
      return answer;
    } catch (JedisDataException e) {
      whole = true;
      throw e;
    } finally {
      settle(link, whole);
    }
  }

  private void settle(Link link, boolean whole) {
    if (whole) {
      links.giveBack(link);
    } else {
      loaded.clear();
      links.broken(link);
    }
  }

  private boolean another(int turn, Deadline deadline) {
    return route.manifold() && turn < MOST_TURNS && !deadline.passed();
  }

  /** Many in one round trip; what was not run because of where it was sent is run one by one. */
  private List<Object> together(Script script, List<Call> calls) {
    Deadline deadline = Deadline.in(patience);
    List<CommandArguments> commands = new ArrayList<>(calls.size());
    for (Call call : calls) {
      commands.add(command(bySha(script), script.sha1(), call));
    }
    Place place = route.current();
    List<Object> answers = new ArrayList<>(calls.size());
    Link link;
    try {
      link = links.borrow(place, deadline);
    } catch (QueueException e) {
      if (e.reason() != Reason.UNAVAILABLE || !another(0, deadline)) {
        throw e;
      }
      for (Call call : calls) {
        answers.add(run(script, call, Deadline.in(patience)));
      }
      return answers;
    }
    boolean whole = false;
    try {
      answers.addAll(link.callAll(commands));
      whole = true;
    } catch (JedisException e) {
      route.gone(place);
      throw Faults.unanswered(place, e, deadline.passed());
    } finally {
      settle(link, whole);
    }
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i) instanceof JedisDataException error) {
        if (!passes(place, error)) {
          throw Faults.said(place, error);
        }
        answers.set(i, run(script, calls.get(i), Deadline.in(patience)));
      }
    }
    return answers;
  }

  private static boolean passes(Place place, JedisDataException error) {
    return error instanceof JedisNoScriptException
        || error instanceof JedisMovedDataException
        || error instanceof JedisAskDataException
        || Faults.said(place, error).reason() == Reason.BUSY;
  }

  private Command bySha(Script script) {
    return asking && script.reads() ? Command.EVALSHA_RO : Command.EVALSHA;
  }

  private static CommandArguments command(Command name, String script, Call call) {
    CommandArguments command =
        new CommandArguments(name).add(script).add((long) call.keys().size());
    for (String key : call.keys()) {
      command.add(key.getBytes(StandardCharsets.UTF_8));
    }
    for (byte[] argument : call.arguments()) {
      command.add(argument);
    }
    return command;
  }
}
