package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Secret;
import dev.packageforge.npm.testing.Grant;
import dev.packageforge.npm.testing.StrictRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenDoctorTest {
  private Desk desk;
  private StrictRegistry registry;

  @BeforeEach
  void sitDown(@TempDir Path empty) {
    desk = new Desk(empty);
    registry = StrictRegistry.start();
    desk.environment.put("FORGE_REGISTRY", "auto");
    desk.environment.put("npm_config_registry", registry.address().toString());
  }

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void withoutATokenNobodyIsAsked() {
    assertThat(desk.run("doctor").out())
        .contains("✓ publish   all packages go to the folder")
        .contains("hold no token for " + registry.address());
    assertThat(registry.requests()).isEmpty();
  }

  @Test
  void aTokenIsToldByWhoseItIsAndNeverShown() {
    Secret token = given(Grant.publish("ada"));
    Desk.Result result = desk.run("doctor");
    assertThat(result.out())
        .contains("✓ publish   recorded packages go to the folder, all others to ")
        .contains(registry.address().toString(), "as ada")
        .contains("the token of environment FORGE_NPM_TOKEN")
        .doesNotContain(token.reveal());
    assertThat(result.exit()).isZero();
    assertThat(desk.run("config").out()).contains("npm.token").doesNotContain(token.reveal());
  }

  @Test
  void aTokenThatDiesSoonIsAWarning() {
    given(Grant.publish("ada").until(Instant.now().plus(Duration.ofDays(5))));
    Desk.Result result = desk.run("doctor");
    assertThat(result.out()).contains("! publish", "the token expires in ", "→ Make another one");
    assertThat(result.exit()).isZero();
  }

  @Test
  void aDeadTokenIsNamedAsSuch() {
    Secret token = given(Grant.publish("ada"));
    registry.revoke(token);
    Desk.Result result = desk.run("doctor");
    assertThat(result.out()).contains("✗ publish", "the token is dead").doesNotContain("as ada");
    assertThat(result.exit()).isEqualTo(Exit.NOT_READY.code());
  }

  @Test
  void aTokenThatMayOnlyReadCannotPublish() {
    given(Grant.of("ada", Grant.Deed.READ));
    assertThat(desk.run("doctor").out()).contains("✗ publish", "may only read");
  }

  @Test
  void aRegistryThatDoesNotAnswerIsAWarning() {
    given(Grant.publish("ada"));
    registry.close();
    Desk.Result result = desk.run("doctor");
    assertThat(result.out()).contains("! publish");
    assertThat(result.exit()).isZero();
  }

  @Test
  void npmWithoutATokenIsNotReadyToPublish() {
    Desk.Result result = desk.run("doctor", "--registry", "npm");
    assertThat(result.out()).contains("✗ publish", "there is no token for it", "FORGE_NPM_TOKEN");
    assertThat(registry.requests()).isEmpty();
  }

  private Secret given(Grant grant) {
    Secret token = registry.issue(grant);
    desk.environment.put("FORGE_NPM_TOKEN", token.reveal());
    return token;
  }
}
