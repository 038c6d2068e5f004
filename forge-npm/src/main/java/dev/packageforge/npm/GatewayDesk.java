package dev.packageforge.npm;

import dev.packageforge.Sha512;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

/**
 * Finds what is wanted: on the disk, else at the registry, and then it is kept. What many want at
 * once is fetched once.
 */
final class GatewayDesk {
  /** A registry that does not answer is forgiven so long: what it said is still good. */
  private static final Duration STALE = Duration.ofDays(1);

  private final Upstream upstream;
  private final GatewayCache cache;
  private final Duration fresh;
  private final Clock clock;
  private final Executor threads;
  private final Map<String, CompletableFuture<?>> underWay = new ConcurrentHashMap<>();

  GatewayDesk(
      Upstream upstream, GatewayCache cache, Duration fresh, Clock clock, Executor threads) {
    this.upstream = upstream;
    this.cache = cache;
    this.fresh = fresh;
    this.clock = clock;
    this.threads = threads;
  }

  /**
   * Something that was found.
   *
   * @param value it
   * @param fetched whether the registry had to be asked
   */
  record Found<T>(T value, boolean fetched) {}

  /**
   * The document of a package.
   *
   * @param latest it must be able to tell what is from before this moment
   */
  Found<ShelvedDocument> document(String name, Optional<Instant> latest)
      throws GatewayRefusal, InterruptedException {
    String key = "document " + upstream.registry(name) + " " + name;
    Optional<ShelvedDocument> kept = keptDocument(key);
    if (kept.isPresent() && isFresh(kept.get()) && kept.get().tells(latest)) {
      return new Found<>(kept.get(), false);
    }
    boolean known = kept.isPresent() && kept.get().tells(latest);
    String flight = key + latest.map(at -> " " + at).orElse("");
    return new Found<>(
        once(flight, () -> fetchedDocument(key, name, latest, kept.filter(each -> known))), true);
  }

  private boolean isFresh(ShelvedDocument document) {
    Duration age = Duration.between(document.fetched(), clock.instant());
    return !age.isNegative() && age.compareTo(fresh) < 0;
  }

