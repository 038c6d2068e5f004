package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.PackageId;
import dev.packageforge.PublishOptions;
import dev.packageforge.Secret;
import dev.packageforge.registry.PublishRequest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A credential is shown to the registry, and to nobody and nothing else. */
@Timeout(60)
class NpmCanaryTest {
  private static final Secret CODE = Secret.of("canary-code-998877");
  private static final PackageId ID = new PackageId("slug-maker", "1.0.0");

  private final List<String> heard = new ArrayList<>();

  private interface Calling {
    Object call(NpmRegistry registry) throws Exception;
  }

  @Test
  void noOutcomeMessageOrLogHoldsATokenOrACode() throws Exception {
    List<Function<RecordedRequest, MockResponse>> answers = new ArrayList<>();
    for (int status : new int[] {200, 201, 302, 400, 401, 402, 403, 404, 409, 413, 422, 500, 503}) {
      answers.add(
          request ->
              ScriptedNpm.json(status, "{\"error\":\"you sent " + repeated(request) + "\"}")
                  .setHeader("npm-notice", "notice of " + repeated(request))
                  .setHeader("www-authenticate", "Bearer realm=\"" + repeated(request) + "\"")
                  .build());
    }
    answers.add(request -> ScriptedNpm.json(200, repeated(request)).build());
    answers.add(request -> silent(new SocketEffect.CloseSocket()));
    answers.add(request -> silent(SocketEffect.Stall.INSTANCE));
    Logger root = Logger.getLogger("");
    Logger okhttp = Logger.getLogger("okhttp3");
    Handler ear = new Ear();
    ear.setLevel(Level.ALL);
    root.addHandler(ear);
    okhttp.setLevel(Level.ALL);
    try {
      for (Function<RecordedRequest, MockResponse> answer : answers) {
        try (ScriptedNpm npm = new ScriptedNpm(answer);
            NpmRegistry registry = npm.registry().timeout(Duration.ofMillis(500)).build()) {
          all(registry);
        }
      }
      try (NpmRegistry nowhere =
          NpmRegistry.builder(URI.create("http://127.0.0.1:1/")).token(ScriptedNpm.TOKEN).build()) {
        all(nowhere);
      }
    } finally {
      okhttp.setLevel(null);
      root.removeHandler(ear);
    }
    assertThat(heard).hasSizeGreaterThan(100);
    String base64 =
        Base64.getEncoder()
            .encodeToString(ScriptedNpm.TOKEN.reveal().getBytes(StandardCharsets.UTF_8));
    assertThat(heard.stream().filter(each -> each.contains("canary-code"))).isEmpty();
    assertThat(heard.stream().filter(each -> each.contains(base64))).isEmpty();
    assertThat(heard.stream().filter(each -> each.contains(ScriptedNpm.TOKEN.reveal()))).isEmpty();
  }

  /** All credentials that a request brought. */
  private static String repeated(RecordedRequest request) {
    return request.getHeaders().get("authorization") + " " + request.getHeaders().get("npm-otp");
  }

  private static MockResponse silent(SocketEffect effect) {
    return new MockResponse.Builder().onResponseStart(effect).build();
  }

  private void all(NpmRegistry registry) {
    PublishRequest request =
        new PublishRequest(Packed.of("slug-maker", "1.0.0"), PublishOptions.publish(), CODE);
    NpmStaged staged = new NpmStaged("1", ID, "latest", "ada", Optional.empty());
    List<Calling> calls =
        List.of(
            each -> each,
            each -> each.publish(request),
            each -> each.find(ID),
            each -> each.findStaged(ID),
            NpmRegistry::identity,
            each -> each.packument("slug-maker"),
            each -> each.tag(ID, "next", CODE),
            each -> each.approve(staged, CODE),
            each -> each.deprecate("slug-maker", Set.of("1.0.0"), "x", CODE),
            each -> each.unpublish(ID, CODE));
    for (Calling call : calls) {
      try {
        heard.add(String.valueOf(call.call(registry)));
      } catch (Exception e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        heard.add(text.toString());
      }
    }
  }

  /** Hears what is logged. */
  private final class Ear extends Handler {
    @Override
    public void publish(LogRecord line) {
      boolean ofTheServer = String.valueOf(line.getLoggerName()).startsWith("mockwebserver3");
      if (!ofTheServer) {
        synchronized (heard) {
          heard.add(line.getMessage() + " " + line.getThrown());
        }
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
