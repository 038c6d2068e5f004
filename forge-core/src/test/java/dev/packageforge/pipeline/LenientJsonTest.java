package dev.packageforge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LenientJsonTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '~',
      value = {
        "{\"a\": [1, -2.5, true, null, \"x\"]} # {\"a\":[1,-2.5,true,null,\"x\"]}",
        "Sure: ```json\\n{\"a\": 1,}``` # {\"a\":1}",
        "{\"a\": 1, // one\\n /* two */ \"b\": [2,,],} # {\"a\":1,\"b\":[2]}",
        "{a: 1, 'b': 'it\\'s'} # {\"a\":1,\"b\":\"it's\"}",
        "\"{\\\"a\\\": \\\"x\\\\ny\\\"}\" # {\"a\":\"x\\ny\"}",
        "{\\\"a\\\": {\\\"b\\\": 1}} # {\"a\":{\"b\":1}}",
        "\"{\\n  \\\"a\\\": 1}\" # {\"a\":1}",
        "say { x } and then [\"a\"] # [\"a\"]",
        "{\"a\": \"\\d\\u00e9\\u00\"} # {\"a\":\"\\\\dé\\\\u00\"}",
      })
  void whatModelsWriteIsRead(String text, String json) throws Exception {
    List<LenientJson.Found> found =
        LenientJson.in(text.replace("\\n{", "\n{").replace("\\n /", "\n /"));
    assertThat(found).hasSize(1);
    assertThat(found.get(0).json().toString())
        .isEqualTo(new ObjectMapper().readTree(json).toString());
    assertThat(found.get(0).isWhole()).isTrue();
  }

  @Test
  void lineBreaksInStringsAreKept() {
    assertThat(LenientJson.in("{\"a\": \"x\ny\"}").get(0).json().path("a").asText())
        .isEqualTo("x\ny");
  }

  @Test
  void severalObjectsAreFoundOneAfterTheOther() {
    assertThat(LenientJson.in("{\"a\":1} and {\"b\":2}[3]"))
        .extracting(found -> found.json().toString())
        .containsExactly("{\"a\":1}", "{\"b\":2}", "[3]");
  }

  @Test
  void whatIsBrokenOffKeepsWhatWasComplete() {
    LenientJson.Found found =
        LenientJson.in("{\"a\": {\"b\": \"x\"}, \"c\": [\"y\", {\"d\": \"z\", \"e\": \"broken")
            .get(0);
    assertThat(found.json().toString())
        .isEqualTo("{\"a\":{\"b\":\"x\"},\"c\":[\"y\",{\"d\":\"z\"}]}");
    assertThat(found.isWhole()).isFalse();
    assertThat(found.isWhole(found.json().path("a"))).isTrue();
    assertThat(found.isWhole(found.json().path("c"))).isFalse();
  }

  @Test
  void behindAMistakeNothingIsGuessed() {
    LenientJson.Found found = LenientJson.in("{\"a\": {\"t\": \"say \"hi\" there\"}}").get(0);
    assertThat(found.isWhole(found.json().path("a"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "}{",
        "{{{{",
        "[[[[",
        "\\",
        "{\\",
        "{\\\"",
        "{\"a\":",
        "{\"a\":tru",
        "//",
        "{/*",
        "{\"\\u1"
      })
  void piecesHoldNothing(String text) {
    assertThat(LenientJson.in(text)).allMatch(found -> !found.isWhole());
  }

  @Test
  void hostileTextIsReadInOneGo() {
    int many = 4 * 1024 * 1024;
    for (String piece :
        List.of(
            "{",
            "[",
            "{\"a\":",
            "[[],",
            "{\\\"",
            "\\",
            "\"",
            "{\\n",
            "//",
            "/*",
            "{a:1}",
            "{\"a\":\"",
            "9")) {
      LenientJson.in(piece.repeat(many / piece.length()));
    }
    assertThat(LenientJson.in("[" + "1,".repeat(many) + "1]").get(0).json().size())
        .isLessThan(200_000);
    assertThat(LenientJson.in("{\"a\":" + "9".repeat(many) + "}")).isEmpty();
  }

  @Test
  void anyTextIsRead() {
    String alphabet = "{}[]\",:'\\nu0 1a/*\n`";
    for (long seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(60); i >= 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      for (LenientJson.Found found : LenientJson.in(text.toString())) {
        assertThat(found.json().isEmpty()).as("seed %d", seed).isFalse();
      }
    }
  }
}
