package dev.packageforge.gemini;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads how long a service asks to wait, in each of the ways in which it says so. */
final class Waits {
  private static final Pattern SECONDS = Pattern.compile("([0-9]{1,9})(?:\\.([0-9]{1,9})[0-9]*)?s");
  private static final Pattern WORDS =
      Pattern.compile(
          "retry in (?:([0-9]{1,4})h)?(?:([0-9]{1,4})m(?!s))?([0-9]{1,9}(?:\\.[0-9]+)?)(ms|s)");
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

  private Waits() {}

  /** A {@code Retry-After} header: seconds, or a date, which is compared with the answer's own. */
  static Optional<Duration> header(@Nullable String retryAfter, @Nullable String date) {
    if (retryAfter == null) {
      return Optional.empty();
    }
    String value = retryAfter.strip();
    if (DIGITS.matcher(value).matches()) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
    }
    if (date == null) {
      return Optional.empty();
    }
    try {
      Duration wait = Duration.between(day(date), day(value));
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** A duration as protocol buffers write it in JSON: {@code 34.4s}. */
  static Optional<Duration> json(String text) {
    Matcher form = SECONDS.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    String fraction = form.group(2) == null ? "0" : form.group(2);
    long nanos = Long.parseLong((fraction + "000000000").substring(0, 9));
    return Optional.of(Duration.ofSeconds(Long.parseLong(form.group(1)), nanos));
  }

  /** A sentence: {@code Please retry in 1h2m34.4s.} */
  static Optional<Duration> sentence(String text) {
    Matcher form = WORDS.matcher(text);
    if (!form.find()) {
      return Optional.empty();
    }
    double millis = Double.parseDouble(form.group(3)) * (form.group(4).equals("s") ? 1000 : 1);
    return Optional.of(
        Duration.ofHours(number(form.group(1)))
            .plusMinutes(number(form.group(2)))
            .plusMillis((long) Math.ceil(millis)));
  }

  private static long number(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  private static ZonedDateTime day(String text) {
    return ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME);
  }
}
