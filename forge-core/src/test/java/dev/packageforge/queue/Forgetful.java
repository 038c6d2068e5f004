package dev.packageforge.queue;

import static java.util.Objects.requireNonNull;

import dev.packageforge.Run;
import dev.packageforge.RunId;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store that loses what a test wants it to lose. */
final class Forgetful {
  /** Both ports, so that one proxy can stand for them. */
  interface Store extends JobQueue, RunStore {}

  /** What becomes of a save that is never answered. */
  enum Fate {
    /** It did not arrive. */
    NOT_STORED,
    /** It was stored. */
    STORED
  }

  private final Clock clock;
  private InMemoryStore memory;
  private @Nullable Fate fate;
  private boolean forgetting;
  private boolean lossUntold;

  Forgetful(Clock clock) {
    this.clock = clock;
    this.memory = new InMemoryStore(clock);
  }

  Store port() {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> answer(method, arguments));
  }

  /** What is stored now, seen past all that can go wrong. */
  Optional<Run> truth(RunId id) {
    return memory.find(id);
  }

  /** Loses everything, and says so at the next call. */
  void wipe() {
    memory = new InMemoryStore(clock);
    lossUntold = true;
  }

  /** From now on saves are not answered; with null they are. */
  void leaveSavesUnanswered(@Nullable Fate what) {
    fate = what;
  }

  /** Answers the next save and loses it, as a machine does that dies before its disk has it. */
  void forgetNextSave() {
    forgetting = true;
  }

  private @Nullable Object answer(Method method, @Nullable Object[] arguments) throws Throwable {
    if (lossUntold) {
      lossUntold = false;
      throw new QueueException(
          QueueException.Reason.DATA_LOST, "what the store held is gone", "put it back", null);
    }
    boolean save = method.getName().equals("save");
    if (save && forgetting) {
      forgetting = false;
      return SaveResult.SAVED;
    }
    if (save && fate != null) {
      if (fate == Fate.STORED) {
        invoke(method, arguments);
      }
      throw new QueueException("the save was not answered", "wait", null);
    }
    return invoke(method, arguments);
  }

  private @Nullable Object invoke(Method method, @Nullable Object[] arguments) throws Throwable {
    try {
      return method.invoke(memory, arguments);
    } catch (InvocationTargetException e) {
      throw requireNonNull(e.getCause());
    }
  }
}
