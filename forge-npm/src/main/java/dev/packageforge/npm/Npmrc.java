package dev.packageforge.npm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One {@code .npmrc} as it is written: keys with their values and lines. It has the form of an INI
 * file; what stands below a {@code [section]} is none of npm's settings and is left out. Variables
 * are not yet put in.
 */
final class Npmrc {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern SECTION = Pattern.compile("\\s*\\[[^\\]]*\\]\\s*");
  private static final Pattern SETTING = Pattern.compile("([^=]+)(?:=(.*))?");

  /**
   * One setting.
   *
   * @param values its value; several if it is written as {@code key[]}
   * @param line where it stands, from 1; the last place if it is said twice
   */
  record Line(List<String> values, int line) {
    Line {
      values = List.copyOf(values);
    }
  }

  private Npmrc() {}

  /** Reads it; a later line wins over an earlier one, as npm has it. */
  static Map<String, Line> parse(String text) {
    Map<String, Line> settings = new LinkedHashMap<>();
    String[] lines = text.split("\r\n|\n|\r", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = i == 0 && lines[i].startsWith("\uFEFF") ? lines[i].substring(1) : lines[i];
      String bare = line.strip();
      if (bare.isEmpty() || bare.startsWith(";") || bare.startsWith("#")) {
        continue;
      }
      if (SECTION.matcher(line).matches()) {
        break; // no key after this one is a setting
      }
      Matcher matcher = SETTING.matcher(line);
      if (matcher.matches()) {
        add(settings, matcher.group(1), matcher.group(2), i + 1);
      }
    }
    return settings;
  }

  private static void add(Map<String, Line> settings, String left, String right, int line) {
    String key = plain(left);
    String value = right == null ? "true" : plain(right);
    if (!key.endsWith("[]") || key.length() == 2) {
      settings.put(key, new Line(List.of(value), line));
      return;
    }
    String name = key.substring(0, key.length() - 2);
    List<String> values = new ArrayList<>();
    Line before = settings.get(name);
    if (before != null) {
      values.addAll(before.values());
    }
    values.add(value);
    settings.put(name, new Line(values, line));
  }

  /** Without quotes, escapes and comments. */
  private static String plain(String written) {
    String value = written.strip();
    if (isQuoted(value, '"') || isQuoted(value, '\'')) {
      String inner = value.charAt(0) == '\'' ? value.substring(1, value.length() - 1) : value;
      try {
        return JSON.readTree(inner).asText(inner);
      } catch (JsonProcessingException e) {
        return inner;
      }
    }
    return unescaped(value);
  }

  private static boolean isQuoted(String value, char quote) {
    return value.length() > 1
        && value.charAt(0) == quote
        && value.charAt(value.length() - 1) == quote;
  }

  private static String unescaped(String value) {
    StringBuilder plain = new StringBuilder();
    boolean escaped = false;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean opensComment = c == ';' || c == '#';
      if (escaped) {
        if (!opensComment && c != '\\') {
          plain.append('\\');
        }
        plain.append(c);
        escaped = false;
      } else if (opensComment) {
        return plain.toString().strip();
      } else if (c == '\\') {
        escaped = true;
      } else {
        plain.append(c);
      }
    }
    return (escaped ? plain.append('\\') : plain).toString().strip();
  }
}
