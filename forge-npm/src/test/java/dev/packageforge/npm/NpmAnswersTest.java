package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.PackedArtifact;
import dev.packageforge.PublishOptions;
import dev.packageforge.PublishOptions.Access;
import dev.packageforge.PublishOptions.Mode;
import dev.packageforge.Secret;
import dev.packageforge.npm.testing.ErrorRow;
import dev.packageforge.npm.testing.Grant;
import dev.packageforge.npm.testing.StrictRegistry;
import dev.packageforge.npm.testing.Trouble;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishOutcome.Cause;
import dev.packageforge.registry.PublishRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import mockwebserver3.MockResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of the answers of registries. */
@Timeout(60)
class NpmAnswersTest {
  private static final PackedArtifact DEMO = Packed.of("slug-maker", "1.0.0");

  @ParameterizedTest
  @EnumSource
  void everyAnswerThatWasEverSeenHasItsOwnMeaning(ErrorRow row) throws Exception {
    try (StrictRegistry server = StrictRegistry.start();
        NpmRegistry registry = open(server)) {
      server.next(Trouble.refused(row.answer()));
      PublishOutcome outcome = publish(registry, null);
      String found =
          outcome instanceof PublishOutcome.Refused refused
              ? refused.cause().name()
              : outcome.getClass().getSimpleName();
      String expected =
          switch (row) {
            case BAD_SHASUM, CODE_MALFORMED, PROVENANCE_REFUSED, BAD_DATA -> "INVALID";
            case CODE_NEEDED, CODE_NEEDED_LOWER_CASE, CODE_NEEDED_BY_BODY -> "NeedsSecondFactor";
            case BAD_TOKEN, BAD_PASSWORD, TOKEN_DEAD -> "CREDENTIAL_DEAD";
            case ADDRESS_NOT_ALLOWED -> "ADDRESS_NOT_ALLOWED";
            case PAYMENT -> "PAYMENT_REQUIRED";
            case VERSION_EXISTS, ALREADY_PRESENT, STAGED_ALREADY -> "Exists";
            case NAME_TOO_SIMILAR -> "NAME_TOO_SIMILAR";
            case FORBIDDEN, IDENTITY_FORBIDDEN, NOT_FOUND -> "NOT_PERMITTED";
            case TOO_LARGE -> "TOO_LARGE";
            case TOO_MANY, BROKEN, BAD_GATEWAY, UNAVAILABLE, GATEWAY_TIMEOUT -> "Unknown";
          };
      assertThat(found).isEqualTo(expected);
      assertThat(outcome.toString()).doesNotContain("npm_0");
      assertThat(server.uploads()).hasSize(1);
      if (outcome instanceof PublishOutcome.Refused refused) {
        assertThat(refused.sentence()).contains(server.address().toString()).endsWith(".");
        assertThat(refused.remedy()).isNotBlank().endsWith(".");
      }
    }
  }

  @Test
  void aNameThatIsLikeOthersIsToldWithThemAndWithAWayOut() throws Exception {
    try (StrictRegistry server = StrictRegistry.start();
        NpmRegistry registry = open(server)) {
      server.next(Trouble.refused(ErrorRow.NAME_TOO_SIMILAR.answer()));
      assertThat(publish(registry, null))
          .isInstanceOfSatisfying(
              PublishOutcome.Refused.class,
              refused ->
                  assertThat(refused.remedy())
                      .contains("slug-maker,slugmaker")
                      .contains("@ada/slug_maker"));
    }
  }

