package dev.packageforge.llm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Sha512;
import dev.packageforge.llm.Cassette.Call;
import dev.packageforge.llm.Cassette.Demo;
import dev.packageforge.llm.Cassette.Outcome.Failed;
import dev.packageforge.llm.Cassette.Piece;
import dev.packageforge.llm.LanguageModelException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CassetteTest {
  private static final String GOOD =
      "{\"v\":1,\"step\":\"plan-1\",\"purpose\":\"PLAN\",\"subject\":\"s\",\"events\":[],"
          + "\"usage\":{\"input\":1,\"cached\":0,\"output\":1,\"thinking\":0},\"model\":\"m\"}";

  private final Path folder;

  CassetteTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void whatIsWrittenIsReadBack() throws Exception {
    Call odd =
        new Call(
            "repair-2",
            "naïve \u2028 \"quoted\"",
            Optional.of(Sha512.of(new byte[0])),
            List.of(new Piece(0, "cut in two \uD83D"), new Piece(7, "\uDC26 \r\n\t\u0000")),
            new Failed(Reason.RATE_LIMITED, "too many", "wait", Duration.ofSeconds(34)));
    Cassette cassette =
        new Cassette(
            new Demo("A title", "a prompt", List.of("one", "two"), List.of("two")),
            List.of(Tapes.call("plan-1", "s", "a", "b"), odd));
    Path file = folder.resolve("odd.jsonl");
    Files.writeString(file, cassette.toJsonLines());
    assertThat(Files.readAllLines(file)).hasSize(3);
    assertThat(Cassette.read(file)).isEqualTo(cassette);
  }

  @Test
  void readsTheFormatAsItIsDocumented() throws Exception {
    Cassette cassette = read(GOOD + "\r\n" + GOOD);
    assertThat(cassette.demo()).isNull();
    assertThat(cassette.calls()).hasSize(2);
    assertThat(cassette.calls().get(0).digest()).isEmpty();
    assertThat(cassette.calls().get(0).purpose()).isEqualTo(ModelRequest.Purpose.PLAN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"v\":1 | \"v\":2 | \"v\" must be 1",
        "\"v\":1 | \"v\":1,\"v\":1 | it is not JSON",
        "\"v\":1 | \"v\":1.5 | \"v\" must be a whole number",
        "\"v\":1 | \"v\":1,\"x\":1 | \"x\" does not belong there",
        "\"v\":1 | \"v\":1,\"error\":{} | \"usage\" does not belong there",
        "plan-1 | plan-0 | \"step\" must be like plan-1",
        "plan-1 | plan | \"step\" must be like plan-1",
        "plan-1 | write-1 | \"purpose\" and \"step\" do not agree",
        "\"subject\":\"s\", | `` | \"subject\" is missing",
        "\"subject\":\"s\" | \"subject\":null | \"subject\" must be of type string",
        "\"subject\":\"s\" | \"subject\":\"s\",\"digest\":\"ab\" | not a SHA-512",
        "\"events\":[] | \"events\":[1] | an event is not an object",
        "\"events\":[] | \"events\":[{\"atMs\":-1,\"text\":\"\"}] | \"atMs\" is negative",
        "\"input\":1 | \"input\":-1 | tokens cannot be negative",
        "\"model\":\"m\"} | \"model\":\"m\"}{} | it is not JSON",
        "\"model\":\"m\"} | \"model\":\"m\" | it is not JSON",
      })
  void refusesABadLineByItsNumber(String part, String by, String problem) {
    String bad = GOOD.replace(part, by);
    assertThat(bad).isNotEqualTo(GOOD);
    assertThatThrownBy(() -> read(GOOD + "\n" + bad + "\n" + GOOD + "\n"))
        .isInstanceOf(CassetteException.class)
        .hasMessageStartingWith("line 2 of the recordings in a test is bad: ")
        .hasMessageContaining(problem);
  }

  @Test
  void refusesAnEmptyLine() {
    assertThatThrownBy(() -> read(GOOD + "\n\n"))
        .isInstanceOf(CassetteException.class)
        .hasMessageContaining("line 2 of");
  }

  @Test
  void refusesWhatIsNotUtf8() {
    byte[] bytes = GOOD.getBytes(UTF_8);
    bytes[GOOD.indexOf("\"s\"") + 1] = (byte) 0xC3;
    assertThatThrownBy(() -> Cassette.read(new ByteArrayInputStream(bytes), "a test"))
        .isInstanceOf(CassetteException.class)
        .hasMessageContaining("line 1 of")
        .hasMessageContaining("it is not UTF-8");
  }

  @Test
  void refusesTimeThatRunsBackwards() {
    String events = "\"events\":[{\"atMs\":5,\"text\":\"a\"},{\"atMs\":4,\"text\":\"b\"}]";
    assertThatThrownBy(() -> read(GOOD.replace("\"events\":[]", events)))
        .isInstanceOf(CassetteException.class)
        .hasMessageContaining("an event is earlier than the one before it");
  }

  @Test
  void refusesADemoHeaderAfterTheFirstLine() {
    String header =
        new Cassette(new Demo("t", "p", List.of("w"), List.of("w")), List.of()).toJsonLines();
    assertThatThrownBy(() -> read(header + GOOD + "\n" + header))
        .isInstanceOf(CassetteException.class)
        .hasMessageContaining("line 3 of");
  }

  @Test
  void refusesADemoHeaderThatNothingCouldMatch() {
    assertThatThrownBy(() -> new Demo("t", "p", List.of("one"), List.of("two")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Demo("t", "p", List.of("one"), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void stopsReadingWhereNoRecordingEnds() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }

          @Override
          public int read(byte[] to, int from, int length) {
            Arrays.fill(to, from, from + length, (byte) 'x');
            return length;
          }
        };
    assertThatThrownBy(() -> Cassette.read(endless, "a test"))
        .isInstanceOf(CassetteException.class)
        .hasMessageContaining("more than " + Cassette.MAX_BYTES + " bytes");
  }

  @Test
  void saysWhichFileIsMissing() {
    Path missing = folder.resolve("missing.jsonl");
    assertThatThrownBy(() -> Cassette.read(missing))
        .isInstanceOfSatisfying(
            CassetteException.class,
            e -> {
              assertThat(e).hasMessageContaining("missing.jsonl");
              assertThat(e.remedy()).isNotBlank();
              assertThat(e.retryable()).isFalse();
            });
  }

  @Test
  void printsNoContents() {
    Cassette cassette = new Cassette(null, List.of(Tapes.call("plan-1", "canary", "canary")));
    assertThat(cassette + " " + cassette.calls() + " " + cassette.calls().get(0).pieces())
        .doesNotContain("canary");
  }

  private static Cassette read(String lines) throws IOException {
    return Cassette.read(new ByteArrayInputStream(lines.getBytes(UTF_8)), "a test");
  }
}
