package dev.packageforge.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.packageforge.queue.QueueException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Calls scripts: tells each the epoch that is known here, the time if a test owns it, and an id of
 * the request, and asks once more if the answer was lost. Safe for use by many threads.
 */
final class Caller {
  private static final String DATA_LOST = "DATALOST";
  private static final String SCHEMA = "1";
  private static final byte[] FIRST = {'0'};
  private static final byte[] AGAIN = {'1'};
  private static final byte[] NONE = {};
  private static final int AGAIN_AT = 3;
  private static final int EPOCH_BYTES = 16;
  private static final int REQUEST_BYTES = 8;

  private final Script hello;
  private final boolean asking;
  private final Commands commands;
  private final Keyspace keys;
  private final @Nullable Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final String requests = hex(REQUEST_BYTES) + "n";
  private final AtomicLong request = new AtomicLong();
  private final Object adopting = new Object();
  private final ThreadLocal<Boolean> aside = ThreadLocal.withInitial(() -> false);
  private volatile @Nullable String epoch;
  private volatile Runnable onLoss = () -> {};

  /** A loss that was noticed where nobody would hear of it. */
  private volatile @Nullable QueueException untold;

  Caller(Scripts scripts, Commands commands, Keyspace keys, @Nullable Clock clock) {
    this(scripts, commands, keys, clock, false);
  }

  /** For a user who may only ask: then an empty server stays empty. */
  static Caller asking(Scripts scripts, Commands commands, Keyspace keys) {
    return new Caller(scripts, commands, keys, null, true);
  }

  private Caller(
      Scripts scripts, Commands commands, Keyspace keys, @Nullable Clock clock, boolean asking) {
    this.hello = scripts.get(asking ? "greet" : "hello");
    this.asking = asking;
    this.commands = commands;
    this.keys = keys;
    this.clock = clock;
  }

  /** Has something done when it is noticed that the server has lost what it held. */
  void onLoss(Runnable action) {
    onLoss = action;
  }

  /** What one call is given: its keys, and what follows the arguments that all scripts have. */
  record Asked(List<String> keys, List<?> arguments) {}

  /**
   * Runs a script.
   *
   * @param arguments strings, numbers and byte arrays
   * @return the answer, never {@code DATALOST}
   * @throws QueueException also with reason {@code DATA_LOST}, once
   */
  @Nullable Object ask(Script script, List<String> where, Object... arguments) {
    while (true) {
      throwUntold();
      String known = epoch();
      List<byte[]> all = arguments(known, arguments);
      Object answer;
      try {
        answer = commands.run(script, where, all);
      } catch (QueueException e) {
        checkLost(e);
        all.set(AGAIN_AT, AGAIN);
        answer = commands.run(script, where, all);
      }
      if (!isDataLost(answer)) {
        return answer;
      }
      adopt(known);
    }
  }

  /** Runs a script many times in few round trips. */
  List<Object> askAll(Script script, List<Asked> calls) {
    while (true) {
      throwUntold();
      String known = epoch();
      List<List<byte[]>> arguments =
          calls.stream().map(call -> arguments(known, call.arguments().toArray())).toList();
      List<Object> answers;
      try {
        answers = commands.runAll(script, calls(calls, arguments));
      } catch (QueueException e) {
        checkLost(e);
        arguments.forEach(all -> all.set(AGAIN_AT, AGAIN));
        answers = commands.runAll(script, calls(calls, arguments));
      }
      if (answers.stream().noneMatch(Caller::isDataLost)) {
        return answers;
      }
      adopt(known);
    }
  }

  /**
   * Does something that nobody waits for: a loss of everything that is noticed by it is also told
   * to the next one who asks for something.
   */
  void aside(Runnable errand) {
    aside.set(true);
    try {
      errand.run();
    } finally {
      aside.remove();
    }
  }

  /** As {@link #ask}, for a script that answers with a number. */
  long number(Script script, List<String> where, Object... arguments) {
    return asNumber(ask(script, where, arguments));
  }

  /** The epoch of the server as it was told last. */
  String epoch() {
    String known = epoch;
    if (known == null) {
      synchronized (adopting) {
        known = epoch;
        if (known == null) {
          known = hello();
          epoch = known;
        }
      }
    }
    return known;
  }

  static long asNumber(@Nullable Object answer) {
    if (answer instanceof Long number) {
      return number;
    }
    throw odd(answer);
  }

