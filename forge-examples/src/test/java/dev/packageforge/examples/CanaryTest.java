package dev.packageforge.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Secret;
import dev.packageforge.npm.testing.Grant;
import dev.packageforge.npm.testing.StrictRegistry;
import dev.packageforge.redis.RedisProgram;
import dev.packageforge.testing.Requirement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A token that is marked is looked for wherever it must not be, in every form it could have. */
class CanaryTest {
  private Path folder;
  private RealForge forge;
  private StrictRegistry registry;
  private Secret token;
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> printed = new ArrayList<>();
  private final Set<String> leaks = new TreeSet<>();
  private int children;

  /** Where the token is configured. */
  enum Place {
    NPMRC,
    NPMRC_BY_VARIABLE,
    NPM_VARIABLE,
    FORGE_VARIABLE
  }

  @BeforeEach
  void begin(@TempDir Path empty) throws Exception {
    Node.need();
    boolean runs = RedisProgram.find(empty, System.getenv("PATH")).isPresent();
    Requirement.need("redis", runs, "no redis-server runs here");
    folder = empty;
    forge = new RealForge(empty);
    registry = StrictRegistry.start();
    token = registry.issue(Grant.publish("ada"));
    Files.createDirectories(empty.resolve("home"));
    Files.createDirectories(empty.resolve("tmp"));
    environment.put("HOME", empty.resolve("home").toString());
    environment.put("TMPDIR", empty.resolve("tmp").toString());
    environment.put("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + empty.resolve("tmp"));
    environment.put("FORGE_SANDBOX", "process");
    environment.put("FORGE_LOOKUPS", "off");
  }

  @AfterEach
  void end() {
    if (registry != null) {
      registry.close();
    }
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void theTokenIsNowhere(Place place) throws Exception {
    configure(place);
    Path packed = new HandMade(folder, "1.0.0").packed();

    assertThat(run("config")).isZero();
    assertThat(run("doctor")).as(last()).isZero();
    assertThat(last()).contains("as ada");
    assertThat(run("verify", packed.toString(), "--json")).as(last()).isZero();
    assertThat(run("publish", packed.toString(), "--dry-run")).as(last()).isZero();
    assertThat(last()).contains(registry.address().toString());
    assertThat(registry.book()).isEmpty();
    assertThat(run("publish", packed.toString(), "--yes")).as(last()).isZero();
    assertThat(registry.book()).hasSize(1);
    assertThat(run("show")).isZero();
    assertThat(run("show", "--json")).isZero();
    assertThat(run("logs", "-", "--json")).isZero();
    assertThat(run("new", "a slug maker", "--yes", "--json")).as(last()).isZero();
    assertThat(registry.book()).as("the demo's packages go to the folder").hasSize(1);

    assertThat(children).as("children that were looked at").isPositive();
    mustBeNowhere();
  }

  @Test
  void aTokenThatIsRefusedIsInNoMessageAndNoTrace() throws Exception {
    configure(Place.NPMRC);
    environment.put("FORGE_DEBUG", "1");
    Path packed = new HandMade(folder, "1.0.0").packed();
    registry.revoke(token);
    assertThat(run("doctor")).isEqualTo(Exit.NOT_READY.code());
    assertThat(last()).contains("the token is dead");
    assertThat(run("publish", packed.toString(), "--yes")).isEqualTo(Exit.REFUSED.code());
    assertThat(registry.book()).isEmpty();
    mustBeNowhere();
  }

  private void configure(Place place) throws IOException {
    String prefix = "//" + registry.address().getAuthority() + "/";
    String address = "registry=" + registry.address() + "\n";
    Path npmrc = folder.resolve("home/.npmrc");
    switch (place) {
      case NPMRC ->
          Files.writeString(npmrc, address + prefix + ":_authToken=" + token.reveal() + "\n");
      case NPMRC_BY_VARIABLE -> {
        Files.writeString(npmrc, address + prefix + ":_authToken=${NPM_TOKEN}\n");
        environment.put("NPM_TOKEN", token.reveal());
      }
      case NPM_VARIABLE -> {
        Files.writeString(npmrc, address);
        environment.put("npm_config_" + prefix + ":_authToken", token.reveal());
      }
      case FORGE_VARIABLE -> {
        Files.writeString(npmrc, address);
        environment.put("FORGE_NPM_TOKEN", token.reveal());
      }
    }
  }

  private String last() {
    return printed.get(printed.size() - 1);
  }

  /** Runs one, and looks at all its children for as long as it lives. */
  private int run(String... arguments) throws Exception {
    Process process = forge.start(environment, arguments);
    CompletableFuture<String> said =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return new String(process.getInputStream().readAllBytes(), UTF_8);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    long end = System.nanoTime() + RealForge.PATIENCE.toNanos();
    while (!process.waitFor(5, TimeUnit.MILLISECONDS)) {
      Stream.concat(process.descendants(), forge.servers().stream()).forEach(this::lookAt);
      assertThat(System.nanoTime()).as(String.join(" ", arguments)).isLessThan(end);
    }
    forge.servers().forEach(this::lookAt);
    printed.add(said.get(RealForge.PATIENCE.toSeconds(), TimeUnit.SECONDS));
    return process.exitValue();
  }

  private void lookAt(ProcessHandle child) {
    Path proc = Path.of("/proc", Long.toString(child.pid()));
    String line = content(proc.resolve("cmdline"), ISO_8859_1);
    String variables = content(proc.resolve("environ"), ISO_8859_1);
    if (line.isEmpty() || isJavaItself(line)) {
      return;
    }
    children++;
    if (holdsIt(line) || holdsIt(variables)) {
      leaks.add("child " + line.replace('\0', ' '));
    }
  }

  /** Between fork and exec a child is still its parent, or Java's own helper. */
  private static boolean isJavaItself(String line) {
    return line.contains("jspawnhelper") || line.contains(ForgeMain.class.getName());
  }

  private static String content(Path file, Charset charset) {
    try {
      return new String(Files.readAllBytes(file), charset);
    } catch (IOException gone) {
      return "";
    }
  }

  private void mustBeNowhere() throws IOException {
    printed.stream().filter(this::holdsIt).forEach(text -> leaks.add("printed: " + text));
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        boolean theirs = file.equals(folder.resolve("home/.npmrc"));
        if (!theirs && holdsIt(content(file, ISO_8859_1))) {
          leaks.add("file " + folder.relativize(file));
        }
      }
    }
    assertThat(leaks).isEmpty();
  }

