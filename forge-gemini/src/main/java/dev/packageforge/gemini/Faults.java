package dev.packageforge.gemini;

import dev.packageforge.Secret;
import dev.packageforge.gemini.Exchange.Phase;
import dev.packageforge.gemini.ModelTable.Family;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.llm.LanguageModelException.Reason;
import dev.packageforge.llm.ModelRequest;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Says what went wrong in one call, in sentences for people. None of them holds the key, a word of
 * the prompt or a header.
 */
final class Faults {
  private static final String RETRY =
      "try again; if it happens often, look at the service's status";
  private static final String LATER = "try again in a few minutes";
  private static final String OTHER_MODEL = "set another model, such as ";
  private static final String ASK_ELSE = "word the request differently";
  private static final String IN_BETWEEN =
      "check the base address, and what proxies there are on the way";

  /** Waits longer than this are no matter of calls a minute. */
  private static final Duration LONG = Duration.ofMinutes(15);

  /** What these say is an address and a few words of the JDK's; others may repeat what was sent. */
  private static final Set<Class<?>> HARMLESS =
      Set.of(
          ConnectException.class,
          EOFException.class,
          NoRouteToHostException.class,
          SocketException.class,
          SocketTimeoutException.class,
          UnknownHostException.class);

  private final String model;
  private final Family family;
  private final String host;
  private final Secret key;
  private final Quoting quoting;

  Faults(String model, Family family, String host, Secret key, ModelRequest request) {
    this.model = model;
    this.family = family;
    this.host = host;
    this.key = key;
    this.quoting = new Quoting(key, request);
  }

  /** A status that is not 2xx. */
  LanguageModelException refused(int status, Optional<Duration> wait, String body) {
    if (status < 400) {
      return fault(
          Reason.NETWORK,
          host
              + " wanted to send the request elsewhere (HTTP "
              + status
              + "), which was not done:"
              + " it carries the key",
          IN_BETWEEN);
    }
    Optional<Complaint> complaint = Complaint.read(body);
    if (complaint.isPresent()) {
      return complained(status, complaint.get(), wait);
    }
    String what =
        host + " answered with HTTP " + status + " and nothing that the service would say";
    return switch (status) {
      case 401, 403 -> fault(Reason.AUTH, what, "check the key, and " + IN_BETWEEN);
      case 407 ->
          fault(Reason.AUTH, "the proxy on the way to " + host + " wants credentials", IN_BETWEEN);
      case 404, 405, 410 -> fault(Reason.MODEL_UNAVAILABLE, what, IN_BETWEEN);
      case 408 -> fault(Reason.TIMEOUT, what, RETRY);
      case 413, 414, 431 -> tooLarge("");
      case 429 -> fault(Reason.RATE_LIMITED, limited(""), LATER, wait.orElse(null), null);
      case 503, 529 -> fault(Reason.OVERLOADED, what, LATER, wait.orElse(null), null);
      default -> {
        if (status >= 500) {
          yield fault(Reason.SERVER, what, RETRY, wait.orElse(null), null);
        }
        yield fault(Reason.INVALID_REQUEST, what, IN_BETWEEN);
      }
    };
  }

  /** An error object within an answer that had begun well. */
  LanguageModelException complained(Complaint complaint) {
    return complained(complaint.httpStatus(), complaint, Optional.empty());
  }

  private LanguageModelException complained(
      int status, Complaint said, Optional<Duration> headerWait) {
    String quote = quoting.of(said.message());
    Duration wait = said.retryAfter().or(() -> headerWait).orElse(null);
    if (badKey(said)) {
      return fault(
          Reason.AUTH,
          "the service does not accept the API key" + quote,
          "check the key for missing characters, or make a new one in Google AI Studio");
    }
    if (tooLong(status, said)) {
      return tooLarge(quote);
    }
    return switch (status) {
      case 400 ->
          said.status().equals("FAILED_PRECONDITION")
              ? fault(
                  Reason.MODEL_UNAVAILABLE,
                  "the service does not serve this key from here" + quote,
                  "turn on billing for the key's project, or call from a supported region")
              : fault(
                  Reason.INVALID_REQUEST,
                  "the service does not accept the request to " + model + quote,
                  "if the model is one that this version does not know, "
                      + OTHER_MODEL
                      + GeminiLanguageModel.DEFAULT_MODEL);
      case 401, 403 -> forbidden(said, quote);
      case 404, 410 -> gone(quote);
      case 408 -> fault(Reason.TIMEOUT, "the service gave up waiting" + quote, RETRY);
      case 429 -> limited(said, quote, wait);
      case 503, 529 ->
          fault(
              Reason.OVERLOADED, model + " has too much to do just now" + quote, LATER, wait, null);
      default ->
          status >= 500 || status == 409 || status == 499
              ? fault(
                  Reason.SERVER,
                  "the service has trouble of its own (HTTP " + status + ")" + quote,
                  RETRY,
                  wait,
                  null)
              : fault(
                  Reason.INVALID_REQUEST,
                  "the service does not accept the request (HTTP " + status + ")" + quote,
                  IN_BETWEEN);
    };
  }

