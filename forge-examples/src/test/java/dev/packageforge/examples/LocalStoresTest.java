package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.redis.EmbeddedRedis;
import dev.packageforge.redis.RedisProgram;
import dev.packageforge.testing.Requirement;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where runs are kept, as a real command sees it. */
class LocalStoresTest {
  private Path folder;
  private RealForge forge;

  @BeforeEach
  void begin(@TempDir Path empty) throws IOException {
    boolean runs = RedisProgram.find(empty, System.getenv("PATH")).isPresent();
    Requirement.need("redis", runs, "no redis-server runs here");
    folder = empty;
    forge = new RealForge(empty);
  }

  @Test
  void whereNoRedisRunsItIsSaidThatRunsAreForgotten() throws Exception {
    String without =
        Stream.of(RealForge.classPath().split(File.pathSeparator))
            .filter(jar -> !jar.contains("embedded-redis"))
            .collect(Collectors.joining(File.pathSeparator));
    Map<String, String> bare =
        Map.of(RealForge.CLASS_PATH, without, "PATH", folder.resolve("nothing").toString());
    RealForge.Ended runs = forge.run(bare, "runs");
    assertThat(runs.exit()).isZero();
    assertThat(runs.out())
        .contains("No redis-server runs on this machine", "forgotten when the command ends")
        .contains("Install Redis 6.2 or newer", "No runs yet.");
    assertThat(forge.run(bare, "doctor").out()).contains("! store     no redis-server runs");
    assertThat(forge.run("runs", "--store", "memory").out()).contains("as is set, and forgotten");
  }

  @Test
  void aStoreThatDoesNotAnswerIsOneClearSentence() throws Exception {
    RealForge.Ended runs = forge.run("runs", "--store", "redis://127.0.0.1:1");
    assertThat(runs.exit()).isEqualTo(Exit.OUTSIDE.code());
    assertThat(runs.out().lines())
        .hasSize(2)
        .anyMatch(line -> line.startsWith("forge: Redis at 127.0.0.1:1 cannot be reached"))
        .anyMatch(line -> line.startsWith("next:  "));
    RealForge.Ended doctor = forge.run("doctor", "--store", "redis://127.0.0.1:1");
    assertThat(doctor.exit()).isEqualTo(Exit.NOT_READY.code());
    assertThat(doctor.out()).contains("✗ store     Redis at redis://127.0.0.1:1");
  }

  @Test
  void aPasswordIsCheckedAndNeverShown() throws Exception {
    try (EmbeddedRedis server =
        EmbeddedRedis.open(folder.resolve("elsewhere"), System.getenv("PATH"))) {
      String written = server.address().written().reveal();
      String bare = server.address().toString();
      RealForge.Ended wrong =
          forge.run(Map.of("FORGE_STORE_PASSWORD", "sesame"), "runs", "--store", bare);
      assertThat(wrong.exit()).isEqualTo(Exit.NOT_READY.code());
      assertThat(wrong.out())
          .contains("does not accept this name and password", "next:  ")
          .doesNotContain("sesame");
      Map<String, String> whole = Map.of("FORGE_STORE", written);
      assertThat(forge.run(whole, "runs").out()).contains("No runs yet.");
      RealForge.Ended doctor = forge.run(whole, "doctor");
      assertThat(doctor.out()).contains("✓ store     Redis at " + bare, "persistence: each change");
      String password = written.substring(written.indexOf("//:") + 3, written.lastIndexOf('@'));
      assertThat(doctor.out() + forge.run(whole, "config").out()).doesNotContain(password);
    }
  }

  @Test
  void aServerThatIsKilledInMidRunIsStartedAgainAndTheRunGoesOn() throws Exception {
    Node.need();
    Process worked = forge.start("new", "a slug maker", "--yes", "--demo-pace", "0.1");
    try (BufferedReader out = RealForge.reader(worked)) {
      RealForge.readUntil(out, line -> line.contains("verifying draft 1"));
      List<ProcessHandle> servers = forge.servers();
      assertThat(servers).hasSize(1);
      servers.get(0).destroyForcibly();
      assertThat(out.lines()).contains("published slug-maker@1.0.0");
      assertThat(worked.waitFor()).isZero();
    }
    assertThat(forge.servers()).isEmpty();
  }
}
