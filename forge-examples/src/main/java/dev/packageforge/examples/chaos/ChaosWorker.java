package dev.packageforge.examples.chaos;

import dev.packageforge.queue.Journal;
import dev.packageforge.redis.RedisAddress;
import dev.packageforge.redis.RedisStore;
import dev.packageforge.worker.ForgeWorker;
import dev.packageforge.worker.WorkerIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Properties;

/** The process that is killed: the real worker on the real store, among the doubles. */
final class ChaosWorker {
  static final String REDIS = "redis";
  static final String DOUBLES = "doubles";
  static final String NAME = "name";
  static final String CONCURRENCY = "concurrency";

  private static final Duration FINISHES_WITHIN = Duration.ofSeconds(5);

  private ChaosWorker() {}

  /**
   * Works until it is told to stop, or killed, or whoever started it has gone.
   *
   * @param arguments the file with the settings
   */
  public static void main(String[] arguments) throws IOException {
    work(Path.of(arguments[0]), ChaosPorts.Assembly.SOUND);
  }

  static void work(Path file, ChaosPorts.Assembly assembly) throws IOException {
    Properties settings = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      settings.load(in);
    }
    Path folder = file.toAbsolutePath().resolveSibling("own");
    WorkerIdentity identity = WorkerIdentity.in(folder);
    RedisStore store = RedisStore.builder(RedisAddress.parse(settings.getProperty(REDIS))).build();
    Journal journal = Journal.around(store, folder.resolve("journal"), Clock.systemUTC());
    String name = settings.getProperty(NAME);
    ChaosPorts ports = ChaosPorts.of(journal, settings.getProperty(DOUBLES), name);
    announce(URI.create(settings.getProperty(DOUBLES)), name);
    ForgeWorker worker =
        ForgeWorker.builder(assembly.of(ports).workerName(identity.id()).build())
            .concurrency(Integer.parseInt(settings.getProperty(CONCURRENCY)))
            .identity(identity)
            .roster(store)
            .name(name)
            .start();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  worker.stop(FINISHES_WITHIN);
                  journal.close();
                  store.close();
                  identity.close();
                }));
    // Nobody writes here: the end comes when whoever holds the other side has died.
    System.in.transferTo(OutputStream.nullOutputStream());
    Runtime.getRuntime().halt(1);
  }

  /** Says that it begins; whether anybody hears it does not matter. */
  private static void announce(URI doubles, String name) {
    try (Socket socket = new Socket(doubles.getHost(), doubles.getPort())) {
      String request = "GET " + Doubles.UP_PATH + name + " HTTP/1.0\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      System.err.println("nobody heard that " + name + " begins: " + e);
    }
  }
}
