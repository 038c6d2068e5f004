package dev.packageforge.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds JSON as models write it: with prose or code fences around, comments, commas too many, keys
 * without quotes, line breaks in strings, written as a string once more, or broken off. What stands
 * behind a mistake is not guessed at; what was complete before it is found. Never fails, looks at
 * each character a few times at most, and keeps no more than a number of values.
 */
final class LenientJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int MAX_DEPTH = 64;
  private static final int MAX_VALUES = 100_000;
  private static final int MAX_NUMBER = 40;

  /** Characters between the brace that opens an object and its first key. */
  private static final int MAX_INDENT = 100;

  /** How often JSON may have been written into a string of JSON. */
  private static final int MAX_WRAPPINGS = 3;

  private final String text;
  private final int wrappings;
  private final List<Found> found = new ArrayList<>();
  private Set<JsonNode> open = none();
  private int at;
  private int values;

  /** Whether the text ended, or was no longer JSON, within the value that is being read. */
  private boolean stopped;

  private LenientJson(String text, int wrappings) {
    this.text = text;
    this.wrappings = wrappings;
  }

  /**
   * An object or an array.
   *
   * @param json the value, with all that is complete in it
   * @param open the objects and arrays in it, itself included, whose end was not found
   */
  record Found(JsonNode json, Set<JsonNode> open) {
    /** Whether the end of this value was found. */
    boolean isWhole(JsonNode value) {
      return !open.contains(value);
    }

    /** Whether nothing is missing. */
    boolean isWhole() {
      return open.isEmpty();
    }
  }

  /** The objects and arrays in a text that are not part of another, without empty ones. */
  static List<Found> in(String text) {
    return new LenientJson(text, 0).all();
  }

  private List<Found> all() {
    while (at < text.length() && values < MAX_VALUES) {
      char c = text.charAt(at);
      if (c != '{' && c != '[') {
        at++;
      } else if (isEscaped() && wrappings < MAX_WRAPPINGS) {
        unwrap();
      } else {
        one();
      }
    }
    return found;
  }

  private void one() {
    open = none();
    int start = at;
    JsonNode json = text.charAt(at) == '{' ? NODES.objectNode() : NODES.arrayNode();
    stopped = false;
    fill(json, 0);
    at = Math.max(at, start + 1);
    if (!json.isEmpty()) {
      found.add(new Found(json, open));
    }
  }

  /** Whether the first thing in the object that begins here is a quote behind a backslash. */
  private boolean isEscaped() {
    boolean object = text.charAt(at) == '{';
    int end = Math.min(text.length() - 1, at + MAX_INDENT);
    for (int i = at + 1; i < end; i++) {
      char c = text.charAt(i);
      char next = text.charAt(i + 1);
      if (c == '{') {
        object = true;
      } else if (c == '\\' && "nrt".indexOf(next) >= 0) {
        i++;
      } else if (!Character.isWhitespace(c)) {
        return object && c == '\\' && (next == '"' || next == '\\');
      }
    }
    return false;
  }

  /** Reads on as in a string that began before this place. */
  private void unwrap() {
    StringBuilder inner = new StringBuilder();
    string('"', inner);
    LenientJson within = new LenientJson(inner.toString(), wrappings + 1);
    within.values = values;
    found.addAll(within.all());
    values = within.values;
  }

  private void fill(JsonNode container, int depth) {
    open.add(container);
    if (depth == MAX_DEPTH || values++ > MAX_VALUES) {
      stopped = true;
      return;
    }
    at++;
    if (container instanceof ObjectNode object) {
      members(object, depth + 1);
    } else if (container instanceof ArrayNode array) {
      items(array, depth + 1);
    }
    if (!stopped) {
      at++;
      open.remove(container);
    }
  }

  private void members(ObjectNode object, int depth) {
    boolean separated = true;
    for (char c = peek(); !stopped && c != '}'; c = peek()) {
      if (c == ',') {
        separated = true;
        at++;
      } else if (separated) {
        separated = false;
        member(object, c, depth);
      } else {
        stopped = true;
      }
    }
  }

  private void member(ObjectNode object, char first, int depth) {
    String key = key(first);
    if (peek() != ':') {
      stopped = true;
      return;
    }
    at++;
    JsonNode value = begin(peek());
    if (value != null) {
      object.set(key, value);
      finish(value, depth);
    }
  }

  private void items(ArrayNode array, int depth) {
    boolean separated = true;
    for (char c = peek(); !stopped && c != ']'; c = peek()) {
      if (c == ',') {
        separated = true;
        at++;
      } else if (separated) {
        separated = false;
        JsonNode value = begin(c);
        if (value != null) {
          array.add(value);
          finish(value, depth);
        }
      } else {
        stopped = true;
      }
    }
  }

  /** A value, an object or array without what is in it; null if there is none. */
  private @Nullable JsonNode begin(char first) {
    if (stopped) {
      return null;
    }
    JsonNode container = container(first);
    return container == null ? scalar(first) : container;
  }

  private void finish(JsonNode value, int depth) {
    if (value.isContainerNode()) {
      fill(value, depth);
    }
  }

  private static @Nullable JsonNode container(char first) {
    return switch (first) {
      case '{' -> NODES.objectNode();
      case '[' -> NODES.arrayNode();
      default -> null;
    };
  }

  private String key(char first) {
    if (first == '"' || first == '\'') {
      at++;
      StringBuilder key = new StringBuilder();
      stopped |= !string(first, key);
      return key.toString();
    }
    int start = at;
    while (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) {
      at++;
    }
    stopped |= at == start;
    return text.substring(start, at);
  }

  private @Nullable JsonNode scalar(char first) {
    stopped |= values++ > MAX_VALUES;
    if (first == '"' || first == '\'') {
      at++;
      StringBuilder string = new StringBuilder();
      stopped |= !string(first, string);
      return stopped ? null : TextNode.valueOf(string.toString());
    }
    int start = at;
    while (at < text.length() && isPartOfWord(text.charAt(at))) {
      at++;
    }
    JsonNode word = at - start > MAX_NUMBER ? null : word(text.substring(start, at));
    stopped |= word == null || at == text.length();
    return stopped ? null : word;
  }

  private static boolean isPartOfWord(char c) {
    return Character.isLetterOrDigit(c) || c == '-' || c == '+' || c == '.';
  }

  private static @Nullable JsonNode word(String word) {
    return switch (word) {
      case "true" -> NODES.booleanNode(true);
      case "false" -> NODES.booleanNode(false);
      case "null" -> NODES.nullNode();
      default -> number(word);
    };
  }

  private static @Nullable JsonNode number(String word) {
    try {
      BigDecimal number = new BigDecimal(word);
      boolean small = number.scale() <= 0 && number.scale() >= -MAX_NUMBER;
      return small && number.precision() - number.scale() < 19
          ? NODES.numberNode(number.longValueExact())
          : NODES.numberNode(number);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Reads a string; what cannot be an escape stands for itself. Whether its end was found. */
  private boolean string(char quote, StringBuilder out) {
    int plain = at;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == quote) {
        out.append(text, plain, at);
        at++;
        return true;
      }
      if (c != '\\') {
        at++;
        continue;
      }
      out.append(text, plain, at);
      plain = at;
      if (at + 1 == text.length()) {
        break;
      }
      escape(out);
      plain = at;
    }
    out.append(text, plain, at);
    at = text.length();
    return false;
  }

  private void escape(StringBuilder out) {
    char c = text.charAt(at + 1);
    int plain = "\"\\/'".indexOf(c);
    int control = "nrtbf".indexOf(c);
    if (plain >= 0) {
      out.append(c);
    } else if (control >= 0) {
      out.append("\n\r\t\b\f".charAt(control));
    } else if (c == 'u' && hex(at + 2) >= 0) {
      out.append((char) hex(at + 2));
      at += 4;
    } else {
      out.append('\\').append(c);
    }
    at += 2;
  }

  private int hex(int from) {
    if (from + 4 > text.length()) {
      return -1;
    }
    int code = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      code = code * 16 + digit;
    }
    return code;
  }

  /** The next character that is neither space nor part of a comment. */
  private char peek() {
    while (!stopped && at < text.length()) {
      char c = text.charAt(at);
      if (Character.isWhitespace(c) || c == '\uFEFF' || c == '\u00A0') {
        at++;
      } else if (text.startsWith("//", at)) {
        skipPast("\n", 2);
      } else if (text.startsWith("/*", at)) {
        skipPast("*/", 2);
      } else {
        return c;
      }
    }
    stopped = true;
    return '\0';
  }

  private void skipPast(String end, int from) {
    int found = text.indexOf(end, at + from);
    at = found < 0 ? text.length() : found + end.length();
  }

  private static Set<JsonNode> none() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }
}
