package dev.packageforge.redis;

import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.QueueException.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Says what went wrong, in one sentence and a remedy. The one place where errors of the server and
 * of the client library become {@link QueueException}s. No sentence holds a credential: places are
 * named without user and password, and what a server answered to a password is not repeated.
 */
final class Faults {
  /** The first word of an error that our own scripts answer when they find another epoch. */
  static final String DATA_LOST = "DATALOST";

  // Redis 6.2 wraps the error of a command that a script ran: "...: @user_script: 5: -OOM command".
  private static final Pattern CODE =
      Pattern.compile(
          "(?:^|[\\s:]-)(READONLY|LOADING|TRYAGAIN|CLUSTERDOWN|MASTERDOWN|BUSY|OOM|MISCONF|NOAUTH"
              + "|WRONGPASS|NOPERM|DENIED|NOREPLICAS|NOGROUP|UNBLOCKED|WRONGTYPE|CROSSSLOT|"
              + DATA_LOST
              + ")(?:\\s|$)");
  private static final List<String> QUOTA =
      List.of(
          "max requests limit exceeded",
          "max daily request limit",
          "max request size exceeded",
          "max daily bandwidth",
          "quota exceeded");
  private static final List<String> OFFERS_NOT =
      List.of("unknown command", "unsupported", "not allowed", "not supported", "disabled");
  private static final String TOO_MANY = "max number of clients";
  private static final Place NOWHERE = new Place("localhost", Place.USUAL_PORT);
  private static final int LONGEST_QUOTE = 200;

  private Faults() {}

  /** The server said no. */
  static QueueException said(Place place, JedisDataException error) {
    String words = String.valueOf(error.getMessage());
    String lower = words.toLowerCase(Locale.ROOT);
    if (QUOTA.stream().anyMatch(lower::contains)) {
      return of(
          Reason.FULL,
          place,
          "takes no more: the quota of the service is used up (" + quote(words) + ")",
          "wait until the quota is renewed, or choose a larger plan",
          error);
    }
    if (words.contains(TOO_MANY)) {
      return of(
          Reason.BUSY,
          place,
          "takes no more connections",
          "close other clients, or raise maxclients",
          error);
    }
    return switch (code(words)) {
      case "READONLY" ->
          of(
              Reason.READ_ONLY,
              place,
              "is a replica and only reads",
              "give the address of the primary; during a failover this passes by itself",
              error);
      case "LOADING" -> busy(place, "is starting and still reads its data", error);
      case "TRYAGAIN" ->
          busy(place, "is moving these keys to another server of the cluster", error);
      case "CLUSTERDOWN" -> busy(place, "belongs to a cluster that is down, or partly so", error);
      case "MASTERDOWN" -> busy(place, "is a replica that lost its primary", error);
      case "NOREPLICAS" -> busy(place, "has fewer replicas than it demands for a write", error);
      case "BUSY" -> busy(place, "is busy with a script that takes long", error);
      case "OOM" ->
          of(
              Reason.FULL,
              place,
              "takes no more: its memory is full (maxmemory)",
              "raise maxmemory, or delete what is no longer needed; nothing that was stored is"
                  + " lost",
              error);
      case "MISCONF" ->
          of(
              Reason.FULL,
              place,
              "takes no more: it cannot write to its disk",
              "look at the server's log and at the free space of its disk",
              error);
      case "NOAUTH", "WRONGPASS", "NOPERM" -> unauthorized(place, code(words), error);
      case "DENIED" ->
          of(
              Reason.UNAUTHORIZED,
              place,
              "is in protected mode and serves only its own machine",
              "give it a password (requirepass) and put that into the address",
              error);
      case DATA_LOST, "NOGROUP", "UNBLOCKED" ->
          of(
              Reason.DATA_LOST,
              place,
              "has lost what was stored in it",
              "switch persistence on (appendonly yes), and forbid eviction and FLUSHALL",
              error);
      case "WRONGTYPE" ->
          of(
              Reason.UNREADABLE,
              place,
              "holds something else under a key of ours",
              "give this program a database, or a queue name, of its own",
              error);
      case "CROSSSLOT" ->
          of(
              Reason.UNSUITABLE,
              place,
              "refuses a script over several keys (" + quote(words) + ")",
              "use a server that honours {...} in keys, as every Redis does",
              error);
      default -> other(place, words, error);
    };
  }