  private static boolean badKey(Complaint said) {
    return said.reasons().contains("API_KEY_INVALID")
        || said.says("api key not valid", "api key expired", "api_key_invalid");
  }

  private static boolean tooLong(int status, Complaint said) {
    return status == 413
        || (status == 400
            && said.says(
                "exceeds the maximum number of tokens",
                "input token count",
                "payload size exceeds",
                "request is too large",
                "too many tokens"));
  }

  private LanguageModelException forbidden(Complaint said, String quote) {
    if (said.says("leaked")) {
      return fault(
          Reason.AUTH,
          "the service has blocked the API key because it was found in public" + quote,
          "make a new key, and keep it out of files that others can read");
    }
    if (said.reasons().contains("SERVICE_DISABLED")) {
      return fault(
          Reason.AUTH,
          "the Gemini API is not turned on for the key's project" + quote,
          "turn on the Generative Language API for the project, then wait a few minutes");
    }
    return fault(
        Reason.AUTH,
        "the API key may not be used for " + model + quote,
        "check the restrictions of the key, or make a new one in Google AI Studio");
  }

  private LanguageModelException gone(String quote) {
    LocalDate retires = family.retires();
    String announced = retires == null ? "" : "; it was announced to end on " + retires;
    String other = GeminiLanguageModel.DEFAULT_MODEL;
    return fault(
        Reason.MODEL_UNAVAILABLE,
        "there is no model " + model + " for this key, or not any more" + announced + quote,
        model.equals(other)
            ? "set a model by its full name; the service's documentation lists them"
            : OTHER_MODEL + other);
  }

  private LanguageModelException limited(Complaint said, String quote, @Nullable Duration wait) {
    if (said.says("limit: 0")) {
      return fault(
          Reason.MODEL_UNAVAILABLE,
          "the key's plan holds no calls of " + model + " at all" + quote,
          "turn on billing for the key's project, or " + OTHER_MODEL + "gemini-flash-lite-latest");
    }
    boolean daily = said.quotas().stream().anyMatch(quota -> quota.contains("PerDay"));
    boolean long_ = wait != null && wait.compareTo(LONG) > 0;
    if (daily || long_ || said.says("credits are depleted", "spending cap", "spend cap")) {
      return fault(
          Reason.QUOTA_EXHAUSTED,
          "the key's quota for " + model + " is used up" + quote,
          "wait until the quota is renewed, raise it, or set another model",
          wait,
          null);
    }
    return fault(Reason.RATE_LIMITED, limited(quote), LATER, wait, null);
  }

  private String limited(String quote) {
    return "there were too many calls of " + model + " in too short a time" + quote;
  }

  private LanguageModelException tooLarge(String quote) {
    String limit =
        family.inputTokens() == 0 ? "" : ", which reads " + family.inputTokens() + " tokens";
    return fault(
        Reason.TOO_LARGE,
        "the request is too long for " + model + limit + quote,
        "ask for less at once");
  }

