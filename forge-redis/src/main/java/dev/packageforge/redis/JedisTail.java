package dev.packageforge.redis;

import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.QueueException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/**
 * Reads streams on a connection of its own, as a group of its own.
 *
 * <p>The group stays when the connection breaks, so that the next read goes on where the last one
 * ended. Where the group is gone, everything is.
 */
final class JedisTail implements Tail {
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Duration NUDGE = Duration.ofSeconds(1);
  private static final int MOST_ENTRIES = 500;
  private static final int MOST_TURNS = 16;
  private static final int MOST_NUDGES = 3;

  private final JedisCommands commands;
  private final String group;
  private final Set<String> joined = new HashSet<>();
  private final Object lock = new Object();
  private @Nullable Link link;
  private volatile long opened;
  // Guarded by the lock.
  private boolean woken;
  private boolean closed;
  private long reads;
  private @Nullable Link reading;

  JedisTail(JedisCommands commands) {
    this.commands = commands;
    byte[] name = new byte[8];
    new SecureRandom().nextBytes(name);
    group = "t:" + HexFormat.of().formatHex(name);
  }

  @Override
  public List<Entry> read(List<String> streams, Duration patience) {
    synchronized (lock) {
      if (closed) {
        throw Faults.closed();
      }
      if (woken) {
        woken = false;
        return List.of();
      }
    }
    Deadline deadline = Deadline.in(JedisCommands.PATIENCE);
    for (int turn = 0; ; turn++) {
      Link now = connected(deadline);
      long began = System.nanoTime();
      try {
        join(now, streams);
        List<Entry> entries = block(now, streams, patience);
        commands.longestRead().lasted(since(began));
        return entries;
      } catch (JedisMovedDataException e) {
        leave();
        if (turn >= MOST_TURNS) {
          throw Faults.wandering(now.place(), e);
        }
        commands.route().moved(now.place(), e.getTargetNode());
      } catch (JedisAskDataException e) {
        // The streams are on their way to another server; soon they all are there.
        if (turn >= MOST_TURNS) {
          throw Faults.wandering(now.place(), e);
        }
        JedisCommands.pause(turn, Deadline.in(JedisCommands.PATIENCE));
      } catch (JedisDataException e) {
        if (Faults.unblocked(e) && turn == 0) {
          // The stream went away during the read: moved, or wiped. The next read says which.
          continue;
        }
        QueueException fault = Faults.said(now.place(), e);
        if (fault.reason() == Reason.DATA_LOST) {
          joined.clear();
        } else if (Faults.worthRedialling(fault)) {
          leave();
        }
        throw fault;
      } catch (JedisException e) {
        boolean late = now.deadline().passed();
        leave();
        if (ended()) {
          return List.of();
        }
        if (!late) {
          commands.longestRead().wasCut(since(began));
        }
        commands.links().forget(now.place());
        commands.route().gone(now.place());
        throw Faults.unanswered(now.place(), e, late);
      }
      deadline = Deadline.in(JedisCommands.PATIENCE);
    }
  }

  @Override
  public long opened() {
    return opened;
  }

  @Override
  public void wake() {
    Link waiting;
    long read;
    synchronized (lock) {
      if (woken) {
        return;
      }
      woken = true;
      waiting = reading;
      read = reads;
    }
    if (waiting != null) {
      commands.later(() -> nudge(waiting, read));
    }
  }

