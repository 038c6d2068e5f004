package dev.packageforge.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.packageforge.queue.QueueException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Loses questions and answers, and can ask again what was asked. */
final class FaultyCommands implements Commands {
  private static final Set<String> REMEMBERED =
      Set.of(
          "enqueue", "complete", "bury", "retry", "save", "append", "decide", "restore", "rejoin");

  /** What the store runs when it likes, so that it must not disturb the order of chance. */
  private static final Set<String> ON_ITS_OWN = Set.of("asks", "take", "answered");

  /** A call that was answered. */
  record Asked(Script script, List<String> keys, List<byte[]> arguments, String answer) {}

  private final Commands real;
  private final RandomGenerator random;
  private final double faults;
  private @Nullable Asked last;
  private String lastName = "";
  private long calls;

  FaultyCommands(Commands real, RandomGenerator random, double faults) {
    this.real = real;
    this.random = random;
    this.faults = faults;
  }

  @Override
  public Object run(Script script, List<String> keys, List<byte[]> arguments) {
    return ON_ITS_OWN.contains(script.name())
        ? real.run(script, keys, arguments)
        : asked(script, keys, arguments);
  }

  private synchronized Object asked(Script script, List<String> keys, List<byte[]> arguments) {
    calls++;
    Object answer =
        lossy(
            new String(arguments.get(3), UTF_8).equals("0"),
            () -> real.run(script, keys, List.copyOf(arguments)));
    lastName = script.name();
    // What changed nothing may be tried anew by whoever asks again.
    String words = told(script, answer);
    if (REMEMBERED.contains(script.name()) && !words.equals("0") && !words.equals("-1")) {
      last = new Asked(script, keys, List.copyOf(arguments), words);
    }
    return answer;
  }

  @Override
  public synchronized List<Object> runAll(Script script, List<Call> all) {
    boolean first = all.isEmpty() || new String(all.get(0).arguments().get(3), UTF_8).equals("0");
    return lossy(first, () -> real.runAll(script, all));
  }

  @Override
  public Tail tail() {
    return real.tail();
  }

  @Override
  public void close() {
    real.close();
  }

  synchronized long calls() {
    return calls;
  }

  /** The last call that must be answered alike however late it is asked again. */
  synchronized @Nullable Asked last() {
    return last;
  }

  /** What was called last. */
  synchronized String lastName() {
    return lastName;
  }

  synchronized void forgetLast() {
    last = null;
    lastName = "";
  }

  /** The answer to the same request, asked again. */
  String again(Asked asked) {
    List<byte[]> arguments = new ArrayList<>(asked.arguments());
    arguments.set(3, new byte[] {'1'});
    return told(asked.script(), real.run(asked.script(), asked.keys(), arguments));
  }

  private <T> T lossy(boolean first, Supplier<T> call) {
    double dice = first ? random.nextDouble() : 1;
    if (dice < faults / 2) {
      throw lost();
    }
    T answer = call.get();
    if (dice < faults) {
      throw lost();
    }
    return answer;
  }

  private static QueueException lost() {
    return new QueueException("the answer was lost", "ask again", null);
  }

  /** The answer in words, without what is told besides. */
  private static String told(Script script, Object answer) {
    boolean looked = script.name().equals("complete") && answer instanceof List<?>;
    return looked ? "1" : text(answer);
  }

  private static String text(@Nullable Object answer) {
    if (answer instanceof byte[] bytes) {
      return new String(bytes, UTF_8);
    }
    if (answer instanceof List<?> list) {
      return list.stream().map(FaultyCommands::text).toList().toString();
    }
    return String.valueOf(answer);
  }
}
