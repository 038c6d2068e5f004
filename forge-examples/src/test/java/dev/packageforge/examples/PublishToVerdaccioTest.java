package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Sha512;
import dev.packageforge.npm.testing.RealNpm;
import dev.packageforge.npm.testing.Verdaccio;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A tarball that was made by hand, brought by the command to a registry that others wrote, and read
 * there by the real npm. Where the registry is and whose the token is stands in npm's own settings.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublishToVerdaccioTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** The tools of the gate are fetched into it by the first test, and are there for the others. */
  private Path data;

  private Verdaccio verdaccio;
  private RealNpm npm;
  private Desk desk;

  @BeforeAll
  void keep(@TempDir Path folder) {
    data = folder;
  }

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    Node.need();
    verdaccio = Verdaccio.start(Files.createDirectory(folder.resolve("verdaccio")));
    Path home = folder.resolve("npm");
    npm = RealNpm.at(home, verdaccio.address(), verdaccio.user("ada"));
    desk = new Desk(folder);
    desk.environment.put("PATH", System.getenv("PATH"));
    desk.environment.put("FORGE_DATA", data.toString());
    desk.environment.put("FORGE_LOOKUPS", "off");
    desk.environment.put("FORGE_SANDBOX", "process");
    desk.environment.put("FORGE_DEBUG", "1"); // else the log of this process goes to a file
    desk.environment.put("npm_config_userconfig", home.resolve(".npmrc").toString());
    desk.environment.remove("FORGE_REGISTRY");
  }

  @AfterEach
  void end() {
    if (verdaccio != null) {
      verdaccio.close();
    }
  }

  @Test
  void whatIsPublishedIsTheSameBytesForAllAndIsSentOnce() throws Exception {
    Path packed = new HandMade(desk.folder, "1.0.0").packed();
    Sha512 digest = Sha512.of(Files.readAllBytes(packed));

    Desk.Result first = publish(packed, "--yes");

    assertThat(first.exit()).as(first.out() + first.err()).isZero();
    assertThat(first.out())
        .contains("verified", "published " + HandMade.NAME + "@1.0.0", digest.integrity())
        .contains("goes to   " + verdaccio.address());
    assertThat(Sha512.of(get(view("dist.tarball")))).isEqualTo(digest);
    assertThat(view("dist.integrity")).isEqualTo(digest.integrity());
    Path project = Files.createDirectory(desk.folder.resolve("project"));
    Files.writeString(project.resolve("package.json"), "{\"private\":true,\"type\":\"module\"}");
    ok(npm.run(project, "install", HandMade.NAME));
    String script =
        "import('%s').then((m) => console.log(m.isLeap(2000), m.isLeap(1900)))"
            .formatted(HandMade.NAME);
    assertThat(ok(npm.node(project, script))).isEqualTo("true false");

    String before = packument();
    Desk.Result again = publish(packed, "--yes");
    assertThat(again.exit()).as(again.out() + again.err()).isZero();
    assertThat(again.out()).contains("published " + HandMade.NAME + "@1.0.0", digest.integrity());
    assertThat(packument()).isEqualTo(before);
    assertThat(Sha512.of(get(view("dist.tarball")))).isEqualTo(digest);
  }

  @Test
  void otherBytesOfTheSameVersionAreRefused() throws Exception {
    HandMade made = new HandMade(desk.folder, "1.0.0");
    Path packed = made.packed();
    Sha512 digest = Sha512.of(Files.readAllBytes(packed));
    Desk.Result first = publish(packed, "--yes");
    assertThat(first.exit()).as(first.out() + first.err()).isZero();
    String before = packument();

    made.write("LICENSE", "MIT License\n\nCopyright (c) 2027 Ada\n\nPermission is granted.\n");
    Path changed = made.packed();
    assertThat(Sha512.of(Files.readAllBytes(changed))).isNotEqualTo(digest);
    Desk.Result second = publish(changed, "--yes");

    assertThat(second.exit()).as(second.out() + second.err()).isEqualTo(Exit.REFUSED.code());
    assertThat(second.err()).contains(HandMade.NAME + "@1.0.0");
    assertThat(second.out()).doesNotContain("published " + HandMade.NAME);
    assertThat(packument()).isEqualTo(before);
    assertThat(Sha512.of(get(view("dist.tarball")))).isEqualTo(digest);
  }

  @Test
  void aDryRunSendsNothing() throws Exception {
    Path packed = new HandMade(desk.folder, "1.1.0").packed();

    Desk.Result result = publish(packed, "--dry-run");

    assertThat(result.exit()).as(result.out() + result.err()).isZero();
    assertThat(result.out())
        .contains("DRY RUN: " + HandMade.NAME + "@1.1.0 was not published")
        .contains(Sha512.of(Files.readAllBytes(packed)).integrity())
        .doesNotContain("published " + HandMade.NAME);
    RealNpm.Said viewed = npm.run(desk.folder, "view", HandMade.NAME + "@1.1.0");
    assertThat(viewed.exit()).as(viewed.toString()).isNotZero();
    assertThat(viewed.err()).contains("E404");
    assertThat(ask(verdaccio.address().resolve(HandMade.NAME)).statusCode()).isEqualTo(404);
  }

  private Desk.Result publish(Path packed, String flag) {
    desk.err.reset();
    Surroundings around = desk.surroundings(System.out);
    return desk.run(
        new LocalWorkshop(around, new Programs(around), new Sandboxes(around, List.of())),
        "publish",
        String.valueOf(packed.getFileName()),
        flag);
  }

  private String view(String field) throws InterruptedException {
    return ok(npm.run(desk.folder, "view", HandMade.NAME + "@1.0.0", field));
  }

  private static String ok(RealNpm.Said said) {
    assertThat(said.exit()).as(said.toString()).isZero();
    return said.out().strip();
  }

  /** All that the registry knows of the package. */
  private String packument() throws Exception {
    return new String(
        get(verdaccio.address().resolve(HandMade.NAME).toString()), StandardCharsets.UTF_8);
  }

  private static byte[] get(String address) throws Exception {
    HttpResponse<byte[]> answer = ask(URI.create(address));
    assertThat(answer.statusCode()).as(address).isEqualTo(200);
    return answer.body();
  }

  private static HttpResponse<byte[]> ask(URI address) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(20)).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }
}
