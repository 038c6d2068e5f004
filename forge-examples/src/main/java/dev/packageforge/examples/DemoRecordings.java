package dev.packageforge.examples;

import dev.packageforge.llm.Cassette;
import dev.packageforge.llm.DemoLanguageModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The packages that can be made without an account. They were written by hand, in the form in which
 * a model's answers are recorded; {@code slug-maker} fails a test at first and is repaired, {@code
 * csv-to-markdown} first asks for a dependency that does not exist, and {@code word-tally} fails
 * twice, is mended by edits, and has a next version.
 */
public final class DemoRecordings {
  private static final List<String> NAMES =
      List.of(
          "slug-maker",
          "csv-to-markdown",
          "zone-clock",
          "plain-duration",
          "patient-retry",
          "word-tally",
          "word-tally-json");

  private DemoRecordings() {}

  /** A model that plays them at once; {@link DemoLanguageModel#pace} slows it down. */
  public static DemoLanguageModel model() {
    return DemoLanguageModel.of(cassettes());
  }

  /** The recordings, in the order in which the demo names them. */
  static List<Cassette> cassettes() {
    return NAMES.stream().map(DemoRecordings::cassette).toList();
  }

  private static Cassette cassette(String name) {
    String file = name + ".jsonl";
    try (InputStream in = DemoRecordings.class.getResourceAsStream("demo/" + file)) {
      if (in == null) {
        throw new IllegalStateException("the demo recording " + file + " is not on the class path");
      }
      return Cassette.read(in, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
