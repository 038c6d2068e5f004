package dev.packageforge.gemini;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The error object of Google's services: {@code {"error": {"code", "message", "status",
 * "details"}}}, alone or in an array.
 *
 * @param code as in HTTP; 0 if it is missing
 * @param status a name such as {@code RESOURCE_EXHAUSTED}; may be empty
 * @param message for people; may be empty
 * @param reasons of each {@code ErrorInfo}
 * @param quotas the names of the quotas that are used up
 * @param retryAfter how long the details, or else the message, ask to wait
 */
record Complaint(
    int code,
    String status,
    String message,
    List<String> reasons,
    List<String> quotas,
    Optional<Duration> retryAfter) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  Complaint {
    reasons = List.copyOf(reasons);
    quotas = List.copyOf(quotas);
  }

  /** Reads it out of a text, if the text is one. */
  static Optional<Complaint> read(String text) {
    String body = text.startsWith("data:") ? text.substring("data:".length()) : text;
    if (body.isBlank()) {
      return Optional.empty();
    }
    try {
      return read(JSON.readTree(body));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Reads it out of JSON, if that holds one. */
  static Optional<Complaint> read(JsonNode json) {
    JsonNode error = (json.isArray() ? json.path(0) : json).path("error");
    if (!error.isObject()) {
      return Optional.empty();
    }
    List<String> reasons = new ArrayList<>();
    List<String> quotas = new ArrayList<>();
    Optional<Duration> wait = Optional.empty();
    for (JsonNode detail : error.path("details")) {
      if (detail.path("reason").isTextual()) {
        reasons.add(detail.path("reason").textValue());
      }
      for (JsonNode violation : detail.path("violations")) {
        quotas.add(violation.path("quotaId").asText());
      }
      if (wait.isEmpty() && detail.path("retryDelay").isTextual()) {
        wait = Waits.json(detail.path("retryDelay").textValue());
      }
    }
    String message = error.path("message").asText();
    return Optional.of(
        new Complaint(
            error.path("code").asInt(),
            error.path("status").asText(),
            message,
            reasons,
            quotas,
            wait.or(() -> Waits.sentence(message))));
  }

  /** The code if it is one of HTTP, else what the status is called there. */
  int httpStatus() {
    if (code >= 300 && code < 600) {
      return code;
    }
    return switch (status) {
      case "INVALID_ARGUMENT", "FAILED_PRECONDITION", "OUT_OF_RANGE" -> 400;
      case "UNAUTHENTICATED" -> 401;
      case "PERMISSION_DENIED" -> 403;
      case "NOT_FOUND" -> 404;
      case "ABORTED" -> 409;
      case "RESOURCE_EXHAUSTED" -> 429;
      case "CANCELLED" -> 499;
      case "UNAVAILABLE" -> 503;
      case "DEADLINE_EXCEEDED" -> 504;
      default -> 500;
    };
  }

  /** Whether the message, in small letters, holds one of these. */
  boolean says(String... words) {
    String small = message.toLowerCase(Locale.ROOT);
    return Stream.of(words).anyMatch(small::contains);
  }
}
