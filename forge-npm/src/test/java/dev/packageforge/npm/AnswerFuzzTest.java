package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.PackageId;
import dev.packageforge.PackedArtifact;
import dev.packageforge.PublishOptions;
import dev.packageforge.PublishOptions.Access;
import dev.packageforge.PublishOptions.Mode;
import dev.packageforge.Secret;
import dev.packageforge.npm.testing.Answer;
import dev.packageforge.npm.testing.ErrorRow;
import dev.packageforge.npm.testing.Grant;
import dev.packageforge.npm.testing.StrictRegistry;
import dev.packageforge.npm.testing.Trouble;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishRequest;
import dev.packageforge.registry.RegistryException;
import dev.packageforge.registry.StoredVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A registry that answers anything at all. Whatever it is, it is an outcome or a {@link
 * RegistryException}, says something to people, holds no credential, and has sent nothing twice.
 */
@Timeout(300)
class AnswerFuzzTest {
  private static final int ANSWERS = 3_000;
  private static final PackageId ID = new PackageId("demo", "1.0.0");
  private static final PackedArtifact PACKED = Packed.of("demo", "1.0.0");

  private static final List<String> BODIES =
      List.of(
          "",
          "null",
          "[]",
          "{}",
          "7",
          "\"text\"",
          "{",
          "{\"error\":",
          "<html><body>Bad gateway</body></html>",
          "{\"error\":{\"deep\":[1,2,3]}}",
          "{\"error\":\"You must provide a one-time pass.\"}",
          "{\"authUrl\":\"x\",\"doneUrl\":\"y\"}",
          "{\"authUrl\":\"javascript:alert(1)\",\"doneUrl\":\"file:///etc/passwd\"}",
          "{\"authUrl\":7,\"doneUrl\":null}",
          "{\"name\":\"demo\",\"version\":\"1.0.0\",\"dist\":7}",
          "{\"name\":\"demo\",\"version\":\"1.0.0\",\"dist\":{\"integrity\":\"sha512-?\"}}",
          "{\"name\":\"demo\",\"dist\":{\"integrity\":\"sha1-x\",\"tarball\":\"::\"}}",
          "{\"name\":\"demo\",\"dist\":{\"shasum\":\"0\",\"tarball\":\"ftp://127.0.0.1/x\"}}",
          "{\"versions\":[],\"dist-tags\":7,\"time\":\"x\"}",
          "{\"versions\":{\"1.0.0\":null,\"x\":{\"dist\":[]}},\"time\":{\"1.0.0\":\"never\"}}",
          "{\"items\":[null,7,{\"id\":null},{\"id\":\"../..\",\"packageName\":\"demo\"}],\"total\":-1}",
          "{\"items\":[{\"id\":\"a\",\"packageName\":\"demo\",\"version\":\"1.0.0\"}],\"total\":9999}",
          "{\"objects\":[{\"token\":7},null],\"urls\":{\"next\":\"\\u0000\"}}",
          "{\"username\":{}}",
          "{\"ok\":false,\"success\":false,\"stageId\":[]}",
          "{\"latest\":{},\"next\":null}",
          "\u0000\u0001\u001b[2J\u202e\ufeff",
          "{\"error\":\"\\u001b]0;x\\u0007\\r\\nnpm error ok\"}",
          "{\"a\":1}{\"b\":2}",
          "[".repeat(5_000),
          "{\"error\":\"" + "x".repeat(100_000) + "\"}");

  private static final List<Map.Entry<String, List<String>>> HEADERS =
      List.of(
          Map.entry("content-type", List.of("application/json", "text/html", ";;;", "a/b; q=x")),
          Map.entry("content-encoding", List.of("gzip", "br", "identity")),
          Map.entry(
              "www-authenticate", List.of("OTP", "otp", "Bearer", "ipaddress", "???", "Basic")),
          Map.entry("npm-notice", List.of("expired", "", "\t", "x".repeat(5_000))),
          Map.entry("retry-after", List.of("0", "-1", "99999999999999", "never", "")),
          Map.entry("location", List.of("/demo", "/", "", "::", "http://127.0.0.1:1/", "//", "?")),
          Map.entry("set-cookie", List.of("a=b", "=")),
          Map.entry("transfer-encoding", List.of("identity", "x")),
          Map.entry("etag", List.of("\"x\"")));

  private final Random random = new Random(20_261_122);

  /** A question to the registry. */
  private interface Deed {
    Object ask(NpmRegistry npm) throws InterruptedException;
  }

