package dev.packageforge.redis;

import dev.packageforge.Draft;
import dev.packageforge.queue.QueueException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the asks of those who may only ask to the desk, and their answers back. Works on a thread
 * of its own, when there is something to do. Safe for use by many threads.
 */
final class AskClerk implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AskClerk.class);

  private static final int AT_ONCE = 100;
  private static final Duration MAY_TAKE = Duration.ofSeconds(10);

  private final Script asks;
  private final Script take;
  private final Script answered;
  private final Caller caller;
  private final Keyspace keys;
  private final AskDesk desk;
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), AskClerk::daemon);

  AskClerk(Scripts scripts, Caller caller, Keyspace keys, AskDesk desk) {
    this.asks = scripts.get("asks");
    this.take = scripts.get("take");
    this.answered = scripts.get("answered");
    this.caller = caller;
    this.keys = keys;
    this.desk = desk;
    thread.allowCoreThreadTimeOut(true);
  }

  /** An ask as it lies there. */
  record Lying(String id, Map<String, String> fields) {}

  /** There may be asks. Does not block. */
  void arrived() {
    try {
      // One that waits will see what this one would.
      if (thread.getQueue().isEmpty()) {
        thread.execute(() -> caller.aside(this::answerAll));
      }
    } catch (RejectedExecutionException closed) {
      LOG.debug("asks are left to others, this store is closed", closed);
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }

  /** The asks from an id on, in order. */
  static List<Lying> lying(List<?> answer) {
    List<Lying> lying = new ArrayList<>();
    for (int i = 1; i < answer.size(); i += 2) {
      List<?> flat = Caller.asList(answer.get(i + 1));
      Map<String, String> fields = new LinkedHashMap<>();
      for (int f = 0; f + 1 < flat.size(); f += 2) {
        fields.put(Caller.asText(flat.get(f)), Caller.asText(flat.get(f + 1)));
      }
      lying.add(new Lying(Caller.asText(answer.get(i)), fields));
    }
    return lying;
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "forge-redis-asks");
    thread.setDaemon(true);
    return thread;
  }

  private void answerAll() {
    boolean others = false;
    try {
      String from = "-";
      List<Lying> some = from(from);
      while (!some.isEmpty()) {
        for (Lying ask : some) {
          others |= !answerOne(ask);
        }
        from = "(" + some.get(some.size() - 1).id();
        some = from(from);
      }
    } catch (QueueException e) {
      LOG.debug("the asks could not be answered now", e);
      others = true;
    }
    if (others) {
      // Whoever took one may have died; whatever did not work may work then.
      CompletableFuture.delayedExecutor(MAY_TAKE.toMillis(), TimeUnit.MILLISECONDS)
          .execute(this::arrived);
    }
  }

  private List<Lying> from(String id) {
    return lying(
        Caller.asList(
            caller.ask(asks, List.of(keys.meta, keys.asks, keys.requests), id, AT_ONCE, "")));
  }

  /** Whether it was ours to answer. */
  private boolean answerOne(Lying lying) {
    List<String> where = List.of(keys.meta, keys.asks, keys.takers);
    if (caller.number(take, where, lying.id(), MAY_TAKE.toMillis()) == 0) {
      return false;
    }
    String request = "";
    Optional<String> given = Optional.empty();
    String answer;
    try {
      Ask ask = Ask.of(lying.fields());
      if (ask instanceof Ask.Create create) {
        request = create.run().request().key();
      } else if (ask instanceof Ask.Decide decide) {
        given = decide.run().lastDraft().map(Draft::files).map(keys::given);
      }
      answer = desk.answer(ask).name();
    } catch (QueueException e) {
      if (e.reason() != QueueException.Reason.UNREADABLE) {
        throw e;
      }
      LOG.warn("{} {}", e.getMessage(), e.remedy());
      answer = AskDesk.Answer.REFUSED.name();
    } catch (IllegalArgumentException e) {
      LOG.warn("an ask was refused: {}", e.getMessage());
      answer = AskDesk.Answer.REFUSED.name();
    }
    List<String> all =
        new ArrayList<>(List.of(keys.meta, keys.asks, keys.takers, keys.askedKeys, keys.news));
    given.ifPresent(all::add);
    caller.number(answered, all, lying.id(), answer, request);
    return true;
  }
}
