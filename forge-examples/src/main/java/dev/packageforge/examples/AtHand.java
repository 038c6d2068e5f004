package dev.packageforge.examples;

import dev.packageforge.Secret;
import dev.packageforge.Text;
import dev.packageforge.registry.SecondFactor;
import java.io.PrintStream;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The person at the terminal, or the variable in which a script leaves a code: whom a registry asks
 * whether somebody agrees. What is typed is not shown. The variable is used for one question: a
 * code is good once.
 */
final class AtHand implements SecondFactor {
  /** Where a script leaves a one-time code. */
  static final String VARIABLE = "FORGE_NPM_OTP";

  private final Surroundings around;
  private final AtomicBoolean spent = new AtomicBoolean();
  private volatile Quiet quiet = Supplier::get;

  /** Keeps others from writing to the terminal while somebody is asked. */
  interface Quiet {
    <T> T during(Supplier<T> asking);
  }

  AtHand(Surroundings around) {
    this.around = around;
  }

  /** From now on this keeps the terminal quiet while somebody is asked. */
  void quietly(Quiet keeper) {
    quiet = keeper;
  }

  @Override
  public Optional<Secret> code(String question) throws InterruptedException {
    Optional<String> left = around.variable(VARIABLE).map(String::strip).filter(AtHand::isCode);
    if (left.isPresent() && spent.compareAndSet(false, true)) {
      return left.map(Secret::of);
    }
    if (!around.streams().person()) {
      return Optional.empty();
    }
    Typed typed = quiet.during(() -> ask(question));
    if (typed.interrupted()) {
      throw new InterruptedException("while a one-time code was asked for");
    }
    return typed.line().map(String::strip).filter(AtHand::isCode).map(Secret::of);
  }

  @Override
  public boolean visit(URI page) {
    if (!around.streams().person()) {
      return false;
    }
    PrintStream where = around.streams().talk();
    return quiet.during(
        () -> {
          where.println("The registry wants you to agree on a page of its own; open it:");
          where.println("  " + Text.visible(page.toString()));
          where.flush();
          return true;
        });
  }

  private record Typed(Optional<String> line, boolean interrupted) {}

  private Typed ask(String question) {
    PrintStream where = around.streams().talk();
    where.println(Text.visible(question));
    where.print("One-time code, not shown as you type: ");
    where.flush();
    CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
    Runnable shown = around.streams().hush().get();
    // A read cannot be interrupted, so it is left to a thread that nobody has to wait for.
    Thread reader =
        new Thread(() -> answer.complete(TypedLine.read(around.streams().in())), "one-time code");
    reader.setDaemon(true);
    reader.start();
    try {
      return new Typed(answer.get(), false);
    } catch (InterruptedException e) {
      return new Typed(Optional.empty(), true);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a line that cannot be read is none", e);
    } finally {
      shown.run();
      where.println();
    }
  }

  /** What may be one at all; anything else is a slip, and not sent anywhere. */
  private static boolean isCode(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c <= '~');
  }
}
