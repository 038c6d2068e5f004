package dev.packageforge.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A question with a yes or a no for an answer; anything but a yes is a no. */
final class Question {
  private static final Set<String> YES = Set.of("y", "yes");

  private final CompletableFuture<Boolean> answer = new CompletableFuture<>();

  /** Asks, and waits for the answer; the end of the input is a no. */
  boolean ask(String text, Surroundings.Streams streams, PrintStream where) {
    where.print(text);
    where.flush();
    // A read cannot be interrupted, so it is left to a thread that nobody has to wait for.
    Thread reader = new Thread(() -> answer.complete(read(streams, where)), "question");
    reader.setDaemon(true);
    reader.start();
    return answer.join();
  }

  /** Nobody wants to know any more: the answer is a no. */
  void abandon() {
    answer.complete(false);
  }

  private static boolean read(Surroundings.Streams streams, PrintStream where) {
    try {
      String line =
          new BufferedReader(new InputStreamReader(streams.in(), StandardCharsets.UTF_8))
              .readLine();
      if (line == null) {
        where.println();
        return false;
      }
      return YES.contains(line.strip().toLowerCase(Locale.ROOT));
    } catch (IOException e) {
      return false;
    }
  }
}
