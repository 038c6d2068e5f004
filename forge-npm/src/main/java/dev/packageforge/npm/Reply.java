package dev.packageforge.npm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.packageforge.Redactor;
import dev.packageforge.Text;
import java.io.IOException;
import java.util.Locale;

/**
 * What a registry said, ready to be shown: in one line, without control characters, and without the
 * credentials that it may have repeated.
 *
 * @param status as HTTP has it
 * @param said its words; empty if it used none
 * @param notice what it wants people to be told, by its header {@code npm-notice}; empty if nothing
 * @param json its body; a missing node if that is no JSON
 * @param challenge the header {@code www-authenticate}, in lower case
 * @param location where it sends us; empty if nowhere
 */
record Reply(
    int status, String said, String notice, JsonNode json, String challenge, String location) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MAX_SAID = 300;

  static Reply of(Wire.Heard heard, Redactor redactor) {
    JsonNode json = json(heard.body().toByteArray());
    return new Reply(
        heard.status(),
        shown(words(json, heard), redactor),
        shown(heard.header("npm-notice"), redactor),
        json,
        String.join(", ", heard.headers().values("www-authenticate")).toLowerCase(Locale.ROOT),
        heard.header("location"));
  }

  private static JsonNode json(byte[] body) {
    try {
      JsonNode json = JSON.readTree(body);
      return json == null ? MissingNode.getInstance() : json;
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  private static String words(JsonNode json, Wire.Heard heard) {
    for (String field : new String[] {"error", "message", "reason"}) {
      JsonNode text = json.isTextual() ? json : json.path(field);
      if (text.isTextual() && !text.asText().isBlank()) {
        return text.asText();
      }
    }
    boolean plain = heard.header("content-type").toLowerCase(Locale.ROOT).startsWith("text/plain");
    return plain || (json.isMissingNode() && heard.header("content-type").isEmpty())
        ? heard.body().utf8()
        : "";
  }

  private static String shown(String text, Redactor redactor) {
    String cut = text.length() > 4 * MAX_SAID ? text.substring(0, 4 * MAX_SAID) : text;
    String line = redactor.redact(cut).replaceAll("\\s+", " ").strip();
    return Text.visible(line, MAX_SAID);
  }

  boolean successful() {
    return status >= 200 && status < 300;
  }

  /** Whether this status says nothing about what became of the request. */
  boolean isUnclear() {
    return status == 408 || status == 425 || status == 429 || status >= 500;
  }

  /** Whether any of these is among its words, in any case. */
  boolean mentions(String... parts) {
    String all = (said + " " + notice).toLowerCase(Locale.ROOT);
    for (String part : parts) {
      if (all.contains(part)) {
        return true;
      }
    }
    return false;
  }

  /** Its words as the end of a sentence: {@code : "Not found"}; empty if there are none. */
  String quoted() {
    return (said.isEmpty() ? "" : ": \"" + said + "\"")
        + (notice.isEmpty() || notice.equals(said) ? "" : " (notice: \"" + notice + "\")");
  }
}
