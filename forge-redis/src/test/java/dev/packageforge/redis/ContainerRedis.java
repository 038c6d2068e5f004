package dev.packageforge.redis;

import dev.packageforge.testing.Requirement;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * A redis-server in a container, where a Docker daemon answers and an image can be had: one for all
 * tests of this JVM. {@code FORGE_TEST_REDIS_IMAGE} names another image than the public one.
 */
final class ContainerRedis {
  private static final String IMAGE = "FORGE_TEST_REDIS_IMAGE";
  private static final String USUAL_IMAGE = "redis:7";
  private static final int PORT = 6379;

  private static @Nullable RedisAddress address;

  private ContainerRedis() {}

  /** Starts it unless it runs; the test ends here if it cannot. */
  static synchronized RedisAddress start() {
    if (address == null) {
      Requirement.need(
          "docker",
          DockerClientFactory.instance().isDockerAvailable(),
          "start a Docker daemon, or name one in DOCKER_HOST");
      address = run(System.getenv().getOrDefault(IMAGE, USUAL_IMAGE));
    }
    return address;
  }

  /** A store on it, with a queue of its own. */
  static RedisStore store(Clock clock) {
    return RedisStore.builder(start()).queue(TestRedis.newQueue()).clock(clock).build();
  }

  private static RedisAddress run(String image) {
    // Whoever reaches the port that the daemon opens still needs this.
    String password = new BigInteger(128, new SecureRandom()).toString(36);
    GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image));
    container
        .withExposedPorts(PORT)
        .withCommand("redis-server", "--requirepass", password, "--save", "")
        .waitingFor(Wait.forLogMessage(".*eady to accept connections.*\\n", 1));
    Runtime.getRuntime().addShutdownHook(new Thread(container::stop));
    try {
      container.start();
    } catch (ContainerFetchException e) {
      Requirement.need(
          "docker",
          false,
          "there is no image " + image + ", and none can be fetched; see " + IMAGE);
    }
    String place = container.getHost() + ":" + container.getMappedPort(PORT);
    // The daemon may be another machine's.
    return RedisAddress.builder("redis://:" + password + "@" + place).allowPlain().build();
  }
}