  private Optional<ShelvedDocument> keptDocument(String key) {
    Optional<Path> file = cache.find(key);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ShelvedDocument.read(Files.newInputStream(file.get())));
    } catch (IOException e) {
      cache.forget(key);
      return Optional.empty();
    }
  }

  /** The short document will do if nothing has changed since; else the long one has the times. */
  private ShelvedDocument fetchedDocument(
      String key, String name, Optional<Instant> latest, Optional<ShelvedDocument> kept)
      throws GatewayRefusal, InterruptedException {
    try {
      boolean timed = kept.filter(ShelvedDocument::timed).isPresent();
      Optional<ShelvedDocument> found = upstream.document(name, timed, kept);
      if (found.isPresent() && !found.get().tells(latest)) {
        found = upstream.document(name, true, Optional.empty());
      }
      if (found.isEmpty()) {
        cache.forget(key);
        throw new GatewayRefusal(404, "there is no package called " + name);
      }
      ShelvedDocument document = found.get();
      keep(key, document);
      return document;
    } catch (GatewayRefusal e) {
      boolean usable =
          kept.filter(each -> each.fetched().plus(STALE).isAfter(clock.instant())).isPresent();
      if (e.status() >= 500 && usable) {
        return kept.get();
      }
      throw e;
    }
  }

  private void keep(String key, ShelvedDocument document)
      throws GatewayRefusal, InterruptedException {
    try {
      cache.keep(
          key,
          draft -> {
            try (OutputStream out = Files.newOutputStream(draft)) {
              document.write(out);
            }
          });
    } catch (IOException e) {
      // A disk that is full makes the next one wait for the registry again.
    }
  }

  /**
   * The bytes of a version.
   *
   * @param latest it must be from before this moment
   */
  Found<KeptTarball> tarball(String name, String version, Optional<Instant> latest)
      throws GatewayRefusal, InterruptedException {
    String key = "tarball " + upstream.registry(name) + " " + name + " " + version;
    Optional<KeptTarball> kept = keptTarball(key);
    if (kept.isPresent() && kept.get().isOld(latest)) {
      return new Found<>(kept.get(), false);
    }
    ShelvedDocument document = document(name, latest).value();
    ShelvedDocument.Version wanted = version(document, version, latest);
    if (kept.isPresent()) {
      return new Found<>(kept.get(), false);
    }
    return new Found<>(once(key, () -> fetchedTarball(key, document, wanted)), true);
  }

  /** A version that may be had. */
  ShelvedDocument.Version version(
      ShelvedDocument document, String version, Optional<Instant> latest) throws GatewayRefusal {
    Optional<ShelvedDocument.Version> found = document.version(version);
    String id = document.name() + " " + version;
    if (found.isEmpty()) {
      throw new GatewayRefusal(404, "there is no " + id);
    }
    if (!document.isOld(found.get(), latest)) {
      throw new GatewayRefusal(404, id + " was published too lately to be installed");
    }
    return found.get();
  }

  private Optional<KeptTarball> keptTarball(String key) {
    Optional<Path> file = cache.find(key);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(KeptTarball.of(file.get()));
    } catch (IOException e) {
      cache.forget(key);
      return Optional.empty();
    }
  }

  /** Not one byte is kept, or sent on, before all of them have proven to be what was promised. */
  private KeptTarball fetchedTarball(
      String key, ShelvedDocument document, ShelvedDocument.Version version)
      throws GatewayRefusal, InterruptedException {
    String id = document.name() + " " + version.text();
    try {
      Path file =
          cache.keep(
              key,
              draft ->
                  KeptTarball.write(
                      draft, document.since(version), out -> fetch(document, version, out)));
      return KeptTarball.of(file);
    } catch (IOException e) {
      throw new GatewayRefusal(507, "the gateway cannot write " + id + " to its disk");
    }
  }

  private void fetch(ShelvedDocument document, ShelvedDocument.Version version, OutputStream out)
      throws GatewayRefusal, InterruptedException {
    MessageDigest digest = digest(version.integrity());
    DigestOutputStream checked = new DigestOutputStream(out, digest);
    upstream.tarball(document.name(), version.text(), version.tarball(), checked);
    if (!isPromised(version.integrity(), digest.digest())) {
      throw new GatewayRefusal(
          502,
          "the registry's bytes of "
              + document.name()
              + " "
              + version.text()
              + " are not those it promises");
    }
  }

  private static MessageDigest digest(String integrity) {
    String algorithm = integrity.startsWith("sha512-") ? "SHA-512" : "SHA-1";
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }

  private static boolean isPromised(String integrity, byte[] digest) {
    String hex = HexFormat.of().formatHex(digest);
    return integrity.startsWith("sha512-")
        ? new Sha512(hex).integrity().equals(integrity)
        : hex.equals(integrity);
  }

  // ---- single flight ---------------------------------------------------------------------------

  /** What finds something. */
  @FunctionalInterface
  private interface Finding<T> {
    T find() throws GatewayRefusal, InterruptedException;
  }

  /** On a thread of the gateway's: who asked first may go away without the others' harm. */
  private <T> T once(String key, Finding<T> finding) throws GatewayRefusal, InterruptedException {
    CompletableFuture<T> mine = new CompletableFuture<>();
    @SuppressWarnings("unchecked") // a key stands for one kind of thing
    CompletableFuture<T> first = (CompletableFuture<T>) underWay.putIfAbsent(key, mine);
    if (first == null) {
      threads.execute(
          () -> {
            try {
              mine.complete(finding.find());
            } catch (GatewayRefusal | InterruptedException | RuntimeException | Error e) {
              mine.completeExceptionally(e);
            } finally {
              underWay.remove(key, mine);
            }
          });
    }
    try {
      return (first == null ? mine : first).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GatewayRefusal refusal) {
        throw new GatewayRefusal(refusal.status(), refusal.sentence());
      }
      if (e.getCause() instanceof InterruptedException) {
        throw new GatewayRefusal(503, "the gateway is being closed");
      }
      throw new GatewayRefusal(502, "the registry says what makes no sense");
    }
  }
}
