package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonViewTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final ByteArrayOutputStream notes = new ByteArrayOutputStream();
  private final JsonView view =
      new JsonView(
          new JsonLines(new PrintStream(bytes, true, StandardCharsets.UTF_8)),
          new PrintStream(notes, true, StandardCharsets.UTF_8),
          Story.RUN,
          Story::files);

  @Test
  void everyEventIsAnObjectOnALineOfItsOwn() throws JsonProcessingException {
    Story.whole().forEach(view::show);
    assertThat(told())
        .extracting(event -> event.path("type").asText())
        .contains("run", "plan", "file", "draft", "step", "log", "check", "attempt", "postponed")
        .endsWith("approved", "run", "released", "run");
    assertThat(told()).allMatch(event -> event.path("cursor").isNumber());
  }

  @Test
  void aRunIsAlwaysWhole() throws JsonProcessingException {
    Story.whole().forEach(view::show);
    JsonNode run = last("run");
    assertThat(run.path("id").asText()).isEqualTo(Story.RUN.value());
    assertThat(run.path("state").asText()).isEqualTo("published");
    assertThat(run.path("attempt").asInt()).isEqualTo(2);
    assertThat(run.path("draft").asInt()).isEqualTo(2);
    assertThat(run.path("name").asText()).isEqualTo("slug-maker");
    assertThat(run.has("reason")).isFalse();
  }

  @Test
  void aStepIsToldWhole() throws JsonProcessingException {
    Story.whole().forEach(view::show);
    assertThat(last("step").toString())
        .isEqualTo(
            "{\"type\":\"step\",\"attempt\":2,\"id\":\"test\",\"state\":\"passed\","
                + "\"startedAt\":\"2026-05-01T10:00:00Z\",\"tookMs\":900,\"summary\":\"2 tests\","
                + "\"cursor\":"
                + last("step").path("cursor")
                + ",\"at\":\"2026-05-01T10:00:00Z\"}");
  }

  @Test
  void aFileOpensGrowsAndCloses() throws JsonProcessingException {
    Story.whole().forEach(view::show);
    List<JsonNode> files = told("file").subList(0, 3);
    assertThat(files)
        .extracting(f -> f.path("op").asText())
        .containsExactly("open", "append", "close");
    assertThat(files).extracting(f -> f.path("offset").asInt()).containsExactly(0, 6, 12);
    assertThat(files.get(1).path("text").asText()).isEqualTo("draft.");
  }

  @Test
  void aDraftMarksWhatChanged() throws JsonProcessingException {
    Story.whole().forEach(view::show);
    JsonNode second = last("draft");
    assertThat(second.path("origin").asText()).isEqualTo("repair");
    assertThat(second.path("parent").asInt()).isEqualTo(1);
    assertThat(second.path("files").toString())
        .isEqualTo(
            "[{\"path\":\"a\",\"size\":0},"
                + "{\"path\":\"src/index.js\",\"size\":13,\"mark\":\"modified\"}]");
  }

  @Test
  void untrustedTextArrivesWholeAndHarmless() throws JsonProcessingException {
    Story.whole().forEach(view::show);
    JsonNode lines = last("log").path("lines");
    assertThat(lines.get(2).path("text").asText()).isEqualTo("\u001b[31mexpected\u202e a-1");
    assertThat(lines.get(2).path("n").asInt()).isEqualTo(3);
    assertThat(text().chars()).allMatch(c -> c == '\n' || (c >= ' ' && c <= '~'));
  }

  @Test
  void aDryRunIsNeverCalledPublished() throws JsonProcessingException {
    Story.dryRun().forEach(view::show);
    assertThat(told("run"))
        .extracting(run -> run.path("state").asText())
        .containsExactly("dry-run", "awaiting-approval");
    assertThat(last("released").path("mode").asText()).isEqualTo("dry-run");
    assertThat(text()).doesNotContain("\"published\"");
  }

  @Test
  void ownWordsStayOutOfTheWay() {
    view.note("Cancelling…");
    assertThat(text()).isEmpty();
    assertThat(notes.toString(StandardCharsets.UTF_8)).contains("Cancelling…");
  }

  private JsonNode last(String type) throws JsonProcessingException {
    List<JsonNode> all = told(type);
    return all.get(all.size() - 1);
  }

  private List<JsonNode> told(String type) throws JsonProcessingException {
    return told().stream().filter(event -> event.path("type").asText().equals(type)).toList();
  }

  private List<JsonNode> told() throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> all = new ArrayList<>();
    for (String line : text().lines().toList()) {
      all.add(json.readTree(line));
    }
    return all;
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
