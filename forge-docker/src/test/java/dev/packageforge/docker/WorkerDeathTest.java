package dev.packageforge.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.sandbox.SandboxSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a worker leaves when it is killed, which it cannot do anything about. */
@Timeout(600)
class WorkerDeathTest {
  private static final Duration GONE = Duration.ofSeconds(1);
  private static final Duration GONE_WHEN_BUSY = Duration.ofSeconds(20);
  private static final int DEATHS = Integer.getInteger("forge.deaths", 5);

  @Test
  void aKilledWorkersContainersEndWithIt() throws Exception {
    String app = "package-forge-test-" + UUID.randomUUID();
    DockerHere.sandbox();
    Random random = new Random(7);
    Map<String, String> ours = new Labels(app).common();
    int slow = 0;
    int shells = 0;
    try (Engine engine = EngineSearch.find(DockerHere.settings())) {
      for (int death = 0; death < DEATHS; death++) {
        killOneAfter(app, Duration.ofMillis(random.nextInt(1500)));
        long start = System.nanoTime();
        while (engine.containers(ours).stream().anyMatch(Found::running)) {
          assertThat(since(start)).isLessThan(GONE_WHEN_BUSY);
        }
        slow += since(start).compareTo(GONE) > 0 ? 1 : 0;
        List<Found> left = engine.containers(ours);
        while (!left.isEmpty() && since(start).compareTo(GONE.multipliedBy(2)) < 0) {
          left = engine.containers(ours); // being removed
        }
        // Killed between the two calls that make a container and start it: nothing runs in it.
        shells += left.size();
        try (DockerSandbox next = DockerHere.sandbox().app(app).pool(0).build()) {
          next.open(SandboxSpec.ofDefaults()).close();
          next.reap();
          // A busy engine may still be making what the dead one asked for.
          for (long asked = System.nanoTime(); !engine.containers(ours).isEmpty(); next.reap()) {
            assertThat(since(asked)).isLessThan(GONE_WHEN_BUSY);
          }
        }
        assertThat(engine.volumes(ours)).isEmpty();
      }
    }
    System.out.println(
        DEATHS + " deaths, " + slow + " of them took more than 1 s, " + shells + " never started");
    assertThat(slow).isLessThanOrEqualTo(Math.max(1, DEATHS / 10));
  }

  private static void killOneAfter(String app, Duration working) throws Exception {
    Process worker =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                BusyWorker.class.getName(),
                DockerHere.image(),
                app,
                DockerHere.home().toString())
            .redirectErrorStream(true)
            .start();
    CountDownLatch begun = new CountDownLatch(1);
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader said = worker.inputReader(StandardCharsets.UTF_8)) {
                for (String line = said.readLine(); line != null; line = said.readLine()) {
                  if (line.equals("working")) {
                    begun.countDown();
                  }
                }
              } catch (IOException e) {
                // It was killed, as it shall be.
              }
            },
            "worker-output");
    reader.setDaemon(true);
    reader.start();
    assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
    worker.waitFor(working.toMillis(), TimeUnit.MILLISECONDS);
    worker.destroyForcibly().waitFor();
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
