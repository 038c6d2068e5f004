package dev.packageforge.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** BullMQ: a producer and a worker, each a process of Node. */
final class BullSide implements QueueSide {
  /** What is compared with, and the client library it is used with most. */
  static final List<String> PACKAGES = List.of("bullmq@6.7.0", "ioredis@5");

  private static final String NAME = "bench";
  private static final String SCRIPT = "bench/bullmq.cjs";
  private static final Duration FETCH = Duration.ofMinutes(5);

  private final Player producer;
  private final Player worker;
  private final Pause pause;

  /** What is needed to start BullMQ: it was fetched, and the Node that runs it. */
  record Kit(Path node, Path script, Map<String, String> environment) {
    /**
     * Fetches BullMQ with npm, as the user has set it up, and runs none of its install scripts.
     *
     * @param folder where to; empty
     */
    static Kit fetch(Path node, Path npm, Map<String, String> environment, Path folder)
        throws InterruptedException {
      try (InputStream script = BullSide.class.getResourceAsStream(SCRIPT)) {
        if (script == null) {
          throw new IllegalStateException("no resource " + SCRIPT);
        }
        Files.copy(script, folder.resolve("bullmq.cjs"));
        Files.writeString(folder.resolve("package.json"), "{\"private\":true}\n");
        List<String> line =
            new ArrayList<>(
                List.of(npm.toString(), "install", "--no-audit", "--no-fund", "--ignore-scripts"));
        line.addAll(PACKAGES);
        ProcessBuilder builder =
            new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("npm.log").toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
          if (!process.waitFor(FETCH.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw notFetched(lastLine(Files.readString(folder.resolve("npm.log"))));
          }
        } finally {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
        }
        return new Kit(node, folder.resolve("bullmq.cjs"), environment);
      } catch (IOException e) {
        throw notFetched(Words.reason(e));
      }
    }

    private static String lastLine(String log) {
      List<String> said = log.lines().filter(line -> line.contains("npm error")).toList();
      return said.isEmpty() ? "npm did not say why" : said.get(0).replace("npm error ", "");
    }

    private static CommandException notFetched(String why) {
      return new CommandException(
          Exit.OUTSIDE,
          "npm could not fetch " + String.join(" and ", PACKAGES) + ": " + why + ".",
          "See that npm reaches its registry, or leave out --vs bullmq.");
    }

    BullSide start(BenchRedis redis, Pause pause) {
      return new BullSide(new Player(this, redis.port()), new Player(this, redis.port()), pause);
    }
  }

  private BullSide(Player producer, Player worker, Pause pause) {
    this.producer = producer;
    this.worker = worker;
    this.pause = pause;
  }

  @Override
  public void rest() throws InterruptedException {
    producer.ask("rest", Map.of());
    worker.ask("rest", Map.of());
  }

  @Override
  public void open() throws InterruptedException {
    producer.ask("open", Map.of("name", NAME));
    worker.ask("open", Map.of("name", NAME));
  }

  @Override
  public Duration addOneByOne(int jobs) throws InterruptedException {
    return took(producer.ask("one", Map.of("jobs", jobs)), "ms");
  }

  @Override
  public Duration addInFlight(int jobs, int width) throws InterruptedException {
    return took(producer.ask("flight", Map.of("jobs", jobs, "width", width)), "ms");
  }

  @Override
  public Duration addInBulk(int jobs, int size) throws InterruptedException {
    return took(producer.ask("bulk", Map.of("jobs", jobs, "size", size)), "ms");
  }

  @Override
  public Duration work(int jobs, int concurrency) throws InterruptedException {
    return took(
        worker.ask("noop", Map.of("name", NAME, "jobs", jobs, "concurrency", concurrency)), "ms");
  }

  @Override
  public List<Duration> startWhenIdle(int samples) throws InterruptedException {
    worker.ask("starts", Map.of("name", NAME));
    List<Duration> all = new ArrayList<>();
    while (all.size() < samples) {
      pause.untilIdle();
      producer.ask("addNow", Map.of());
      all.add(took(worker.next(), "startedAfterMs"));
    }
    return all;
  }

  @Override
  public void beIdle() throws InterruptedException {
    worker.ask("idle", Map.of("name", NAME));
  }

  @Override
  public void beBusy() throws InterruptedException {
    worker.ask("silent", Map.of("name", NAME));
    producer.ask("add", Map.of());
    worker.next();
  }

  @Override
  public void openForLogs() throws InterruptedException {
    worker.ask("logs", Map.of("name", NAME, "lines", LOG_LINES, "updates", UPDATES));
  }

  @Override
  public void workWithLogs() throws InterruptedException {
    producer.ask("add", Map.of());
    worker.next();
  }

  @Override
  public void openPages(int count) throws InterruptedException {
    producer.ask("pages", Map.of("count", count));
  }

  @Override
  public void openPageWithoutLog() throws InterruptedException {
    producer.ask("events", Map.of("name", NAME));
  }

  @Override
  public void close() {
    worker.close();
    producer.close();
  }

  private static Duration took(JsonNode answer, String field) {
    return Duration.ofNanos(Math.round(answer.path(field).asDouble() * 1e6));
  }

  /** One process of Node that is told what to do. */
  private static final class Player implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 120;
    private static final String GONE = "";

    private final ObjectMapper json = new ObjectMapper();
    private final Process process;
    private final OutputStream in;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

    Player(Kit kit, int port) {
      try {
        ProcessBuilder builder =
            new ProcessBuilder(
                    kit.node().toString(), kit.script().toString(), Integer.toString(port))
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(kit.environment());
        process = builder.start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      in = process.getOutputStream();
      Thread reader = new Thread(this::read, "bullmq");
      reader.setDaemon(true);
      reader.start();
    }

    private void read() {
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          said.add(line);
        }
      } catch (IOException e) {
        said.add(GONE);
      }
      said.add(GONE);
    }

    /** Has it do something, and waits until it is done. */
    JsonNode ask(String deed, Map<String, Object> how) throws InterruptedException {
      try {
        Map<String, Object> wish = new LinkedHashMap<>(how);
        wish.put("deed", deed);
        in.write((json.writeValueAsString(wish) + "\n").getBytes(UTF_8));
        in.flush();
      } catch (IOException e) {
        throw failed(deed, Words.reason(e));
      }
      JsonNode answer = next();
      if (!answer.path("done").asText().equals(deed)) {
        throw failed(deed, answer.path("why").asText("it said " + answer));
      }
      return answer;
    }

    /** The next thing that it says. */
    JsonNode next() throws InterruptedException {
      String line = said.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (line == null || line.equals(GONE)) {
        throw failed("its work", line == null ? "it does not answer" : "it ended");
      }
      try {
        return json.readTree(line);
      } catch (JsonProcessingException e) {
        throw failed("its work", "it said " + line);
      }
    }

    private static CommandException failed(String deed, String why) {
      return new CommandException(
          Exit.OUTSIDE,
          "BullMQ failed at " + deed + ": " + why + ".",
          "Run it again, or leave out --vs bullmq.");
    }

    @Override
    public void close() {
      process.destroyForcibly();
      process.onExit().join();
    }
  }
}
