package dev.packageforge.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import dev.packageforge.Text;
import dev.packageforge.docker.Wire.Ask;
import dev.packageforge.docker.Wire.Reply;
import dev.packageforge.sandbox.SandboxException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The images of an engine. */
final class ImageStore {
  private static final int NOT_FOUND = 404;
  private static final Duration SILENCE = Duration.ofSeconds(60);
  private static final Duration LONGEST = Duration.ofMinutes(15);

  private final Engine engine;
  private final Wire wire;
  private final String prefix;
  private final Engine.Deadlines deadlines;

  ImageStore(Engine engine, Wire wire, String prefix, Engine.Deadlines deadlines) {
    this.engine = engine;
    this.wire = wire;
    this.prefix = prefix;
    this.deadlines = deadlines;
  }

  /** Hears how a fetch goes on. */
  @FunctionalInterface
  interface Progress {
    /**
     * So far.
     *
     * @param done bytes that have arrived
     * @param known bytes to come in all, as far as is known by now
     */
    void fetched(long done, long known);
  }

  /** The image, if the engine has it. Never fetches. */
  Optional<Image> find(String name) {
    Reply reply =
        wire.callThrough(
            Ask.of("GET", prefix + "/images/" + path(name) + "/json"), deadlines.call());
    if (reply.status() == NOT_FOUND) {
      return Optional.empty();
    }
    if (!reply.ok()) {
      throw engine.refused("was asked for the image " + name, reply, true);
    }
    JsonNode node = reply.body();
    List<String> digests = new ArrayList<>();
    node.path("RepoDigests").forEach(digest -> digests.add(digest.asText()));
    List<String> volumes = new ArrayList<>();
    node.path("Config")
        .path("Volumes")
        .properties()
        .forEach(volume -> volumes.add(volume.getKey()));
    return Optional.of(new Image(name, node.path("Id").asText(), digests, volumes));
  }

  /**
   * The image; fetched if the engine does not have it.
   *
   * @throws SandboxException if it cannot be had; not to be retried if nobody has such an image
   */
  Image have(String name, Progress progress) throws InterruptedException {
    Optional<Image> here = find(name);
    if (here.isPresent()) {
      return here.get();
    }
    fetch(name, progress);
    return find(name)
        .orElseThrow(
            () ->
                new SandboxException(
                    "The container engine fetched the image " + name + " and does not have it.",
                    "Load the image into the engine by hand.",
                    false,
                    null));
  }

  private void fetch(String name, Progress progress) throws InterruptedException {
    // Without a tag an engine fetches every image of that name.
    String whole =
        name.contains("@") || name.lastIndexOf(':') > name.lastIndexOf('/')
            ? name
            : name + ":latest";
    Response response;
    try {
      response =
          wire.listen(
              Ask.of("POST", prefix + "/images/create?fromImage=" + Json.escaped(whole)), SILENCE);
    } catch (Refusal e) {
      boolean unknown = e.reply().status() == NOT_FOUND;
      throw cannot(name, Engine.said(e.reply()), !unknown);
    }
    Fetch fetch = new Fetch(response, progress);
    wire.inBackground(fetch::read);
    String trouble;
    try {
      trouble = fetch.await();
    } finally {
      response.close();
    }
    if (!trouble.isEmpty()) {
      boolean unknown =
          trouble.contains("not found")
              || trouble.contains("manifest unknown")
              || trouble.contains("denied");
      throw cannot(name, trouble, !unknown);
    }
  }

  private static SandboxException cannot(String name, String why, boolean retryable) {
    return new SandboxException(
        "The container engine could not fetch the image " + name + ": " + why + ".",
        retryable
            ? "See whether the engine reaches the image's registry, or load the image by hand."
            : "Choose an image that exists, or load it into the engine by hand.",
        retryable,
        null);
  }

  // A name's slashes are part of the path; nothing else in it may be.
  private static String path(String name) {
    return Json.escaped(name).replace("%2F", "/").replace("%3A", ":").replace("%40", "@");
  }

  /** One fetch; as long as it goes on it may last, up to a quarter of an hour. */
  private static final class Fetch {
    private final Response response;
    private final Progress progress;
    private final AtomicLong words = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean ended;
    private String trouble = "";

    Fetch(Response response, Progress progress) {
      this.response = response;
      this.progress = progress;
    }

    void read() {
      String error = "";
      Map<String, long[]> parts = new HashMap<>();
      try (MappingIterator<JsonNode> lines =
          Json.MAPPER.readerFor(JsonNode.class).readValues(response.getBody())) {
        while (lines.hasNextValue()) {
          JsonNode line = lines.nextValue();
          words.incrementAndGet();
          if (line.hasNonNull("error")) {
            error = Text.visible(line.path("error").asText(), 400);
          }
          JsonNode detail = line.path("progressDetail");
          if (detail.hasNonNull("total") && line.path("status").asText().startsWith("Download")) {
            parts.put(
                line.path("id").asText(),
                new long[] {detail.path("current").asLong(), detail.path("total").asLong()});
            progress.fetched(
                parts.values().stream().mapToLong(part -> part[0]).sum(),
                parts.values().stream().mapToLong(part -> part[1]).sum());
          }
        }
      } catch (IOException | RuntimeException e) {
        error = "the connection was lost";
      }
      lock.lock();
      try {
        ended = true;
        trouble = error;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    String await() throws InterruptedException {
      long last = System.nanoTime() + LONGEST.toNanos();
      lock.lock();
      try {
        while (!ended) {
          long heard = words.get();
          if (!changed.await(SILENCE.toMillis(), TimeUnit.MILLISECONDS) && heard == words.get()) {
            return "it said nothing for " + SILENCE.toSeconds() + " seconds";
          }
          if (!ended && System.nanoTime() > last) {
            return "it took longer than " + LONGEST.toMinutes() + " minutes";
          }
        }
        return trouble;
      } finally {
        lock.unlock();
      }
    }
  }
}
