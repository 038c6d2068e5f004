package dev.packageforge.examples;

import dev.packageforge.TokenUsage;
import dev.packageforge.llm.Cassette;
import dev.packageforge.llm.Cassette.Call;
import dev.packageforge.llm.Cassette.Outcome.Answered;
import dev.packageforge.llm.Cassette.Piece;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes a demo recording editable and puts it back. Nobody wants to edit answers that are cut into
 * pieces:
 *
 * <pre>
 *   DemoScripts open  slug-maker.jsonl folder    writes folder/plan-1.txt, folder/write-1.txt, …
 *   DemoScripts close slug-maker.jsonl folder    takes the answers from there, cuts and times them
 * </pre>
 *
 * <p>A step is added by a copy of any line of the recording under the new step's name, before it is
 * opened.
 */
final class DemoScripts {
  private static final double CHARACTERS_PER_MILLI = 0.75;
  private static final double CHARACTERS_PER_TOKEN = 3.45;
  private static final int SHORTEST = 20;
  private static final int LONGEST = 60;

  private DemoScripts() {}

  /** Opens or closes; see above. */
  public static void main(String[] args) throws IOException {
    Path recording = Path.of(args[1]);
    Path folder = Path.of(args[2]);
    switch (args[0]) {
      case "open" -> open(Cassette.read(recording), folder);
      case "close" ->
          Files.writeString(recording, close(Cassette.read(recording), folder).toJsonLines());
      default -> throw new IllegalArgumentException("open or close, not " + args[0]);
    }
  }

  static void open(Cassette recording, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Call call : recording.calls()) {
      Files.writeString(folder.resolve(call.step() + ".txt"), call.text());
    }
  }

  static Cassette close(Cassette recording, Path folder) throws IOException {
    List<Call> calls = new ArrayList<>();
    for (Call call : recording.calls()) {
      String text = Files.readString(folder.resolve(call.step() + ".txt"));
      calls.add(text.equals(call.text()) ? call : with(call, text));
    }
    return new Cassette(recording.demo(), calls);
  }

  private static Call with(Call call, String text) {
    Answered before = (Answered) call.outcome();
    long output = Math.round(text.length() / CHARACTERS_PER_TOKEN);
    TokenUsage usage = new TokenUsage(before.usage().input(), 0, output, before.usage().thinking());
    long first = call.pieces().isEmpty() ? 0 : call.pieces().get(0).atMs();
    return new Call(
        call.step(),
        call.subject(),
        call.digest(),
        cut(text, first),
        new Answered(usage, before.model()));
  }

  /** Pieces as a model sends them; the same text is always cut the same way. */
  private static List<Piece> cut(String text, long first) {
    Random random = new Random(text.length());
    List<Piece> pieces = new ArrayList<>();
    double at = first;
    for (int from = 0; from < text.length(); ) {
      int to = Math.min(text.length(), from + random.nextInt(SHORTEST, LONGEST + 1));
      pieces.add(new Piece(Math.round(at), text.substring(from, to)));
      at += (to - from) / CHARACTERS_PER_MILLI * random.nextDouble(0.6, 1.4);
      from = to;
    }
    return pieces;
  }
}
