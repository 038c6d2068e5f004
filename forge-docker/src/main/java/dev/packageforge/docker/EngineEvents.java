package dev.packageforge.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import dev.packageforge.sandbox.SandboxException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What an engine tells of containers while it happens. When the stream ends it is opened again, and
 * what the engine still remembers of the time between is heard then.
 */
final class EngineEvents implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final long NANOS = 1_000_000_000L;

  private final Engine engine;
  private final Map<String, String> labels;
  private final EventListener listener;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();
  private boolean closed;
  private @Nullable Response open;
  private long latest; // nanoseconds since 1970, by the engine's clock

  private EngineEvents(Engine engine, Map<String, String> labels, EventListener listener) {
    this.engine = engine;
    this.labels = Map.copyOf(labels);
    this.listener = listener;
  }

  static EngineEvents open(Engine engine, Map<String, String> labels, EventListener listener)
      throws InterruptedException {
    EngineEvents events = new EngineEvents(engine, labels, listener);
    Response first = engine.eventStream(labels, "");
    boolean begun = false;
    try {
      engine.inBackground(() -> events.hear(first));
      begun = true;
    } finally {
      if (!begun) {
        first.close();
      }
    }
    return events;
  }

  private void hear(Response first) {
    try {
      for (Response next = first; next != null; next = reopened()) {
        if (!keep(next)) {
          return;
        }
        if (next != first) {
          listener.back();
        }
        listen(next);
        if (!isClosed()) {
          listener.lost();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void listen(Response response) {
    try (response;
        MappingIterator<JsonNode> events =
            Json.MAPPER.readerFor(JsonNode.class).readValues(response.getBody())) {
      while (events.hasNextValue()) {
        tell(events.nextValue());
      }
    } catch (IOException | RuntimeException e) {
      // As good as an end: both mean that nothing more is heard here.
    }
  }

  private void tell(JsonNode event) {
    long time = event.path("timeNano").asLong();
    if (time > 0 && time <= latest) {
      return; // told before the stream was opened again
    }
    latest = Math.max(latest, time);
    String container = event.path("Actor").path("ID").asText(event.path("id").asText());
    JsonNode attributes = event.path("Actor").path("Attributes");
    int code = attributes.path("exitCode").asInt(-1);
    switch (event.path("Action").asText(event.path("status").asText())) {
      case "oom" -> listener.outOfMemory(container);
      case "die" -> listener.died(container, code);
      case "exec_die" -> listener.execDied(container, attributes.path("execID").asText(), code);
      case "destroy" -> listener.destroyed(container);
      default -> {
        // Podman sends kinds that nobody asked for.
      }
    }
  }

  private @Nullable Response reopened() throws InterruptedException {
    while (pause()) {
      String since =
          latest == 0 ? "" : String.format("%d.%09d", (latest + 1) / NANOS, (latest + 1) % NANOS);
      try {
        return engine.eventStream(labels, since);
      } catch (SandboxException e) {
        // Still away.
      }
    }
    return null;
  }

  /** Waits a moment; false once closed. */
  private boolean pause() throws InterruptedException {
    lock.lock();
    try {
      long left = PAUSE.toNanos();
      while (!closed && left > 0) {
        left = closing.awaitNanos(left);
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private boolean keep(Response response) {
    lock.lock();
    try {
      if (!closed) {
        open = response;
        return true;
      }
    } finally {
      lock.unlock();
    }
    response.close();
    return false;
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    Response last;
    lock.lock();
    try {
      closed = true;
      last = open;
      closing.signalAll();
    } finally {
      lock.unlock();
    }
    if (last != null) {
      last.close();
    }
  }
}
