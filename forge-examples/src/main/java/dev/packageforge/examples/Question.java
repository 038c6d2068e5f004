package dev.packageforge.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A question with a yes or a no for an answer; anything but a yes is a no. */
final class Question {
  /** What came of it. */
  enum Answer {
    /** Yes. */
    YES,
    /** Anything else that was typed. */
    NO,
    /** Nothing: the input ended, or nobody wants to know any more. */
    NONE
  }

  private static final Set<String> YES = Set.of("y", "yes");

  private final CompletableFuture<Answer> answer = new CompletableFuture<>();

  /** Asks, and waits for the answer. */
  Answer ask(String text, InputStream in, PrintStream where) {
    where.print(text);
    where.flush();
    // A read cannot be interrupted, so it is left to a thread that nobody has to wait for.
    Thread reader = new Thread(() -> answer.complete(read(in, where)), "question");
    reader.setDaemon(true);
    reader.start();
    return answer.join();
  }

  /** Nobody wants to know any more. */
  void abandon() {
    answer.complete(Answer.NONE);
  }

  private static Answer read(InputStream in, PrintStream where) {
    try {
      String line =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
      if (line != null) {
        return YES.contains(line.strip().toLowerCase(Locale.ROOT)) ? Answer.YES : Answer.NO;
      }
    } catch (IOException e) {
      // As good as its end.
    }
    where.println();
    return Answer.NONE;
  }
}
