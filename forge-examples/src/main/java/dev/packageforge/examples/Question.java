package dev.packageforge.examples;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A question with a yes or a no for an answer. */
final class Question {
  /** What came of it. */
  enum Answer {
    /** Yes. */
    YES,
    /** No. */
    NO,
    /** Something else was typed, or just a line's end: a slip, which decides nothing. */
    UNCLEAR,
    /** Nothing: the input ended, or nobody wants to know any more. */
    NONE
  }

  private static final Map<String, Answer> MEANING =
      Map.of("y", Answer.YES, "yes", Answer.YES, "n", Answer.NO, "no", Answer.NO);

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
    Optional<String> line = TypedLine.read(in);
    if (line.isEmpty()) {
      where.println();
    }
    return line.map(text -> text.strip().toLowerCase(Locale.ROOT))
        .map(text -> MEANING.getOrDefault(text, Answer.UNCLEAR))
        .orElse(Answer.NONE);
  }
}