  /** A connection that failed. */
  LanguageModelException broken(IOException cause, Phase phase, boolean heardText) {
    if (heardText) {
      return fault(
          Reason.TRUNCATED,
          "the connection to " + host + " broke while " + model + " was answering",
          RETRY,
          null,
          cause);
    }
    if (String.valueOf(cause.getMessage()).equals("Failed to authenticate with proxy")) {
      return fault(
          Reason.AUTH,
          "the proxy on the way to " + host + " wants other credentials",
          "set an Authenticator for Java that knows them");
    }
    if (cause instanceof SocketTimeoutException) {
      return fault(Reason.TIMEOUT, host + " did not answer in time", RETRY, null, cause);
    }
    if (cause instanceof UnknownHostException) {
      return fault(
          Reason.NETWORK,
          "there is no address for " + host,
          "check the network and the base address",
          null,
          cause);
    }
    if (cause instanceof SSLException) {
      return fault(
          Reason.NETWORK,
          "no secure connection to " + host + " could be made",
          "if a proxy signs connections here, add its certificate to the trust store of Java",
          null,
          cause);
    }
    return fault(
        Reason.NETWORK,
        phase == Phase.CONNECTING
            ? host + " could not be reached"
            : "the connection to " + host + " broke before " + model + " had answered",
        "check the network and the proxy settings of Java, then try again",
        null,
        cause);
  }

  /** A wait that was too long. */
  LanguageModelException timeout(String what, Duration limit) {
    return fault(
        Reason.TIMEOUT,
        what
            + " within "
            + (limit.toSeconds() > 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms"),
        "try again, or allow more time");
  }

  /** A request that the client library would not send. */
  LanguageModelException unsent(String type) {
    return fault(
        Reason.INVALID_REQUEST,
        "the request to " + model + " could not be sent (" + type + ")",
        "check the model's name and the base address");
  }

  /** A schema that is none. */
  LanguageModelException badSchema() {
    return fault(
        Reason.INVALID_REQUEST,
        "the form of the answer is not given by a JSON object",
        "give a JSON Schema, or none");
  }

  /** The limit of the output was reached. */
  LanguageModelException cutOff(int limit, boolean heardText) {
    return heardText
        ? fault(
            Reason.TRUNCATED,
            model + " reached the limit of " + limit + " tokens before it had said everything",
            "ask for what is missing, or raise the limit")
        : fault(
            Reason.EMPTY,
            model + " spent the whole limit of " + limit + " tokens on thinking",
            "ask with less effort, or raise the limit");
  }

  /** The model will not answer. */
  LanguageModelException blocked(String reason, String explanation) {
    return fault(
        Reason.BLOCKED,
        model + " will not answer this (" + quoting.word(reason) + ")" + quoting.of(explanation),
        reason.equals("RECITATION")
            ? "word the request so that less of the answer is known text"
            : ASK_ELSE);
  }

  /** A finish reason that is no success and nobody's refusal. */
  LanguageModelException oddEnd(String reason, String explanation) {
    return fault(
        Reason.MALFORMED,
        model + " ended its answer oddly (" + quoting.word(reason) + ")" + quoting.of(explanation),
        RETRY);
  }

  /** An answer without words. */
  LanguageModelException empty() {
    return fault(Reason.EMPTY, model + " answered and said nothing", RETRY);
  }

  /** A stream that ended without saying why. */
  LanguageModelException unfinished() {
    return fault(Reason.TRUNCATED, "the answer of " + model + " stopped in the middle", RETRY);
  }

  /** A name that the service gave, if it may be shown; empty if not. */
  String shown(String name) {
    String word = quoting.word(name);
    return word.equals("?") ? "" : word;
  }

  /** What cannot be read. */
  LanguageModelException malformed(String what) {
    return fault(
        Reason.MALFORMED, host + " answered with " + what + ", not with an answer", IN_BETWEEN);
  }

  private LanguageModelException fault(Reason reason, String message, String remedy) {
    return fault(reason, message, remedy, null, null);
  }

  private LanguageModelException fault(
      Reason reason,
      String message,
      String remedy,
      @Nullable Duration wait,
      @Nullable IOException cause) {
    return new LanguageModelException(
        reason, message, remedy, wait, cause != null && harmless(cause) ? cause : null);
  }

  private boolean harmless(IOException cause) {
    boolean known = true;
    for (Throwable t = cause; t != null; t = t.getCause()) {
      known &= HARMLESS.contains(t.getClass()) || t instanceof SSLException;
    }
    StringWriter trace = new StringWriter();
    cause.printStackTrace(new PrintWriter(trace));
    return known && !trace.toString().contains(key.reveal());
  }
}
