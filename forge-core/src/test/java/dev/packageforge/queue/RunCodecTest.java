package dev.packageforge.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.packageforge.Draft;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RunCodecTest {
  @Test
  void anyRunReadsBackAsItWas() {
    RandomValues values = new RandomValues(42);
    for (int i = 0; i < 400; i++) {
      Run run = values.of(Run.class);
      assertThat(RunCodec.readRun(RunCodec.write(run))).isEqualTo(run);
    }
  }

  @Test
  void anyEventReadsBackAsItWas() {
    RandomValues values = new RandomValues(43);
    Set<Class<?>> kinds = new HashSet<>();
    for (int i = 0; i < 1_500; i++) {
      RunEvent event = values.of(RunEvent.class);
      kinds.add(event.getClass());
      assertThat(RunCodec.readEvent(RunCodec.write(event))).isEqualTo(event);
    }
    assertThat(kinds).containsExactlyInAnyOrder(RunEvent.class.getPermittedSubclasses());
  }

  @Test
  void runStoredByAnEarlierBuildStillReads() throws IOException {
    assertThat(RunCodec.readRun(resource("run-v1.json"))).isEqualTo(SampleRun.run());
  }

  @Test
  void whatEarlierBuildsDidNotKnowMayBeMissing() {
    Run run = SampleRun.run();
    String json = new String(RunCodec.write(run), US_ASCII);
    String earlier =
        json.replaceFirst(",\"base\":\\{.*?\"version\":\"1.2.3\"\\}", "")
            .replaceFirst(",\"unfinished\":\\{.*?\"answers\":2\\}", "")
            .replace(",\"failures\":2", "")
            .replace(",\"reached\":\"VERIFIED\"", "")
            .replaceAll(",\"author\":\"[^\"]*\"", "");

    Run read = RunCodec.readRun(earlier.getBytes(US_ASCII));

    assertThat(read.request().base()).isNull();
    assertThat(read.work().unfinished()).isNull();
    assertThat(read.work().attempts().get(0).verdict())
        .isInstanceOfSatisfying(
            Verdict.Failed.class, failed -> assertThat(failed.failure().failures()).isZero());
    assertThat(read.work().drafts()).extracting(Draft::author).containsExactly("", "");
  }

  @Test
  void eventsStoredByAnEarlierBuildStillRead() throws IOException {
    List<RunEvent> read = new ArrayList<>();
    new String(resource("events-v1.jsonl"), UTF_8)
        .lines()
        .forEach(line -> read.add(RunCodec.readEvent(line.getBytes(UTF_8))));

    assertThat(read).isEqualTo(SampleRun.events());
    assertThat(read.stream().map(Object::getClass).distinct())
        .as("one of each kind")
        .hasSameSizeAs(RunEvent.class.getPermittedSubclasses());
  }

  @Test
  void whatIsWrittenIsOneLineOfAsciiWithTheVersionFirst() {
    String json = new String(RunCodec.write(SampleRun.run()), US_ASCII);

    assertThat(json).startsWith("{\"v\":1,").doesNotContain("\n", " :", ": ", "\ufffd");
    assertThat(json.chars()).allMatch(c -> c >= ' ' && c < 127);
  }

  @Test
  void whatARecordWorksOutIsNotWritten() {
    String json = new String(RunCodec.write(SampleRun.run()), US_ASCII);

    assertThat(json)
        .doesNotContain("\"passed\":", "\"error\":", "\"contents\":", "\"final\":", "null");
  }

  @Test
  void laterFormatIsRefusedWithASentence() {
    byte[] later = "{\"v\":2,\"run\":{\"id\":7}}".getBytes(UTF_8);

    QueueException e = catchThrowableOfType(QueueException.class, () -> RunCodec.readRun(later));

    assertThat(e.reason()).isEqualTo(QueueException.Reason.UNREADABLE);
    assertThat(e).hasMessage("a stored run has format 2, this version reads 1");
    assertThat(e.retryable()).isFalse();
  }

  @Test
  void fieldsOfLaterBuildsArePassedOver() {
    String json = new String(RunCodec.write(SampleRun.run()), UTF_8);
    String more =
        json.replace("{\"v\":1,", "{\"v\":1,\"by\":[1,{}],")
            .replace("\"revision\":", "\"mood\":{\"a\":null},\"revision\":")
            .replace("\"type\":\"passed\"", "\"type\":\"passed\",\"also\":3");

    assertThat(more).isNotEqualTo(json);
    assertThat(RunCodec.readRun(more.getBytes(UTF_8))).isEqualTo(SampleRun.run());
  }

  @Test
  void documentCutAnywhereIsRefused() {
    byte[] run = RunCodec.write(SampleRun.run());
    for (int length = 0; length < run.length; length++) {
      byte[] cut = Arrays.copyOf(run, length);
      assertUnreadable(() -> RunCodec.readRun(cut));
    }
    for (RunEvent event : SampleRun.events()) {
      byte[] json = RunCodec.write(event);
      for (int length = 0; length < json.length; length++) {
        byte[] cut = Arrays.copyOf(json, length);
        assertUnreadable(() -> RunCodec.readEvent(cut));
      }
    }
  }

  @Test
  void documentWithAnyByteFlippedIsReadOrRefused() {
    byte[] run = RunCodec.write(SampleRun.run());
    int refused = 0;
    for (int at = 0; at < run.length; at++) {
      byte[] flipped = run.clone();
      flipped[at] ^= (byte) (1 << (at % 8));
      try {
        RunCodec.readRun(flipped);
      } catch (QueueException e) {
        assertThat(e.reason()).isEqualTo(QueueException.Reason.UNREADABLE);
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(run.length / 10);
  }

  @Test
  void anythingThatIsMissingOrOddIsRefused() {
    String json = new String(RunCodec.write(SampleRun.run()), UTF_8);
    List<String> odd =
        List.of(
            json.replace("\"v\":1,", ""),
            json.replace("\"v\":1,", "\"v\":null,"),
            json.replace("\"v\":1,", "\"v\":\"1\","),
            json.replace("\"revision\":17,", ""),
            json.replace("\"revision\":17,", "\"revision\":null,"),
            json.replace("\"revision\":17,", "\"revision\":17.5,"),
            json.replace("\"revision\":17,", "\"revision\":\"17\","),
            json.replace("\"revision\":17,", "\"revision\":99999999999999999999,"),
            json.replace("\"prompt\":\"a slug maker\",", ""),
            json.replace("\"prompt\":\"a slug maker\",", "\"prompt\":null,"),
            json.replace("\"prompt\":\"a slug maker\",", "\"prompt\":\"\","),
            json.replace("\"behaviours\":[\"keeps digits\"],", ""),
            json.replace("[\"keeps digits\"]", "[null]"),
            json.replace("[\"keeps digits\"]", "\"keeps digits\""),
            json.replace("\"state\":\"PUBLISHED\"", "\"state\":\"LOST\""),
            json.replace("\"state\":\"PUBLISHED\"", "\"state\":7"),
            json.replace("\"type\":\"failed\"", "\"type\":\"undecided\""),
            json.replace("\"type\":\"failed\",", ""),
            json.replace("2026-01-02T03:04:05.000000006Z", "yesterday"),
            json.replace("\"PT12M\"", "12"),
            json.replace("\"r0123456789abcdefghijklmno\"", "\"r1\""),
            json + "{}",
            "[]",
            "null",
            "{}",
            "{\"v\":1}",
            "{\"v\":1,\"run\":null}",
            "");

    assertThat(odd).doesNotContain(json);
    for (String document : odd) {
      assertUnreadable(() -> RunCodec.readRun(document.getBytes(UTF_8)));
    }
  }

  @Test
  void eventOfAnUnknownKindIsRefused() {
    assertUnreadable(() -> RunCodec.readEvent("{\"type\":\"sang\"}".getBytes(UTF_8)));
    assertUnreadable(() -> RunCodec.readEvent("{\"attempt\":1}".getBytes(UTF_8)));
    assertUnreadable(() -> RunCodec.readEvent("null".getBytes(UTF_8)));
  }

  @Test
  void sentenceAboutADamagedRunQuotesNoneOfIt() {
    byte[] damaged =
        new String(RunCodec.write(SampleRun.run()), UTF_8)
            .replace("\"revision\":17,", "\"revision\":[\"a slug maker\"],")
            .getBytes(UTF_8);

    assertThatThrownBy(() -> RunCodec.readRun(damaged))
        .isInstanceOf(QueueException.class)
        .hasMessageStartingWith("a stored run cannot be read: ")
        .hasMessageNotContaining("slug");
  }

  private static void assertUnreadable(Runnable read) {
    QueueException e = catchThrowableOfType(QueueException.class, read::run);
    assertThat(e).isNotNull();
    assertThat(e.reason()).isEqualTo(QueueException.Reason.UNREADABLE);
    assertThat(e.getMessage()).startsWith("a stored ").hasSizeLessThan(400);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = RunCodecTest.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }
}
