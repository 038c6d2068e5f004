package dev.packageforge.npm.testing;

import dev.packageforge.PackageId;
import dev.packageforge.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An npm registry on loopback, in memory, for tests of whatever talks to one. It checks what real
 * ones let pass (every digest, the length, names, versions, tags, and that the metadata are those
 * of the tarball), keeps a book of all it ever stored and of every request, and loses answers when
 * it is told to.
 *
 * <p>Users need not be made: a token names one. Safe for use by many threads.
 */
public final class StrictRegistry implements AutoCloseable {
  private static final int SHORT_BODY = 64 * 1024;

  /** What a user has to show besides a token before anything of theirs is changed. */
  public enum Factor {
    /** Nothing. */
    NONE,
    /** A one-time code. */
    CODE,
    /** A visit to a page; a code is as good. */
    WEB
  }

  private final Object lock = new Object();
  private final Listener listener;
  private final Shelf shelf = new Shelf();
  private final Factors factors;
  private final Desk desk;
  private final Tokens tokens;
  private final Advisories advisories = new Advisories();
  private final List<Recorded> requests = new ArrayList<>();
  private final Deque<Trouble> next = new ArrayDeque<>();
  private Function<Recorded, Optional<Trouble>> plan = request -> Optional.empty();
  private long largest = Long.MAX_VALUE;

  private StrictRegistry(Clock clock) {
    try {
      listener = new Listener(this::serve);
    } catch (IOException e) {
      throw new UncheckedIOException("loopback has no free port", e);
    }
    factors = new Factors(listener.address());
    tokens = new Tokens(clock);
    desk = new Desk(listener.address(), clock, shelf, factors, tokens, advisories);
    listener.start();
  }

  /** An empty one that is ready, with the system's time. */
  public static StrictRegistry start() {
    return start(Clock.systemUTC());
  }

  /** An empty one that is ready. */
  public static StrictRegistry start(Clock clock) {
    return new StrictRegistry(clock);
  }

  /** Where it listens, with a slash at the end. */
  public URI address() {
    return listener.address();
  }

  /** Makes a token. */
  public Secret issue(Grant grant) {
    synchronized (lock) {
      return Secret.of(tokens.issue(grant));
    }
  }

  /** Makes a token worthless. */
  public void revoke(Secret token) {
    synchronized (lock) {
      tokens.revoke(token.reveal());
    }
  }

  /**
   * Lets a builder's identity publish a package that is there (trusted publishing).
   *
   * @return what the builder shows to get a token that lives for an hour
   */
  public Secret trust(String packageName, Grant grant) {
    synchronized (lock) {
      return Secret.of(tokens.trust(packageName, grant));
    }
  }

  /** From now on this is told of a version to whoever asks for advisories. */
  public StrictRegistry advise(PackageId id, String severity, String title) {
    synchronized (lock) {
      advisories.add(id, severity, title);
      return this;
    }
  }

  /** From now on a user has to show this. Default: nothing. */
  public StrictRegistry requires(String user, Factor factor) {
    synchronized (lock) {
      factors.need(user, factor);
      return this;
    }
  }

  /** A one-time code that is good for one request of this user. */
  public Secret code(String user) {
    synchronized (lock) {
      return Secret.of(factors.code(user));
    }
  }

  /** A person visits this page of the registry, and agrees. */
  public void agree(URI page) {
    synchronized (lock) {
      factors.agree(page);
    }
  }

  /** How long clients are told to wait before they ask again for a visit. Default: one second. */
  public StrictRegistry retryAfter(Duration pause) {
    synchronized (lock) {
      factors.retryAfter(pause);
      return this;
    }
  }

  /**
   * From now on what was stored is seen later, by the clock. Default: at once.
   *
   * @param metadata until look-ups show it
   * @param tarball until its bytes are served
   */
  public StrictRegistry lag(Duration metadata, Duration tarball) {
    synchronized (lock) {
      shelf.lag(metadata, tarball);
      return this;
    }
  }

