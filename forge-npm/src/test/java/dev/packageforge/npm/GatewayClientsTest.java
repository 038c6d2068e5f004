package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.PackedArtifact;
import dev.packageforge.PublishOptions;
import dev.packageforge.PublishOptions.Access;
import dev.packageforge.PublishOptions.Mode;
import dev.packageforge.Secret;
import dev.packageforge.npm.NpmGateway.Door;
import dev.packageforge.npm.NpmGateway.Fetch;
import dev.packageforge.npm.NpmGateway.Rules;
import dev.packageforge.npm.testing.Grant;
import dev.packageforge.npm.testing.RealNpm;
import dev.packageforge.npm.testing.StrictRegistry;
import dev.packageforge.npm.testing.Verdaccio;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishRequest;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real npm at a gateway's door, with registries behind it that keep to the protocol. */
@Timeout(300)
final class GatewayClientsTest {
  private static final Secret MINE = Secret.of("npm_mine0123456789abcdef");

  private final List<Fetch> heard = new CopyOnWriteArrayList<>();
  private Path folder;
  private Path project;

  @BeforeEach
  void project(@TempDir Path folder) throws Exception {
    Machine.needNode();
    this.folder = folder;
    project = Files.createDirectory(folder.resolve("project"));
    Files.writeString(project.resolve("package.json"), "{\"private\":true}");
  }

  private void publishes(URI address, Secret token) throws InterruptedException {
    try (NpmRegistry registry = NpmRegistry.builder(address).token(token).build()) {
      for (PackedArtifact packed :
          List.of(
              Packed.of("part-of-tool", "1.0.0"),
              Packed.with(
                  "{\"name\":\"@ada/tool\",\"version\":\"2.0.0\","
                      + "\"dependencies\":{\"part-of-tool\":\"^1.0.0\"}}",
                  Map.of("README.md", "# tool\n")))) {
        PublishOutcome outcome =
            registry.publish(
                new PublishRequest(
                    packed, new PublishOptions(Mode.PUBLISH, "latest", Access.PUBLIC)));
        assertThat(outcome).isInstanceOf(PublishOutcome.Accepted.class);
      }
    }
  }

  private NpmGateway gateway(URI address) {
    return NpmGateway.builder(NpmAccess.of(address), folder.resolve("cache")).build();
  }

  private void installsAndNothingElse(URI registry) throws Exception {
    try (NpmGateway gateway = gateway(registry);
        Door door = gateway.serve(gateway.grant(Rules.ofAge(Duration.ZERO), heard::add))) {
      RealNpm npm = RealNpm.at(folder.resolve("home"), door.address(), MINE);
      RealNpm.Said installed = npm.run(project, "install", "@ada/tool");
      assertThat(installed.exit()).as("%s", installed).isZero();
      assertThat(project.resolve("node_modules/@ada/tool/README.md")).hasContent("# tool\n");
      assertThat(project.resolve("node_modules/part-of-tool/package.json")).exists();
      assertThat(heard)
          .extracting(Fetch::toString)
          .allMatch(line -> line.startsWith("fetched "))
          .hasSize(4);
      heard.clear();
      RealNpm again = RealNpm.at(folder.resolve("second"), door.address(), MINE);
      RealNpm.Said locked = again.run(project, "ci");
      assertThat(locked.exit()).as("%s", locked).isZero();
      assertThat(heard).extracting(Fetch::toString).allMatch(line -> line.startsWith("had "));
      assertThat(npm.run(project, "view", "@ada/tool", "version").out().strip()).isEqualTo("2.0.0");
      assertThat(npm.run(project, "whoami").exit()).isNotZero();
      assertThat(npm.run(project, "deprecate", "@ada/tool", "bad").exit()).isNotZero();
      Files.writeString(
          project.resolve("package.json"), "{\"name\":\"intruder\",\"version\":\"1.0.0\"}");
      assertThat(npm.run(project, "publish").exit()).isNotZero();
    }
    try (NpmGateway gateway = gateway(registry);
        Door door = gateway.serve(gateway.grant(Rules.ofDefaults(), heard::add))) {
      RealNpm npm = RealNpm.at(folder.resolve("third"), door.address(), MINE);
      Path other = Files.createDirectory(folder.resolve("other"));
      Files.writeString(other.resolve("package.json"), "{\"private\":true}");
      RealNpm.Said young = npm.run(other, "install", "part-of-tool");
      assertThat(young.exit()).isNotZero();
      assertThat(young.err()).containsAnyOf("ETARGET", "ENOVERSIONS");
    }
  }

  @Test
  void npmInstallsThroughItFromVerdaccio() throws Exception {
    try (Verdaccio verdaccio = Verdaccio.start(Files.createDirectory(folder.resolve("behind")))) {
      publishes(verdaccio.address(), verdaccio.user("ada"));
      installsAndNothingElse(verdaccio.address());
    }
  }

  @Test
  void npmInstallsThroughItFromOurStrictRegistry() throws Exception {
    try (StrictRegistry registry = StrictRegistry.start()) {
      publishes(registry.address(), registry.issue(Grant.publish("ada")));
      int before = registry.requests().size();
      installsAndNothingElse(registry.address());
      assertThat(registry.requests().subList(before, registry.requests().size()))
          .isNotEmpty()
          .allSatisfy(
              request -> {
                assertThat(request.method()).isEqualTo("GET");
                assertThat(request.headers().keySet())
                    .noneMatch(name -> name.equalsIgnoreCase("authorization"));
                assertThat(request.path()).doesNotContain("?");
              });
    }
  }
}
