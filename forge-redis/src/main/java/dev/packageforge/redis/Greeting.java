package dev.packageforge.redis;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server says of itself when it is greeted.
 *
 * @param version such as {@code 7.0.15}; empty if it did not say
 * @param mode {@code standalone}, {@code cluster} or {@code sentinel}; empty if it did not say
 * @param role {@code master} or {@code replica}; empty if it did not say
 * @param connection its number for this connection; 0 if it did not say
 */
record Greeting(String version, String mode, String role, long connection) {
  /** Nothing was said. */
  static final Greeting NONE = new Greeting("", "", "", 0);

  private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?:\\..*)?");
  private static final int OLDEST_MAJOR = 6;
  private static final int OLDEST_MINOR = 2;

  /** From the flat list of names and values that HELLO answers. */
  static Greeting of(Object answer) {
    Map<String, Object> said = new TreeMap<>();
    if (answer instanceof List<?> list) {
      for (int i = 0; i + 1 < list.size(); i += 2) {
        Object value = list.get(i + 1);
        said.put(Answers.text(list.get(i)), value == null ? "" : value);
      }
    }
    return new Greeting(
        Answers.text(said.getOrDefault("version", "")),
        Answers.text(said.getOrDefault("mode", "")),
        Answers.text(said.getOrDefault("role", "")),
        said.get("id") instanceof Long id ? id : 0);
  }

  boolean cluster() {
    return mode.equals("cluster");
  }

  boolean sentinel() {
    return mode.equals("sentinel");
  }

  /** Whether it says a version that is older than what the scripts need, which is 6.2. */
  boolean tooOld() {
    Matcher numbers = NUMBERS.matcher(version);
    if (!numbers.matches()) {
      return false;
    }
    int major = Integer.parseInt(numbers.group(1));
    int minor = Integer.parseInt(numbers.group(2));
    return major < OLDEST_MAJOR || (major == OLDEST_MAJOR && minor < OLDEST_MINOR);
  }
}