  static String asText(@Nullable Object answer) {
    if (answer instanceof byte[] bytes) {
      return new String(bytes, UTF_8);
    }
    throw odd(answer);
  }

  static byte[] asBytes(@Nullable Object answer) {
    if (answer instanceof byte[] bytes) {
      return bytes;
    }
    throw odd(answer);
  }

  static List<?> asList(@Nullable Object answer) {
    if (answer instanceof List<?> list) {
      return list;
    }
    throw odd(answer);
  }

  private String hello() {
    List<byte[]> arguments = new ArrayList<>(List.of(NONE, NONE, NONE, FIRST));
    arguments.add(hex(EPOCH_BYTES).getBytes(UTF_8));
    Object said;
    try {
      said = commands.run(hello, List.of(keys.meta), arguments);
    } catch (QueueException e) {
      checkLost(e);
      arguments.set(AGAIN_AT, AGAIN);
      said = commands.run(hello, List.of(keys.meta), arguments);
    }
    List<?> answer = asList(said);
    if (asking && answer.get(0) == null) {
      throw new QueueException(
          QueueException.Reason.BUSY,
          "no worker has ever used this queue, and this process may only ask",
          "start a worker, or check the queue's name",
          null);
    }
    String schema = asText(answer.get(1));
    if (!schema.equals(SCHEMA)) {
      throw new QueueException(
          QueueException.Reason.UNREADABLE,
          "the queue in this Redis has format " + schema + ", this version reads " + SCHEMA,
          "use the version of Package Forge that wrote it, or a later one",
          null);
    }
    return asText(answer.get(0));
  }

  /** Takes the server as it is now; throws, unless another thread was first and has thrown. */
  private void adopt(String known) {
    synchronized (adopting) {
      if (known.equals(epoch)) {
        epoch = hello();
        onLoss.run();
        QueueException loss =
            new QueueException(
                QueueException.Reason.DATA_LOST,
                "Redis has lost what it held: it was emptied, or started again without its data",
                "what the workers' journals hold is put back; turn on appendonly so that Redis keeps"
                    + " it",
                null);
        if (aside.get()) {
          untold = loss;
        }
        throw loss;
      }
    }
  }

  /** Tells a loss that was noticed aside, unless this is aside as well. */
  private void throwUntold() {
    if (untold != null && !aside.get()) {
      synchronized (adopting) {
        QueueException loss = untold;
        if (loss != null) {
          untold = null;
          throw loss;
        }
      }
    }
  }

  private List<byte[]> arguments(String known, Object... rest) {
    List<byte[]> all = new ArrayList<>(AGAIN_AT + 1 + rest.length);
    all.add(known.getBytes(UTF_8));
    Clock owned = clock;
    all.add(owned == null ? NONE : bytes(owned.millis()));
    all.add((requests + request.incrementAndGet()).getBytes(UTF_8));
    all.add(FIRST);
    for (Object one : rest) {
      all.add(bytes(one));
    }
    return all;
  }

  private static List<Commands.Call> calls(List<Asked> calls, List<List<byte[]>> arguments) {
    List<Commands.Call> all = new ArrayList<>(calls.size());
    for (int i = 0; i < calls.size(); i++) {
      all.add(new Commands.Call(calls.get(i).keys(), arguments.get(i)));
    }
    return all;
  }

  private static void checkLost(QueueException e) {
    if (e.reason() != QueueException.Reason.UNAVAILABLE) {
      throw e;
    }
  }

  private static boolean isDataLost(@Nullable Object answer) {
    return answer instanceof byte[] bytes
        && bytes.length == DATA_LOST.length()
        && new String(bytes, UTF_8).equals(DATA_LOST);
  }

  private static byte[] bytes(Object value) {
    return value instanceof byte[] bytes ? bytes : value.toString().getBytes(UTF_8);
  }

  private String hex(int bytes) {
    byte[] some = new byte[bytes];
    random.nextBytes(some);
    return HexFormat.of().formatHex(some);
  }

  private static QueueException odd(@Nullable Object answer) {
    return new QueueException(
        QueueException.Reason.UNSUITABLE,
        "a script in Redis answered with " + (answer == null ? "nothing" : answer.getClass()),
        "check that the server is Redis 6.2 or later, or speaks as it does",
        null);
  }
}
