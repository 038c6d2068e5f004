package dev.packageforge.examples;

import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Ctrl-C and a polite kill do: the first asks the work at hand to stop, the second stops at
 * once, as does the first when there is no work. Safe for use by many threads.
 */
final class Interrupts {
  private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");

  private final PrintStream err;
  private final Runnable stopNow;
  private @Nullable Runnable cancel;
  private @Nullable Runnable lastWords;
  private boolean arrived;

  /**
   * Interrupts that nobody hears yet.
   *
   * @param stopNow ends the process; does not return where there is a process
   */
  Interrupts(PrintStream err, Runnable stopNow) {
    this.err = err;
    this.stopNow = stopNow;
  }

  /**
   * Hears the signals of this process. The platform's own way, {@code sun.misc.Signal} of module
   * {@code jdk.unsupported}, is named here only as text, because the compiler warns of it and that
   * warning cannot be silenced; a shutdown hook would never hear the second signal. Where there is
   * no such class, or a signal is not ours to have, the signal ends the process as usual.
   */
  void listen() {
    for (String name : SIGNALS) {
      if (!hear(name, this::arrive)) {
        err.println("forge: Ctrl-C will stop at once: this Java does not tell of it.");
        return;
      }
    }
  }

  /** Does this whenever the signal comes; says whether this Java can. */
  boolean hear(String name, Runnable what) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object ours =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  what.run();
                }
                return null;
              });
      Object one = signal.getConstructor(String.class).newInstance(name);
      signal.getMethod("handle", signal, handler).invoke(null, one, ours);
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  /** From now on the first signal does this. */
  synchronized void onFirst(Runnable cancelling) {
    cancel = cancelling;
  }

  /** From now on this is done before the process is stopped at once; it must not take long. */
  synchronized void beforeStopping(Runnable last) {
    lastWords = last;
  }

  /** Whether a person or the system wants an end. */
  synchronized boolean arrived() {
    return arrived;
  }

  /** A signal came. */
  void arrive() {
    Runnable first;
    Runnable last;
    synchronized (this) {
      first = arrived ? null : cancel;
      last = lastWords;
      arrived = true;
    }
    if (first != null) {
      first.run();
      return;
    }
    if (last == null) {
      ForgeCommand.complain(err, "Stopped at once; nothing was published.", "Run it again.");
    } else {
      last.run();
    }
    stopNow.run();
  }
}
