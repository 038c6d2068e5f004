package dev.packageforge.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.Sha512;
import dev.packageforge.Text;
import dev.packageforge.TokenUsage;
import dev.packageforge.llm.Cassette.Call;
import dev.packageforge.llm.Cassette.Demo;
import dev.packageforge.llm.Cassette.Outcome;
import dev.packageforge.llm.Cassette.Outcome.Answered;
import dev.packageforge.llm.Cassette.Outcome.Failed;
import dev.packageforge.llm.Cassette.Piece;
import dev.packageforge.llm.LanguageModelException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The file format of {@link Cassette}. Reading is strict: what is not understood is refused. */
final class CassetteJson {
  private static final int VERSION = 1;
  private static final int MAX_LINES = 10_000;

  // Plain ASCII keeps each line one line for every tool, and a lone surrogate intact.
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build();

  private CassetteJson() {}

  static Cassette read(InputStream in, String name) throws IOException {
    byte[] bytes = in.readNBytes(Cassette.MAX_BYTES + 1);
    if (bytes.length > Cassette.MAX_BYTES) {
      throw new CassetteException(
          "the recordings in " + name + " have more than " + Cassette.MAX_BYTES + " bytes",
          "split the file; no recording is that long",
          null);
    }
    Demo demo = null;
    List<Call> calls = new ArrayList<>();
    int number = 0;
    for (int start = 0; start < bytes.length; ) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      number++;
      try {
        if (number > MAX_LINES) {
          throw new IllegalArgumentException("there are more than " + MAX_LINES + " lines");
        }
        ObjectNode line = object(ByteBuffer.wrap(bytes, start, end - start));
        if (number == 1 && line.has("kind")) {
          demo = demo(line);
        } else {
          calls.add(call(line));
        }
      } catch (IllegalArgumentException e) {
        throw new CassetteException(
            "line " + number + " of the recordings in " + name + " is bad: " + e.getMessage(),
            "mend or delete that line, or record again",
            e);
      }
      start = end + 1;
    }
    return new Cassette(demo, calls);
  }

  static String write(Cassette cassette) {
    StringBuilder out = new StringBuilder();
    Demo demo = cassette.demo();
    if (demo != null) {
      ObjectNode line = JSON.createObjectNode();
      line.put("v", VERSION).put("kind", "demo");
      line.put("title", demo.title()).put("prompt", demo.prompt());
      ArrayNode words = line.putArray("words");
      demo.words().forEach(words::add);
      ArrayNode key = line.putArray("key");
      demo.key().forEach(key::add);
      out.append(line(line));
    }
    cassette.calls().forEach(call -> out.append(line(call)));
    return out.toString();
  }

  /** One call with its line feed. */
  static String line(Call call) {
    ObjectNode line = JSON.createObjectNode();
    line.put("v", VERSION).put("step", call.step()).put("purpose", call.purpose().name());
    line.put("subject", call.subject());
    call.digest().ifPresent(digest -> line.put("digest", digest.hex()));
    ArrayNode events = line.putArray("events");
    for (Piece piece : call.pieces()) {
      events.addObject().put("atMs", piece.atMs()).put("text", piece.text());
    }
    if (call.outcome() instanceof Answered answered) {
      TokenUsage usage = answered.usage();
      ObjectNode tokens = line.putObject("usage");
      tokens.put("input", usage.input()).put("cached", usage.cached());
      tokens.put("output", usage.output()).put("thinking", usage.thinking());
      line.put("model", answered.model());
    } else if (call.outcome() instanceof Failed failed) {
      ObjectNode error = line.putObject("error");
      error.put("reason", failed.reason().name());
      error.put("message", failed.message()).put("remedy", failed.remedy());
      Duration retryAfter = failed.retryAfter();
      if (retryAfter != null) {
        error.put("retryAfterMs", retryAfter.toMillis());
      }
    }
    return line(line);
  }

  private static String line(ObjectNode line) {
    try {
      return JSON.writeValueAsString(line) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values can always be written", e);
    }
  }

  private static ObjectNode object(ByteBuffer utf8) {
    try {
      String line = StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
      if (JSON.readTree(line) instanceof ObjectNode object) {
        return object;
      }
      throw new IllegalArgumentException("it is not a JSON object");
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("it is not UTF-8", e);
    } catch (JsonProcessingException e) {
      // The original message quotes the source; only its first sentence is about the form.
      throw new IllegalArgumentException(
          "it is not JSON (" + Text.visible(e.getOriginalMessage(), 120) + ")", e);
    }
  }

  private static Demo demo(ObjectNode line) {
    version(line);
    if (!text(line, "kind").equals("demo")) {
      throw new IllegalArgumentException("\"kind\" must be \"demo\"");
    }
    only(line, Set.of("v", "kind", "title", "prompt", "words", "key"));
    return new Demo(
        text(line, "title"), text(line, "prompt"), texts(line, "words"), texts(line, "key"));
  }

  private static Call call(ObjectNode line) {
    version(line);
    boolean failed = line.has("error");
    only(
        line,
        failed
            ? Set.of("v", "step", "purpose", "subject", "digest", "events", "error")
            : Set.of("v", "step", "purpose", "subject", "digest", "events", "usage", "model"));
    List<Piece> pieces = new ArrayList<>();
    for (JsonNode event : field(line, "events", JsonNodeType.ARRAY)) {
      if (!(event instanceof ObjectNode piece)) {
        throw new IllegalArgumentException("an event is not an object");
      }
      only(piece, Set.of("atMs", "text"));
      pieces.add(new Piece(number(piece, "atMs"), text(piece, "text")));
    }
    Outcome outcome =
        failed
            ? failed((ObjectNode) field(line, "error", JsonNodeType.OBJECT))
            : new Answered(
                usage((ObjectNode) field(line, "usage", JsonNodeType.OBJECT)), text(line, "model"));
    Optional<Sha512> digest =
        line.has("digest") ? Optional.of(new Sha512(text(line, "digest"))) : Optional.empty();
    Call call = new Call(text(line, "step"), text(line, "subject"), digest, pieces, outcome);
    if (!call.purpose().name().equals(text(line, "purpose"))) {
      throw new IllegalArgumentException("\"purpose\" and \"step\" do not agree");
    }
    return call;
  }

  private static TokenUsage usage(ObjectNode json) {
    only(json, Set.of("input", "cached", "output", "thinking"));
    return new TokenUsage(
        number(json, "input"),
        number(json, "cached"),
        number(json, "output"),
        number(json, "thinking"));
  }

  private static Failed failed(ObjectNode json) {
    only(json, Set.of("reason", "message", "remedy", "retryAfterMs"));
    Reason reason;
    try {
      reason = Reason.valueOf(text(json, "reason"));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"reason\" is not one that we know", e);
    }
    @Nullable Duration retryAfter =
        json.has("retryAfterMs") ? Duration.ofMillis(number(json, "retryAfterMs")) : null;
    return new Failed(reason, text(json, "message"), text(json, "remedy"), retryAfter);
  }

  private static void version(ObjectNode line) {
    if (number(line, "v") != VERSION) {
      throw new IllegalArgumentException("\"v\" must be " + VERSION);
    }
  }

  private static void only(ObjectNode json, Set<String> known) {
    Set<String> strange = new HashSet<>();
    json.fieldNames().forEachRemaining(strange::add);
    strange.removeAll(known);
    if (!strange.isEmpty()) {
      throw new IllegalArgumentException(
          "\"" + Text.visible(strange.iterator().next(), 40) + "\" does not belong there");
    }
  }

  private static String text(ObjectNode json, String name) {
    return field(json, name, JsonNodeType.STRING).textValue();
  }

  private static List<String> texts(ObjectNode json, String name) {
    List<String> texts = new ArrayList<>();
    for (JsonNode entry : field(json, name, JsonNodeType.ARRAY)) {
      if (!entry.isTextual()) {
        throw new IllegalArgumentException("\"" + name + "\" must hold strings alone");
      }
      texts.add(entry.textValue());
    }
    return texts;
  }

  private static long number(ObjectNode json, String name) {
    JsonNode number = field(json, name, JsonNodeType.NUMBER);
    if (!number.isIntegralNumber() || !number.canConvertToLong()) {
      throw new IllegalArgumentException("\"" + name + "\" must be a whole number");
    }
    return number.longValue();
  }

  private static JsonNode field(ObjectNode json, String name, JsonNodeType type) {
    JsonNode field = json.get(name);
    if (field == null) {
      throw new IllegalArgumentException("\"" + name + "\" is missing");
    }
    if (field.getNodeType() != type) {
      throw new IllegalArgumentException(
          "\"" + name + "\" must be of type " + type.name().toLowerCase(Locale.ROOT));
    }
    return field;
  }
}