  private boolean holdsIt(String text) {
    return forms(token.reveal()).stream().anyMatch(text::contains);
  }

  /**
   * The token as itself, in hexadecimal digits, for addresses, and in base64 wherever it begins.
   */
  private static List<String> forms(String secret) {
    List<String> forms = new ArrayList<>();
    byte[] bytes = secret.getBytes(UTF_8);
    forms.add(secret);
    forms.add(URLEncoder.encode(secret, UTF_8));
    forms.add(HexFormat.of().formatHex(bytes));
    forms.add(HexFormat.of().formatHex(bytes).toUpperCase(Locale.ROOT));
    forms.add(new StringBuilder(secret).reverse().toString());
    for (int before = 0; before < 3; before++) {
      byte[] shifted = new byte[before + bytes.length];
      System.arraycopy(bytes, 0, shifted, before, bytes.length);
      String encoded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
      int first = before == 0 ? 0 : before + 1;
      int last = shifted.length % 3 == 0 ? encoded.length() : encoded.length() - 1;
      forms.add(encoded.substring(first, last));
      forms.add(encoded.substring(first, last).replace('+', '-').replace('/', '_'));
    }
    return forms;
  }

  @Test
  void theFormsWouldBeSeen() {
    String secret = token.reveal();
    List<String> forms = forms(secret);
    for (String before : List.of("", "a", "ab", "abc", "Bearer ", "user:")) {
      String text = before + secret + "\u0000 and more";
      String base64 = Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
      assertThat(forms).as("after \"" + before + "\"").anyMatch(base64::contains);
    }
    assertThat(holdsIt("x" + HexFormat.of().formatHex(secret.getBytes(UTF_8)))).isTrue();
    assertThat(holdsIt("nothing of it")).isFalse();
  }
}