  private static QueueException other(Place place, String words, JedisDataException error) {
    String lower = words.toLowerCase(Locale.ROOT);
    if (OFFERS_NOT.stream().anyMatch(lower::contains)) {
      return of(
          Reason.UNSUITABLE,
          place,
          "does not offer what is needed (" + quote(words) + ")",
          "use Redis 6.2 or newer, or a service that offers scripts and streams",
          error);
    }
    return of(
        Reason.UNREADABLE,
        place,
        "refused a script (" + quote(words) + ")",
        "if nothing else writes to this database, this is a defect of this program: please report"
            + " it",
        error);
  }

  /** The server said no to a name and password; its words may repeat them, so they are left out. */
  static QueueException refused(Place place, JedisDataException error) {
    String words = String.valueOf(error.getMessage());
    String code = code(words);
    if (words.contains(TOO_MANY)) {
      return said(place, new JedisDataException(TOO_MANY));
    }
    return switch (code) {
      case "NOAUTH", "WRONGPASS", "NOPERM" -> unauthorized(place, code, null);
      case "" ->
          of(
              Reason.UNSUITABLE,
              place,
              "did not accept the greeting that Redis 6.2 and newer understand",
              "check that this is the address of a Redis server, version 6.2 or newer",
              null);
      default -> said(place, new JedisDataException(code));
    };
  }

  /** No connection could be opened. */
  static QueueException unopened(Place place, boolean tls, Throwable error) {
    Throwable root = root(error);
    if (has(error, SSLException.class)) {
      return untrusted(place, error);
    }
    if (root instanceof UnknownHostException) {
      return gone(
          place,
          "cannot be found: no machine of that name is known",
          "check the name, and whether this machine is online",
          error);
    }
    if (root instanceof ConnectException || root instanceof NoRouteToHostException) {
      return gone(
          place,
          "cannot be reached (" + quote(words(root)) + ")",
          "check that the server runs and that the address is right",
          error);
    }
    if (root instanceof SocketTimeoutException) {
      return gone(
          place,
          tls ? "did not answer in time when TLS was begun" : "did not answer in time",
          tls
              ? "check the address, and whether this port speaks TLS; if not, it is redis://"
              : "check the address, and whether a firewall is in between",
          error);
    }
    return unanswered(place, error, false);
  }

  /** The first words on a new connection did not lead anywhere. */
  static QueueException ungreeted(Place place, boolean tls, RuntimeException error, boolean late) {
    String words = String.valueOf(error.getMessage());
    if (words.startsWith("Unknown reply: ")) {
      char first = words.charAt(words.length() - 1);
      if (!tls && (first == 0x15 || first == 0x16)) {
        return speaksTls(place, error);
      }
      return of(
          Reason.UNSUITABLE,
          place,
          "is no Redis server: it answers in another protocol",
          "check the host and the port",
          error);
    }
    if (!tls && has(error, SSLException.class)) {
      return untrusted(place, error);
    }
    if (late || root(error) instanceof SocketTimeoutException) {
      return gone(
          place,
          "accepted a connection and then said nothing",
          "check that this port is Redis; it may also be overloaded, or speak TLS (rediss://)",
          error);
    }
    return gone(
        place,
        "closed the connection before it said anything",
        tls
            ? "check that this port is Redis; it may also be stopping"
            : "check that this port is Redis; it may also be stopping, or speak TLS (rediss://)",
        error);
  }