  @Test
  void aDeadTokenIsNamedAsSuchByOneMoreRequest() throws Exception {
    try (StrictRegistry server = StrictRegistry.start()) {
      Secret token = server.issue(Grant.publish("ada"));
      try (NpmRegistry registry = NpmRegistry.builder(server.address()).token(token).build()) {
        server.revoke(token);
        assertThat(publish(registry, null))
            .isInstanceOfSatisfying(
                PublishOutcome.Refused.class,
                refused -> assertThat(refused.cause()).isEqualTo(Cause.CREDENTIAL_DEAD));
        assertThat(server.requests()).hasSizeLessThanOrEqualTo(2);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"200,{},CREDENTIAL_DEAD", "401,{},CREDENTIAL_DEAD", "404,{},NOT_PERMITTED"})
  void whoWeAreDecidesWhatNotFoundMeans(int status, String body, Cause cause) throws Exception {
    Deque<MockResponse> answers =
        new ArrayDeque<>(
            List.of(
                ScriptedNpm.json(404, "{\"error\":\"Not found\"}").build(),
                ScriptedNpm.json(status, body).build()));
    try (ScriptedNpm npm = new ScriptedNpm(request -> answers.remove());
        NpmRegistry registry = npm.registry().build()) {
      assertThat(publish(registry, null))
          .isInstanceOfSatisfying(
              PublishOutcome.Refused.class,
              refused -> assertThat(refused.cause()).isEqualTo(cause));
      assertThat(npm.lines()).containsExactly("PUT /slug-maker", "GET /-/whoami");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404})
  void whoeverShowsNothingIsToldToShowSomething(int status) throws Exception {
    try (ScriptedNpm npm = ScriptedNpm.answering(status, "{\"error\":\"no\"}");
        NpmRegistry registry = NpmRegistry.builder(npm.address()).build()) {
      assertThat(publish(registry, null))
          .isInstanceOfSatisfying(
              PublishOutcome.Refused.class,
              refused -> assertThat(refused.cause()).isEqualTo(Cause.CREDENTIAL_MISSING));
      assertThat(npm.lines()).containsExactly("PUT /slug-maker");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400,recovery codes are not supported",
    "400,OTP code must be a 6 digit number",
    "401,You must provide a one-time pass."
  })
  void aCodeThatWasNotTakenIsAskedForAgain(int status, String words) throws Exception {
    try (ScriptedNpm npm = ScriptedNpm.answering(status, "{\"error\":\"" + words + "\"}");
        NpmRegistry registry = npm.registry().build()) {
      assertThat(publish(registry, Secret.of("654321")))
          .isInstanceOfSatisfying(
              PublishOutcome.NeedsSecondFactor.class,
              needs ->
                  assertThat(needs.sentence())
                      .contains("did not take the one-time code")
                      .doesNotContain("654321"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "409,Failed to save packument,Unknown",
    "409,Document update conflict,Unknown",
    "409,this package is already present,Exists",
    "403,Two-factor authentication is required,Refused",
    "418,I am a teapot,Refused",
    "425,Too early,Unknown",
    "302,Moved,Refused",
  })
  void oddAnswersAreTypedToo(int status, String words, String kind) throws Exception {
    try (ScriptedNpm npm = ScriptedNpm.answering(status, "{\"error\":\"" + words + "\"}");
        NpmRegistry registry = npm.registry().build()) {
      assertThat(publish(registry, null).getClass().getSimpleName()).isEqualTo(kind);
    }
  }

  @Test
  void whatTheRegistryWantsPeopleToKnowIsTold() throws Exception {
    MockResponse answer =
        ScriptedNpm.json(200, "{}").setHeader("npm-notice", "Tokens change in January").build();
    try (ScriptedNpm npm = new ScriptedNpm(request -> answer);
        NpmRegistry registry = npm.registry().build()) {
      assertThat(publish(registry, null))
          .isInstanceOfSatisfying(
              PublishOutcome.Accepted.class,
              accepted -> assertThat(accepted.message()).contains("Tokens change in January"));
    }
  }

  @Test
  void aRegistryThatRepeatsOurTokenIsNotQuotedWithIt() throws Exception {
    String body = "{\"error\":\"bad token " + ScriptedNpm.TOKEN.reveal() + " or 424242\"}";
    try (ScriptedNpm npm = ScriptedNpm.answering(403, body);
        NpmRegistry registry = npm.registry().build()) {
      assertThat(publish(registry, Secret.of("424242")).toString())
          .contains("[redacted]")
          .doesNotContain(ScriptedNpm.TOKEN.reveal())
          .doesNotContain("424242");
    }
  }

  @Test
  void aStageThatIsNotThereIsToldApartFromAPackageThatIsNotThere() throws Exception {
    PublishOptions stage = new PublishOptions(Mode.STAGE, "latest", Access.PUBLIC);
    for (boolean there : new boolean[] {true, false}) {
      try (ScriptedNpm npm =
              new ScriptedNpm(
                  request ->
                      switch (request.getTarget()) {
                        case "/-/whoami" -> ScriptedNpm.json(200, "{\"username\":\"ada\"}").build();
                        case "/slug-maker" ->
                            ScriptedNpm.json(there ? 200 : 404, "{\"name\":\"x\"}").build();
                        default -> ScriptedNpm.json(404, "{}").build();
                      });
          NpmRegistry registry = npm.registry().build()) {
        assertThat(registry.publish(new PublishRequest(DEMO, stage)))
            .isInstanceOfSatisfying(
                PublishOutcome.Refused.class,
                refused -> {
                  assertThat(refused.cause()).isEqualTo(Cause.MODE_NOT_SUPPORTED);
                  assertThat(refused.remedy().contains("first version")).isEqualTo(!there);
                });
      }
    }
  }

  @Test
  void noAnswerWhateverItIsGoesUntyped() throws Exception {
    Random random = new Random(20260);
    String[] words = {
      "",
      "{}",
      "[]",
      "null",
      "<html>",
      "{\"error\":null}",
      "{\"error\":{}}",
      "\"OTP\"",
      "{\"authUrl\":1}",
      "{\"authUrl\":\"javascript:x\",\"doneUrl\":\"::\"}",
      "\u0000\u001b[31m",
      "{\"error\":\"\u202e\"}"
    };
    String[] headers = {"OTP", "bearer, otp", "ipaddress", "Basic", ""};
    try (ScriptedNpm npm =
            new ScriptedNpm(
                request -> {
                  int status = 200 + random.nextInt(400);
                  return ScriptedNpm.json(status, words[random.nextInt(words.length)])
                      .setHeader("www-authenticate", headers[random.nextInt(headers.length)])
                      .setHeader("location", words[random.nextInt(3)])
                      .build();
                });
        NpmRegistry registry = npm.registry().build()) {
      for (int i = 0; i < 1000; i++) {
        PublishOutcome outcome = publish(registry, i % 3 == 0 ? Secret.of("123123") : null);
        assertThat(outcome).isNotInstanceOf(PublishOutcome.NotSent.class);
        assertThat(outcome.toString()).doesNotContain("\u001b").doesNotContain("\u202e");
      }
    }
  }

  private static NpmRegistry open(StrictRegistry server) {
    return NpmRegistry.builder(server.address()).token(server.issue(Grant.publish("ada"))).build();
  }

  private static PublishOutcome publish(NpmRegistry registry, @Nullable Secret code)
      throws InterruptedException {
    return registry.publish(new PublishRequest(DEMO, PublishOptions.publish(), code));
  }
}
