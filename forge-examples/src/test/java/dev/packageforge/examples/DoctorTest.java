package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
  private Path folder;
  private Desk desk;

  @BeforeEach
  void sitDown(@TempDir Path empty) {
    folder = empty;
    desk = new Desk(empty);
  }

  @Test
  void aMachineThatHasEverythingIsReady() {
    Desk.Result result = desk.run("doctor");
    assertThat(result.exit()).as(result.out()).isZero();
    assertThat(result.out())
        .contains("✓ java", "✓ node", "22.3.0", "✓ npm", "10.8.1", "✓ data", "✓ registry")
        .contains("sandbox", "✓ model     demo", "✓ clock")
        .doesNotContain("✗");
  }

  @Test
  void whatIsMissingComesWithARemedyAndAnExitCode() throws IOException {
    Files.delete(desk.programs.resolve("npm"));
    desk.freeBytes = place -> 1;
    Desk.Result result = desk.run("doctor");
    assertThat(result.exit()).isEqualTo(Exit.NOT_READY.code());
    assertThat(result.out())
        .contains("✗ npm", "→ Install Node.js 20", "✗ disk", "→ Free some space")
        .contains("✓ node");
  }

  @Test
  void littleSpaceIsAWarningOnly() {
    desk.freeBytes = place -> 500L * 1024 * 1024;
    Desk.Result result = desk.run("doctor");
    assertThat(result.exit()).isZero();
    assertThat(result.out()).contains("! disk");
  }

  @Test
  void programsReadOneObjectALine() {
    Desk.Result result = desk.run("doctor", "--json");
    assertThat(result.out().lines())
        .allMatch(line -> line.startsWith("{\"type\":\"check\",\"id\":\""))
        .anyMatch(line -> line.contains("\"id\":\"node\",\"state\":\"ok\""));
  }

  @Test
  void itLeavesNothingButFoldersBehind() throws IOException {
    desk.run("doctor");
    try (var tree = Files.walk(desk.data())) {
      assertThat(tree.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void theVersionOfNpmIsReadWithoutStartingIt() throws IOException {
    Path npm = Files.createDirectories(folder.resolve("lib/npm/bin"));
    Files.writeString(
        npm.resolve("../package.json"), "{\"version\": \"11.2.3\", \"name\": \"npm\"}");
    Path script = Files.copy(desk.programs.resolve("npm"), npm.resolve("npm-cli.js"));
    Files.delete(desk.programs.resolve("npm"));
    Files.createSymbolicLink(desk.programs.resolve("npm"), script);
    assertThat(programs().npm()).map(Programs.Program::version).hasValue("11.2.3");
  }

  @Test
  void npmIsAskedWhereItFetchesFrom() throws IOException {
    Path authorities = Files.writeString(folder.resolve("ca.pem"), "");
    desk.program(
        "npm",
        "[ \"$1 $2\" = 'config get' ] && printf "
            + "'registry=http://ada:sesame@localhost:4873/all/\\ncafile=null\\n'");
    Programs.NpmSource source = programs().npmSource();
    assertThat(source.registry()).hasToString("Optional[http://localhost:4873/all/]");
    assertThat(source.certificates()).isEmpty();
    desk.environment.put("NODE_EXTRA_CA_CERTS", authorities.toString());
    assertThat(programs().npmSource().certificates()).hasValue(authorities);
  }

  @Test
  void anNpmThatFailsSaysNothing() {
    desk.program("npm", "echo registry=http://localhost/; exit 1");
    assertThat(programs().npmSource().registry()).isEmpty();
    assertThat(programs().npm()).map(Programs.Program::version).hasValue("");
  }

  @Test
  void aRegistryThatAnswersIsToldFromOneThatDoesNot() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/npm",
        exchange -> {
          byte[] npm =
              "{\"name\":\"npm\",\"dist-tags\":{\"latest\":\"1.0.0\"},\"versions\":{\"1.0.0\":{}}}"
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, npm.length);
          exchange.getResponseBody().write(npm);
          exchange.close();
        });
    server.start();
    String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    desk.environment.put("npm_config_registry", address);
    try {
      assertThat(desk.run("doctor", "--online").out())
          .contains("✓ online    " + address + " answers");
      assertThat(desk.run("doctor").out()).doesNotContain("online");
    } finally {
      server.stop(0);
    }
    Desk.Result gone = desk.run("doctor", "--online");
    assertThat(gone.out()).contains("! online", "→ ");
    assertThat(gone.exit()).isZero();
  }

  private Programs programs() {
    return new Programs(desk.surroundings(System.out));
  }

  @Test
  void aLiveModelIsToldWithItsPriceAndWhereItsKeyComesFrom() {
    desk.environment.putAll(Map.of("GEMINI_API_KEY", "sesame", "FORGE_MODEL", "gemini-2.5-flash"));
    assertThat(desk.run("doctor", "--sandbox", "process").out())
        .contains(
            "✓ model     gemini-2.5-flash, with the key of: environment GEMINI_API_KEY; $0.30 in")
        .contains("! sandbox", "It was set so")
        .doesNotContain("sesame");
    desk.environment.put("GOOGLE_GEMINI_BASE_URL", "http://127.0.0.1:9/gate");
    assertThat(desk.run("doctor").out()).contains("GEMINI_API_KEY, at http://127.0.0.1:9/gate; ");
  }

  @Test
  void aPriceThatNobodyKnowsIsAWarningSinceNoBudgetHolds() {
    desk.environment.putAll(
        Map.of("GEMINI_API_KEY", "sesame", "FORGE_MODEL", "gemini-of-tomorrow"));
    assertThat(desk.run("doctor").out())
        .contains("! model", "price unknown", "--model-price-input and --model-price-output")
        .doesNotContain("sesame");
    desk.environment.put("FORGE_MODEL_PRICE_INPUT", "1.5");
    desk.environment.put("FORGE_MODEL_PRICE_OUTPUT", "9");
    assertThat(desk.run("doctor").out())
        .contains("✓ model", "$1.50 in, $9.00 out for a million tokens");
  }

  @Test
  void aLiveModelNeedsAWordThatItsCodeMayRunHere() {
    desk.environment.put("GEMINI_API_KEY", "sesame");
    Desk.Result result = desk.run("doctor");
    assertThat(result.exit()).isEqualTo(Exit.NOT_READY.code());
    assertThat(result.out()).contains("✗ sandbox", "FORGE_SANDBOX=process");
  }
}