  /** An answer did not come, or not whole: nobody knows whether the command ran. */
  static QueueException unanswered(Place place, Throwable error, boolean late) {
    if (late || root(error) instanceof SocketTimeoutException) {
      return gone(
          place,
          "did not answer in time",
          "the connection may be cut, or the server overloaded; this is tried again",
          error);
    }
    return gone(
        place,
        "broke the connection before it answered",
        "the server may have stopped or been started again; this is tried again",
        error);
  }

  /** The servers of a cluster send each other's callers in circles. */
  static QueueException wandering(Place place, JedisDataException error) {
    return busy(place, "and its cluster do not agree on who owns the keys", error);
  }

  /** Whether the server does not know a command at all. */
  static boolean unknown(JedisDataException error) {
    String words = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
    return words.contains("unknown command") || words.contains("unknown or unsupported");
  }

  /** The file of certificates cannot be used. */
  static QueueException authority(Path file, @Nullable Exception error) {
    return new QueueException(
        Reason.UNTRUSTED,
        "the file of trusted certificates " + file + " cannot be read, or holds none",
        "name a file of certificates in PEM form",
        error);
  }

  /** There is no such database. */
  static QueueException noDatabase(Place place, int database, JedisDataException error) {
    return of(
        Reason.UNSUITABLE,
        place,
        "has no database " + database,
        "use database 0, the only one of clusters and of many services",
        error);
  }

  /** TLS is what would have been understood. */
  static QueueException speaksTls(Place place, Throwable error) {
    return of(
        Reason.UNSUITABLE,
        place,
        "speaks TLS, and the address says plain redis://",
        "write rediss:// in the address",
        error);
  }

  /** TLS is what was not understood. */
  static QueueException speaksPlain(Place place, Throwable error) {
    return of(
        Reason.UNSUITABLE,
        place,
        "does not speak TLS, and the address says rediss://",
        "write redis:// in the address if the way to it is trusted, or switch TLS on there",
        error);
  }

  /** Whether an attempt to begin TLS failed because the other side does not speak it. */
  static boolean noTls(IOException error) {
    QueueException fault = untrusted(NOWHERE, error);
    return fault.reason() != Reason.UNTRUSTED;
  }

  /** A server too old to run the scripts. */
  static QueueException tooOld(Place place, String version) {
    return of(
        Reason.UNSUITABLE,
        place,
        "is version " + version + ", and 6.2 is the oldest that works",
        "use a newer server",
        null);
  }

  /** Not a server but a watcher of servers. */
  static QueueException sentinel(Place place) {
    return of(
        Reason.UNSUITABLE,
        place,
        "is a Sentinel, which stores nothing",
        "give the address of the primary that it watches",
        null);
  }

  /** A cluster led to a place where nothing may be sent in plain. */
  static QueueException plain(Place place, IllegalArgumentException why) {
    return of(
        Reason.UNSUITABLE,
        place,
        "is where the cluster leads, and plain redis:// goes only to this machine",
        "write rediss://, or allow plain connections explicitly",
        why);
  }

  /** All connections are in use. */
  static QueueException crowded(Place place) {
    return gone(
        place,
        "has not answered yet on any of the connections that are open",
        "the server may be overloaded; this is tried again",
        null);
  }

  /** It failed just now, and is not tried again before the caller's time is over. */
  static QueueException notDialled(Place place) {
    return gone(
        place,
        "could not be reached just now",
        "check that the server runs; this is tried again",
        null);
  }

  /** The owner of the connections closed them. */
  static QueueException closed() {
    return new QueueException("the connections to Redis were closed", "open the store again", null);
  }

  /** The thread was interrupted while it waited. */
  static QueueException interrupted(Place place, InterruptedException why) {
    return gone(place, "was not asked: the wait for it was interrupted", "try again", why);
  }

  /** Whether a read ended because its stream went away meanwhile. */
  static boolean unblocked(JedisDataException error) {
    return code(String.valueOf(error.getMessage())).equals("UNBLOCKED");
  }

  /** Whether the name of such a server may lead to another one by now. */
  static boolean worthRedialling(QueueException error) {
    return error.reason() == Reason.READ_ONLY;
  }

