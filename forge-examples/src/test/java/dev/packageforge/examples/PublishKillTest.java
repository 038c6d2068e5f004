package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Sha512;
import dev.packageforge.npm.testing.Grant;
import dev.packageforge.npm.testing.StrictRegistry;
import dev.packageforge.redis.RedisProgram;
import dev.packageforge.testing.Requirement;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real processes that publish a tarball to a strict registry, and are killed at it. */
class PublishKillTest {
  private final Map<String, String> environment = new HashMap<>();
  private RealForge forge;
  private StrictRegistry registry;
  private Path packed;

  /** When a process is killed: just after it has told of this. */
  enum Moment {
    VERIFYING("\"id\":\"test\",\"state\":\"running\""),
    AWAITING_APPROVAL("\"state\":\"awaiting-approval\""),
    APPROVED("\"type\":\"approved\""),
    SENT("\"type\":\"upload\",\"state\":\"sent\"");

    private final String words;

    Moment(String words) {
      this.words = words;
    }
  }

  @BeforeEach
  void begin(@TempDir Path folder) throws Exception {
    Node.need();
    boolean runs = RedisProgram.find(folder, System.getenv("PATH")).isPresent();
    Requirement.need("redis", runs, "no redis-server runs here");
    forge = new RealForge(folder);
    registry = StrictRegistry.start();
    packed = new HandMade(folder, "1.0.0").packed();
    environment.put("HOME", folder.toString());
    environment.put("FORGE_SANDBOX", "process");
    environment.put("FORGE_LOOKUPS", "off");
    environment.put("FORGE_REGISTRY", registry.address().toString());
    environment.put("FORGE_NPM_TOKEN", registry.issue(Grant.publish("ada")).reveal());
  }

  @AfterEach
  void end() {
    if (registry != null) {
      registry.close();
    }
  }

  @ParameterizedTest
  @EnumSource(Moment.class)
  void theSameCommandGoesOnAndStoresOneVersion(Moment moment) throws Exception {
    Process killed = publish();
    try (BufferedReader out = RealForge.reader(killed)) {
      RealForge.readUntil(out, line -> line.contains(moment.words));
      RealForge.kill(killed);
    }

    RealForge.Ended again = RealForge.ended(publish());

    assertThat(again.exit()).as(again.out()).isZero();
    assertThat(again.out()).contains("\"state\":\"published\"");
    assertThat(registry.book()).hasSize(1);
    assertThat(registry.book().get(0).digest()).isEqualTo(Sha512.of(Files.readAllBytes(packed)));
    assertThat(registry.uploads()).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void whoeverIsAskedForACodeAndIsNotThereMayGiveItLater() throws Exception {
    registry.requires("ada", StrictRegistry.Factor.CODE);
    RealForge.Ended first = RealForge.ended(publish());
    assertThat(first.exit()).isEqualTo(Exit.REFUSED.code());
    assertThat(first.out()).contains("registry-second-factor", AtHand.VARIABLE);
    assertThat(registry.book()).isEmpty();

    environment.put(AtHand.VARIABLE, registry.code("ada").reveal());
    RealForge.Ended second = RealForge.ended(publish());

    assertThat(second.exit()).as(second.out()).isZero();
    assertThat(registry.book()).hasSize(1);
  }

  private Process publish() throws Exception {
    return forge.start(environment, "publish", packed.toString(), "--yes", "--json");
  }
}