  /** Bodies that are larger are refused. Default: none is. */
  public StrictRegistry largestBody(long bytes) {
    synchronized (lock) {
      largest = bytes;
      return this;
    }
  }

  /** The next upload comes to this; those after it to what is told later. */
  public StrictRegistry next(Trouble trouble) {
    synchronized (lock) {
      next.add(trouble);
      return this;
    }
  }

  /**
   * Every request that no {@link #next} was told for comes to this.
   *
   * @param plan sees the request without its body; called in order, one at a time
   */
  public StrictRegistry trouble(Function<Recorded, Optional<Trouble>> plan) {
    synchronized (lock) {
      this.plan = plan;
      return this;
    }
  }

  /** Every request, in order of arrival. */
  public List<Recorded> requests() {
    synchronized (lock) {
      return List.copyOf(requests);
    }
  }

  /** The requests that carried a package. */
  public List<Recorded> uploads() {
    return requests().stream().filter(Recorded::upload).toList();
  }

  /** Everything that was ever stored as published, in order; nothing is taken out again. */
  public List<StoredPackage> book() {
    synchronized (lock) {
      return shelf.book();
    }
  }

  /** What is stored as this, seen or not yet. */
  public Optional<StoredPackage> stored(PackageId id) {
    synchronized (lock) {
      return shelf.find(id).map(Shelf.Version::line);
    }
  }

  /** The bytes that are stored as this. */
  public Optional<byte[]> bytes(PackageId id) {
    synchronized (lock) {
      return shelf.find(id).map(version -> version.tarball().array().clone());
    }
  }

  /** Ends every connection. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException("a port cannot be closed", e);
    }
  }

  private void serve(Incoming incoming) throws IOException {
    Recorded head = recorded(incoming, 0, "");
    Trouble trouble;
    synchronized (lock) {
      trouble = head.upload() && !next.isEmpty() ? next.poll() : plan.apply(head).orElse(null);
      if (trouble != null && trouble.kind() == Trouble.Kind.CUT_REQUEST) {
        requests.add(head);
      }
    }
    if (trouble != null && trouble.kind() == Trouble.Kind.CUT_REQUEST) {
      incoming.taste(1024);
      incoming.reset();
      return;
    }
    byte[] body = incoming.body();
    String text = body.length > SHORT_BODY ? "" : new String(body, StandardCharsets.UTF_8);
    answer(incoming, recorded(incoming, body.length, text), body, trouble);
  }

  private void answer(Incoming incoming, Recorded request, byte[] body, @Nullable Trouble trouble)
      throws IOException {
    Trouble.Kind kind = trouble == null ? null : trouble.kind();
    boolean done = kind != Trouble.Kind.LOST_REQUEST && kind != Trouble.Kind.REFUSED;
    Answer answer;
    synchronized (lock) {
      requests.add(request);
      if (!done) {
        answer = Answer.empty(204);
      } else if (body.length > largest) {
        answer = ErrorRow.TOO_LARGE.answer();
      } else {
        answer = desk.serve(incoming.method(), incoming.target(), incoming.headers(), body);
      }
    }
    if (trouble == null) {
      incoming.answer(answer);
    } else if (kind == Trouble.Kind.REFUSED || kind == Trouble.Kind.OTHER_ANSWER) {
      incoming.answer(trouble.answer());
    } else if (kind == Trouble.Kind.CUT_ANSWER) {
      incoming.answerCut(answer);
    } else {
      incoming.drop();
    }
  }

  /** An upload is known by its path, and unless it has only just begun also by its body. */
  private static Recorded recorded(Incoming incoming, long length, String body) {
    String path = incoming.target();
    boolean publish =
        incoming.method().equals("PUT") && !path.startsWith("/-/") && !path.contains("/-rev/");
    boolean stage = incoming.method().equals("POST") && path.startsWith("/-/stage/package/");
    boolean change = body.contains("\"_rev\":") && !body.contains("\"_attachments\":{\"");
    return new Recorded(
        incoming.method(), path, incoming.headers(), length, body, (publish && !change) || stage);
  }
}