  @Override
  public void close() {
    Link waiting;
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      waiting = reading;
    }
    if (waiting != null) {
      waiting.cut();
    }
    commands.later(this::dissolve);
  }

  /** Ends a read without breaking its connection; if the server will not, by breaking it. */
  private void nudge(Link waiting, long read) {
    boolean nudged = false;
    Deadline deadline = Deadline.in(NUDGE);
    try {
      long number = waiting.greeting().connection();
      // It may not have begun to wait when the first nudge comes.
      for (int i = 0; i < MOST_NUDGES && !nudged && number > 0 && waits(read); i++) {
        CommandArguments unblock = Link.command(Command.CLIENT, "UNBLOCK", number);
        nudged = Long.valueOf(1).equals(commands.ask(waiting.place(), unblock, deadline));
      }
    } finally {
      synchronized (lock) {
        if (!nudged && reads == read && reading == waiting) {
          waiting.cut();
        }
      }
    }
  }

  private boolean waits(long read) {
    synchronized (lock) {
      return reading != null && reads == read;
    }
  }

  private boolean ended() {
    synchronized (lock) {
      boolean so = woken || closed;
      woken = false;
      return so;
    }
  }

  private Link connected(Deadline deadline) {
    Link now = link;
    if (now == null || now.broken()) {
      now = commands.dial(deadline);
      synchronized (lock) {
        link = now;
        opened++;
        if (closed) {
          now.close();
          throw Faults.closed();
        }
      }
    }
    return now;
  }

  private void leave() {
    Link old = link;
    link = null;
    if (old != null) {
      old.close();
    }
  }

  /** Makes this tail a group on the streams where it is none yet. */
  private void join(Link now, List<String> streams) {
    List<String> missing = new ArrayList<>(streams);
    missing.removeAll(joined);
    if (missing.isEmpty()) {
      return;
    }
    now.until(Deadline.in(JedisCommands.PATIENCE));
    List<CommandArguments> create = new ArrayList<>();
    for (String stream : missing) {
      create.add(Link.command(Command.XGROUP, "CREATE", stream, group, "$", "MKSTREAM"));
    }
    List<Object> answers = commands.guarded(now, () -> now.callAll(create));
    for (int i = 0; i < missing.size(); i++) {
      if (answers.get(i) instanceof JedisDataException e
          && !String.valueOf(e.getMessage()).startsWith("BUSYGROUP")) {
        throw e;
      }
      joined.add(missing.get(i));
    }
  }

  private List<Entry> block(Link now, List<String> streams, Duration patience) {
    Duration wait = commands.longestRead().of(patience, now);
    CommandArguments read =
        Link.command(
            Command.XREADGROUP, "GROUP", group, "c", "COUNT", String.valueOf(MOST_ENTRIES));
    // Zero would mean for ever.
    if (wait.toMillis() > 0) {
      read.add("BLOCK").add(wait.toMillis());
    }
    read.add("NOACK").add("STREAMS");
    streams.forEach(read::add);
    streams.forEach(stream -> read.add(">"));
    synchronized (lock) {
      if (woken || closed) {
        woken = false;
        return List.of();
      }
      reads++;
      reading = now;
    }
    try {
      now.until(Deadline.in(wait.plus(GRACE)));
      return entries(commands.guarded(now, () -> now.call(read)));
    } finally {
      synchronized (lock) {
        reading = null;
      }
    }
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private void dissolve() {
    leave();
    for (String stream : joined) {
      Object unused = commands.ask(Link.command(Command.XGROUP, "DESTROY", stream, group));
    }
  }

  private static List<Entry> entries(@Nullable Object answer) {
    List<Entry> entries = new ArrayList<>();
    if (answer instanceof List<?> streams) {
      for (Object stream : streams) {
        List<?> named = (List<?>) stream;
        for (Object entry : (List<?>) named.get(1)) {
          List<?> parts = (List<?>) entry;
          entries.add(
              new Entry(Answers.text(named.get(0)), Answers.text(parts.get(0)), fields(parts)));
        }
      }
    }
    return List.copyOf(entries);
  }

  private static Map<String, String> fields(List<?> entry) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (entry.get(1) instanceof List<?> flat) {
      for (int i = 0; i + 1 < flat.size(); i += 2) {
        fields.put(
            new String((byte[]) flat.get(i), StandardCharsets.UTF_8),
            Answers.text(flat.get(i + 1)));
      }
    }
    return fields;
  }
}