  private static final List<Deed> DEEDS =
      List.of(
          npm -> npm.find(ID),
          npm -> npm.findStaged(ID),
          npm ->
              npm.served(
                  new StoredVersion(ID, PACKED.artifact().digest(), npm.description() + "x")),
          npm -> npm.packument("demo"),
          npm -> npm.abbreviated("@ada/demo"),
          npm -> npm.tags("demo"),
          NpmRegistry::staged,
          NpmRegistry::identity,
          npm -> npm.tag(ID, "next", null),
          npm -> npm.untag("demo", "next", Secret.of("123456")),
          npm -> npm.deprecate("demo", Set.of("1.0.0"), "old", null),
          npm -> npm.unpublish(ID, null));

  @Test
  void whateverIsAnsweredIsToldAndNothingIsSentTwice() throws Exception {
    int outcomes = 0;
    int accidents = 0;
    try (StrictRegistry registry = StrictRegistry.start()) {
      Secret token = registry.issue(Grant.publish("ada"));
      try (NpmRegistry npm =
          NpmRegistry.builder(registry.address())
              .token(token)
              .timeout(Duration.ofSeconds(20))
              .build()) {
        for (int i = 0; i < ANSWERS; i++) {
          Deed deed = i % 2 == 0 ? publish() : DEEDS.get(random.nextInt(DEEDS.size()));
          Trouble trouble = trouble(token);
          registry.trouble(request -> Optional.of(trouble));
          int before = registry.uploads().size();
          try {
            Object answer = deed.ask(npm);
            told(i + ": " + trouble, String.valueOf(answer), answer, token);
            outcomes++;
          } catch (RegistryException e) {
            assertThat(e.remedy()).isNotBlank();
            told(i + ": " + trouble, e + " " + e.remedy(), e, token);
            accidents++;
          }
          assertThat(registry.uploads().size() - before)
              .as("uploads of %s: %s", i, trouble)
              .isLessThanOrEqualTo(1);
        }
      }
      assertThat(registry.book()).isEmpty();
    }
    assertThat(outcomes).isGreaterThan(ANSWERS / 3);
    assertThat(accidents).isGreaterThan(ANSWERS / 10);
  }

  private static void told(String what, String text, Object answer, Secret token) {
    if (answer instanceof PublishOutcome || answer instanceof RegistryException) {
      // What else comes back is the registry's own data: a tag may be called anything.
      assertThat(text).as(what).doesNotContain(token.reveal());
    }
    String sentence =
        answer instanceof PublishOutcome.Refused refused
            ? refused.sentence() + refused.remedy()
            : answer instanceof PublishOutcome.Unknown unknown ? unknown.sentence() : "told";
    assertThat(sentence).as(what).isNotBlank().hasSizeLessThan(2_000);
    assertThat(sentence.chars()).as(what).noneMatch(c -> (c < ' ' && c != '\n') || c == 0x202e);
  }

  private Deed publish() {
    Mode mode = random.nextInt(3) == 0 ? Mode.STAGE : Mode.PUBLISH;
    @Nullable Secret code = random.nextBoolean() ? Secret.of("123456") : null;
    PublishOptions options = new PublishOptions(mode, "latest", Access.PUBLIC);
    return npm -> npm.publish(new PublishRequest(PACKED, options, code));
  }

  private Trouble trouble(Secret token) {
    return switch (random.nextInt(12)) {
      case 0 -> Trouble.lostRequest();
      case 1 -> Trouble.cutRequest();
      case 2 -> {
        ErrorRow[] rows = ErrorRow.values();
        yield Trouble.refused(rows[random.nextInt(rows.length)].answer());
      }
      default -> Trouble.refused(answer(token));
    };
  }

  private Answer answer(Secret token) {
    List<Integer> usual = List.of(200, 201, 204, 301, 307, 308, 400, 401, 403, 404, 409, 422, 503);
    int status =
        random.nextBoolean() ? usual.get(random.nextInt(usual.size())) : 200 + random.nextInt(400);
    Map<String, String> headers = new TreeMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      Map.Entry<String, List<String>> header = HEADERS.get(random.nextInt(HEADERS.size()));
      headers.put(header.getKey(), header.getValue().get(random.nextInt(header.getValue().size())));
    }
    return new Answer(status, headers, body(token));
  }

  private byte[] body(Secret token) {
    if (random.nextInt(10) == 0) {
      byte[] noise = new byte[random.nextInt(300)];
      random.nextBytes(noise);
      return noise;
    }
    if (random.nextInt(10) == 0) {
      // A proxy that shows what it was sent.
      String echo = "{\"error\":\"Bearer " + token.reveal() + " is not good\"}";
      return echo.getBytes(StandardCharsets.UTF_8);
    }
    String body = BODIES.get(random.nextInt(BODIES.size()));
    int end = random.nextInt(8) == 0 ? random.nextInt(body.length() + 1) : body.length();
    return body.substring(0, end).getBytes(StandardCharsets.UTF_8);
  }
}