  private static QueueException busy(Place place, String what, Throwable error) {
    return of(Reason.BUSY, place, what, "this passes by itself; it is tried again", error);
  }

  private static QueueException unauthorized(Place place, String code, @Nullable Throwable error) {
    return switch (code) {
      case "NOAUTH" ->
          of(
              Reason.UNAUTHORIZED,
              place,
              "asks for a password, and none was given",
              "put it into the address, as in redis://user:password@host",
              error);
      case "WRONGPASS" ->
          of(
              Reason.UNAUTHORIZED,
              place,
              "does not accept this name and password",
              "check both in the address; a percent sign in them is written %25",
              error);
      default ->
          of(
              Reason.UNAUTHORIZED,
              place,
              "does not allow this user what is needed",
              "allow the user all commands on the keys pf:* (ACL: ~pf:* +@all)",
              error);
    };
  }

  private static QueueException untrusted(Place place, Throwable error) {
    String all = chain(error);
    if (all.contains("Unsupported or unrecognized SSL message")
        || all.contains("plaintext connection")) {
      return speaksPlain(place, error);
    }
    if (has(error, CertificateExpiredException.class)) {
      return of(
          Reason.UNTRUSTED,
          place,
          "shows a certificate that has expired",
          "renew it on the server; if it is valid, check the clock of this machine",
          error);
    }
    if (has(error, CertificateNotYetValidException.class)) {
      return of(
          Reason.UNTRUSTED,
          place,
          "shows a certificate that is not valid yet",
          "check the clock of this machine",
          error);
    }
    if (all.contains("No subject alternative") || all.contains("No name matching")) {
      return of(
          Reason.UNTRUSTED,
          place,
          "shows a certificate for another name",
          "use the name that is in the certificate, or check that this is the right server",
          error);
    }
    if (has(error, CertPathBuilderException.class)
        || has(error, CertPathValidatorException.class)
        || all.contains("certificate")) {
      return of(
          Reason.UNTRUSTED,
          place,
          "shows a certificate that is signed by nobody this machine trusts",
          "name the certificate authority's file (PEM) beside the address",
          error);
    }
    if (root(error) instanceof EOFException || all.contains("terminated the handshake")) {
      return gone(
          place,
          "closed the connection when TLS was begun",
          "check that this port speaks TLS; it may also be stopping",
          error);
    }
    return of(
        Reason.UNTRUSTED,
        place,
        "and this machine found no common TLS (" + quote(words(root(error))) + ")",
        "the server should offer TLS 1.2 or 1.3",
        error);
  }

  private static QueueException gone(
      Place place, String what, String remedy, @Nullable Throwable error) {
    return of(Reason.UNAVAILABLE, place, what, remedy, error);
  }

  private static QueueException of(
      Reason reason, Place place, String what, String remedy, @Nullable Throwable error) {
    return new QueueException(reason, "Redis at " + place + " " + what, remedy, error);
  }

  private static String code(String words) {
    Matcher code = CODE.matcher(words);
    return code.find() ? code.group(1) : "";
  }

  private static Throwable root(Throwable error) {
    Throwable at = error;
    for (Throwable next = at.getCause(); next != null && next != at; next = at.getCause()) {
      at = next;
    }
    return at;
  }

  private static boolean has(Throwable error, Class<? extends Throwable> type) {
    for (Throwable at = error; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return true;
      }
    }
    return false;
  }

  private static String chain(Throwable error) {
    StringBuilder all = new StringBuilder();
    for (Throwable at = error; at != null; at = at.getCause()) {
      all.append(at.getMessage()).append('\n');
    }
    return all.toString();
  }

  private static String words(Throwable error) {
    String message = error.getMessage();
    return message == null ? error.getClass().getSimpleName() : message;
  }

  private static String quote(String words) {
    String line = words.replaceAll("\\p{Cntrl}", " ").strip();
    return line.length() <= LONGEST_QUOTE ? line : line.substring(0, LONGEST_QUOTE) + "...";
  }
}
