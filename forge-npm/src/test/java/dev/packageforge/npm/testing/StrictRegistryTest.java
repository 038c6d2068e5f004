package dev.packageforge.npm.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.PackageId;
import dev.packageforge.Secret;
import dev.packageforge.Sha512;
import dev.packageforge.npm.testing.Grant.Deed;
import dev.packageforge.npm.testing.StrictRegistry.Factor;
import dev.packageforge.testing.ManualClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class StrictRegistryTest {
  private static final PackageId TINY = new PackageId("tiny-maker", "1.0.0");

  private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-11-22T10:00:00Z"));
  private final StrictRegistry registry = StrictRegistry.start(clock);
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Secret token = registry.issue(Grant.publish("ada"));

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void holdsNothingAtFirst() throws Exception {
    assertThat(get("tiny-maker").statusCode()).isEqualTo(404);
    assertThat(get("tiny-maker/1.0.0").statusCode()).isEqualTo(404);
    assertThat(registry.book()).isEmpty();
  }

  @Test
  void whatWasPublishedIsServedByteForByte() throws Exception {
    Upload upload = new Upload("tiny-maker", "1.0.0");
    assertThat(publish(upload).statusCode()).isEqualTo(200);
    byte[] sent = upload.tarball();
    JsonNode version = json(get("tiny-maker/1.0.0"));
    assertThat(version.path("dist").path("integrity").asText())
        .isEqualTo(Sha512.of(sent).integrity());
    assertThat(json(get("tiny-maker/latest"))).isEqualTo(version);
    URI tarball = URI.create(version.path("dist").path("tarball").asText());
    assertThat(
            http.send(
                    HttpRequest.newBuilder(tarball).build(),
                    HttpResponse.BodyHandlers.ofByteArray())
                .body())
        .isEqualTo(sent)
        .isEqualTo(registry.bytes(TINY).orElseThrow());
    assertThat(registry.book()).map(StoredPackage::id).containsExactly(TINY);
    assertThat(registry.uploads()).hasSize(1);
  }

  @Test
  void bothPackumentsAreServed() throws Exception {
    publish(
        new Upload("tiny-maker", "1.0.0")
            .manifest(json -> json.putObject("scripts").put("postinstall", "node x.js")));
    JsonNode full = json(get("tiny-maker"));
    assertThat(full.path("time").path("1.0.0").asText()).isEqualTo("2026-11-22T10:00:00Z");
    assertThat(full.path("readme").asText()).contains("# tiny-maker");
    assertThat(full.path("dist-tags").path("latest").asText()).isEqualTo("1.0.0");
    HttpResponse<String> brief =
        send(request("tiny-maker").header("accept", "application/vnd.npm.install-v1+json; q=1.0"));
    assertThat(brief.headers().firstValue("content-type"))
        .hasValue("application/vnd.npm.install-v1+json");
    JsonNode version = json(brief).path("versions").path("1.0.0");
    assertThat(version.path("hasInstallScript").asBoolean()).isTrue();
    assertThat(version.has("scripts")).isFalse();
    assertThat(json(brief).has("time")).isFalse();
  }

  @ParameterizedTest
  @MethodSource("spoils")
  void whatIsNotRightIsRefusedAndNotStored(String what, Consumer<ObjectNode> spoil)
      throws Exception {
    ObjectNode document = new Upload("tiny-maker", "1.0.0").document(registry.address());
    spoil.accept(document);
    HttpResponse<String> answer = put("tiny-maker", document.toString());
    assertThat(answer.statusCode()).as(what).isIn(400, 422);
    assertThat(answer.body()).contains("error");
    assertThat(registry.book()).isEmpty();
  }

  static List<Object[]> spoils() {
    return List.of(
        spoil(
            "other sha512", one -> dist(one).put("integrity", Sha512.of(new byte[1]).integrity())),
        spoil("other sha1", one -> dist(one).put("shasum", Document.sha1(new byte[1]))),
        spoil("other length", one -> attachment(one).put("length", 7)),
        spoil("no length", one -> attachment(one).remove("length")),
        spoil("no attachment", one -> one.putObject("_attachments")),
        spoil("no Base64", one -> attachment(one).put("data", "?")),
        spoil("other type", one -> attachment(one).put("content_type", "application/gzip")),
        spoil("other address", one -> dist(one).put("tarball", "http://127.0.0.1/x.tgz")),
        spoil("other name", one -> one.put("name", "other")),
        spoil("other _id", one -> one.put("_id", "other")),
        spoil("no access", one -> one.remove("access")),
        spoil("restricted without scope", one -> one.put("access", "restricted")),
        spoil("range for a tag", one -> one.putObject("dist-tags").put("1.x", "1.0.0")),
        spoil("two tags", one -> one.withObject("/dist-tags").put("next", "1.0.0")),
        spoil("tag elsewhere", one -> one.withObject("/dist-tags").put("latest", "2.0.0")),
        spoil("two versions", one -> one.withObject("/versions").putObject("1.0.1")),
        spoil("a leak", one -> version(one).put("_resolved", "/home/ada/tiny.tgz")),
        spoil("a hidden dependency", one -> version(one).putObject("dependencies").put("x", "1")),
        spoil("a hidden script", one -> version(one).putObject("scripts").put("install", "x")),
        spoil("a hidden bin", one -> version(one).put("bin", "x.js")),
        spoil("other licence", one -> version(one).put("license", "ISC")),
        spoil("an invented description", one -> version(one).put("description", "Other.")),
        spoil("types that are not there", one -> version(one).put("types", "x.d.ts")),
        spoil("no readme", one -> version(one).remove("readme")),
        spoil("other manifest", one -> version(one).put("version", "1.0.1")),
        spoil("a field too many", one -> one.put("maintainers", "ada")));
  }

  private static Object[] spoil(String what, Consumer<ObjectNode> change) {
    return new Object[] {what, change};
  }

  private static ObjectNode version(ObjectNode document) {
    return document.withObject("/versions").withObject("/1.0.0");
  }

  private static ObjectNode dist(ObjectNode document) {
    return version(document).withObject("/dist");
  }

  private static ObjectNode attachment(ObjectNode document) {
    return document.withObject("/_attachments").withObject("/tiny-maker-1.0.0.tgz");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.0", "01.0.0", "v1.0.0", "1.0.0.0", "1.0.0-01", "latest", "1.0.0 "})
  void whatIsNoVersionIsRefused(String version) throws Exception {
    assertThat(publish(new Upload("tiny-maker", version)).statusCode()).isEqualTo(422);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Tiny", "_tiny", ".tiny", "fs", "node_modules", "ti ny", "@x/Y", "tiny!"})
  void whatIsNoNameIsRefused(String name) throws Exception {
    Upload upload = new Upload(name, "1.0.0");
    String path = name.replace("/", "%2f").replace(" ", "%20");
    assertThat(put(path, upload.document(registry.address()).toString()).statusCode())
        .isEqualTo(422);
  }

  @Test
  void aVersionIsStoredOnceAndForGood() throws Exception {
    publish(new Upload("tiny-maker", "1.0.0"));
    HttpResponse<String> again = publish(new Upload("tiny-maker", "1.0.0").file("x.js", "1"));
    assertThat(again.statusCode()).isEqualTo(403);
    assertThat(again.body()).contains("cannot publish over the previously published");
    assertThat(registry.book()).hasSize(1);
  }

  @Test
  void whatClientsFindOutForAPackageJsonIsLetThrough() throws Exception {
    Upload upload =
        new Upload("tiny-maker", "1.0.0")
            .file("index.d.ts", "export {}\n")
            .file("binding.gyp", "{}")
            .file("server.js", "")
            .manifest(one -> one.putObject("scripts").put("lint", "node_modules/.bin/lint ."));
    ObjectNode document = upload.document(registry.address());
    ObjectNode sent = version(document);
    sent.put("description", "tiny-maker").put("types", "./index.d.ts").put("gypfile", true);
    sent.putObject("scripts")
        .put("lint", "lint .")
        .put("install", "node-gyp rebuild")
        .put("start", "node server.js");
    assertThat(put("tiny-maker", document.toString()).body()).contains("success");
  }

  @Test
  void aTwinOfANameIsRefused() throws Exception {
    publish(new Upload("tiny-maker", "1.0.0"));
    HttpResponse<String> twin = publish(new Upload("tiny.maker", "1.0.0"));
    assertThat(twin.statusCode()).isEqualTo(403);
    assertThat(twin.body()).contains("too similar to existing package(s) tiny-maker;");
  }

  @Test
  void anothersPackageIsRefused() throws Exception {
    publish(new Upload("tiny-maker", "1.0.0"));
    token = registry.issue(Grant.publish("eve"));
    assertThat(publish(new Upload("tiny-maker", "1.0.1")).statusCode()).isEqualTo(403);
  }

  @Test
  void eachKindOfTokenDoesWhatItIsForAndNoMore() throws Exception {
    publish(new Upload("tiny-maker", "1.0.0"));
    Upload next = new Upload("tiny-maker", "1.0.1");
    token = registry.issue(Grant.of("ada", Deed.READ));
    assertThat(publish(next).statusCode()).isEqualTo(403);
    assertThat(stage(next).statusCode()).isEqualTo(403);
    token = registry.issue(Grant.of("ada", Deed.STAGE));
    assertThat(publish(next).statusCode()).isEqualTo(403);
    assertThat(stage(next).statusCode()).isEqualTo(201);
    token = registry.issue(Grant.publish("ada").boundTo("other"));
    assertThat(publish(new Upload("tiny-maker", "1.0.2")).statusCode()).isEqualTo(404);
    assertThat(json(get("-/whoami")).path("username").asText()).isEqualTo("ada");
    assertThat(registry.book()).hasSize(1);
  }

  @Test
  void aDeadTokenIsToldByAHeaderOnly() throws Exception {
    token = registry.issue(Grant.publish("ada").until(clock.instant().plusSeconds(60)));
    assertThat(publish(new Upload("tiny-maker", "1.0.0")).statusCode()).isEqualTo(200);
    clock.advance(Duration.ofSeconds(60));
    HttpResponse<String> late = publish(new Upload("tiny-maker", "1.0.1"));
    assertThat(late.statusCode()).isEqualTo(404);
    assertThat(late.headers().firstValue("npm-notice"))
        .hasValueSatisfying(notice -> assertThat(notice).contains("expired or revoked"));
    assertThat(get("-/whoami").body()).isEqualTo("{}");
    token = registry.issue(Grant.publish("ada"));
    registry.revoke(token);
    assertThat(publish(new Upload("tiny-maker", "1.0.1")).statusCode()).isEqualTo(404);
  }

  @Test
  void aCodeIsGoodOnce() throws Exception {
    registry.requires("ada", Factor.CODE);
    HttpResponse<String> without = publish(new Upload("tiny-maker", "1.0.0"));
    assertThat(without.statusCode()).isEqualTo(401);
    assertThat(without.headers().firstValue("www-authenticate")).hasValue("OTP");
    String code = registry.code("ada").reveal();
    assertThat(publish(new Upload("tiny-maker", "1.0.0"), code).statusCode()).isEqualTo(200);
    assertThat(publish(new Upload("tiny-maker", "1.0.1"), code).statusCode()).isEqualTo(401);
    assertThat(publish(new Upload("tiny-maker", "1.0.1"), "recovery").statusCode()).isEqualTo(400);
    String others = registry.code("eve").reveal();
    assertThat(publish(new Upload("tiny-maker", "1.0.1"), others).statusCode()).isEqualTo(401);
    token = registry.issue(Grant.publish("ada").bypassing());
    assertThat(publish(new Upload("tiny-maker", "1.0.1")).statusCode()).isEqualTo(200);
  }

  @Test
  void aVisitIsAsGoodAsACode() throws Exception {
    registry.requires("ada", Factor.WEB).retryAfter(Duration.ofSeconds(3));
    JsonNode asked = json(publish(new Upload("tiny-maker", "1.0.0")));
    URI done = URI.create(asked.path("doneUrl").asText());
    HttpResponse<String> early = send(HttpRequest.newBuilder(done));
    assertThat(early.statusCode()).isEqualTo(202);
    assertThat(early.headers().firstValue("retry-after")).hasValue("3");
    registry.agree(URI.create(asked.path("authUrl").asText()));
    String word = json(send(HttpRequest.newBuilder(done))).path("token").asText();
    assertThat(publish(new Upload("tiny-maker", "1.0.0"), word).statusCode()).isEqualTo(200);
    assertThat(publish(new Upload("tiny-maker", "1.0.1"), word).statusCode()).isEqualTo(401);
    assertThat(send(HttpRequest.newBuilder(done)).statusCode()).isEqualTo(404);
  }

  @Test
  void aStagedVersionIsPublishedByAPersonsWordOnly() throws Exception {
    assertThat(stage(new Upload("tiny-maker", "1.0.0")).statusCode()).isEqualTo(404);
    publish(new Upload("tiny-maker", "1.0.0"));
    Upload next = new Upload("tiny-maker", "1.0.1");
    String id = json(stage(next)).path("stageId").asText();
    assertThat(stage(next).statusCode()).isEqualTo(409);
    assertThat(publish(next).statusCode()).isEqualTo(409);
    assertThat(get("tiny-maker/1.0.1").statusCode()).isEqualTo(404);
    JsonNode list = json(get("-/stage?page=0&perPage=100&package=tiny-maker"));
    assertThat(list.path("total").asInt()).isEqualTo(1);
    assertThat(list.path("items").path(0).path("id").asText()).isEqualTo(id);
    assertThat(list.path("items").path(0).path("shasum").asText())
        .isEqualTo(Document.sha1(next.tarball()));
    assertThat(
            http.send(
                    request("-/stage/" + id + "/tarball").build(),
                    HttpResponse.BodyHandlers.ofByteArray())
                .body())
        .isEqualTo(next.tarball());
    assertThat(approve(id, Optional.empty()).statusCode()).isEqualTo(401);
    assertThat(approve(id, Optional.of(registry.code("ada"))).statusCode()).isEqualTo(201);
    assertThat(get("tiny-maker/1.0.1").statusCode()).isEqualTo(200);
    assertThat(json(get("-/stage")).path("total").asInt()).isZero();
    assertThat(stage(next).statusCode()).isEqualTo(403);
  }

  @Test
  void aRejectedVersionIsGone() throws Exception {
    publish(new Upload("tiny-maker", "1.0.0"));
    String id = json(stage(new Upload("tiny-maker", "1.0.1"))).path("stageId").asText();
    HttpRequest.Builder reject =
        request("-/stage/" + id).header("npm-otp", registry.code("ada").reveal());
    assertThat(send(reject.DELETE()).statusCode()).isEqualTo(204);
    assertThat(get("-/stage/" + id).statusCode()).isEqualTo(404);
    assertThat(registry.book()).hasSize(1);
  }

  @Test
  void whatWasStoredIsSeenLaterIfTheRegistryIsSlow() throws Exception {
    registry.lag(Duration.ofSeconds(60), Duration.ofSeconds(90));
    publish(new Upload("tiny-maker", "1.0.0"));
    assertThat(registry.stored(TINY)).isPresent();
    assertThat(get("tiny-maker/1.0.0").statusCode()).isEqualTo(404);
    assertThat(publish(new Upload("tiny-maker", "1.0.0")).statusCode()).isEqualTo(403);
    clock.advance(Duration.ofSeconds(60));
    assertThat(get("tiny-maker/1.0.0").statusCode()).isEqualTo(200);
    assertThat(get("tiny-maker/-/tiny-maker-1.0.0.tgz").statusCode()).isEqualTo(404);
    clock.advance(Duration.ofSeconds(30));
    assertThat(get("tiny-maker/-/tiny-maker-1.0.0.tgz").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource(ErrorRow.class)
  void everyErrorIsSaidOnDemandOnce(ErrorRow row) throws Exception {
    registry.next(Trouble.refused(row.answer()));
    assertThat(publish(new Upload("tiny-maker", "1.0.0")).statusCode())
        .isEqualTo(row.answer().status());
    assertThat(registry.book()).isEmpty();
    assertThat(publish(new Upload("tiny-maker", "1.0.0")).statusCode()).isEqualTo(200);
    assertThat(registry.uploads()).hasSize(2);
  }

  @Test
  void answersAreLostInEveryWay() throws Exception {
    registry.next(Trouble.storedThen(ErrorRow.BAD_GATEWAY.answer()));
    assertThat(publish(new Upload("first", "1.0.0")).statusCode()).isEqualTo(502);
    assertThat(registry.book()).hasSize(1);
    for (Trouble trouble : List.of(Trouble.lostAnswer(), Trouble.cutAnswer())) {
      registry.next(trouble);
      String name = "stored-" + registry.book().size();
      assertThatThrownBy(() -> publish(new Upload(name, "1.0.0"))).isInstanceOf(IOException.class);
      assertThat(registry.stored(new PackageId(name, "1.0.0"))).isPresent();
    }
    for (Trouble trouble : List.of(Trouble.lostRequest(), Trouble.cutRequest())) {
      registry.next(trouble);
      assertThatThrownBy(() -> publish(new Upload("never", "1.0.0")))
          .isInstanceOf(IOException.class);
    }
    assertThat(registry.book()).hasSize(3);
  }

  @Test
  void anyRequestMayBeSpoiled() throws Exception {
    publish(new Upload("tiny-maker", "1.0.0"));
    registry.trouble(
        request ->
            request.path().startsWith("/tiny")
                ? Optional.of(Trouble.refused(ErrorRow.UNAVAILABLE.answer()))
                : Optional.empty());
    assertThat(get("tiny-maker/1.0.0").statusCode()).isEqualTo(503);
    assertThat(get("-/ping").statusCode()).isEqualTo(200);
  }

  @Test
  void aUserSeesWhatTheirTokensMayDo() throws Exception {
    Secret bound =
        registry.issue(
            Grant.of("ada", Deed.READ).boundTo("tiny-maker").until(clock.instant().plusSeconds(9)));
    registry.issue(Grant.publish("eve"));
    JsonNode list = json(get("-/npm/v1/tokens"));
    assertThat(list.path("total").asInt()).isEqualTo(2);
    JsonNode told = list.path("objects").path(1);
    assertThat(bound.reveal()).startsWith(told.path("token").asText());
    assertThat(told.path("readonly").asBoolean()).isTrue();
    assertThat(told.path("expires").asText()).isEqualTo("2026-11-22T10:00:09Z");
    assertThat(told.path("packages").path(0).asText()).isEqualTo("tiny-maker");
    assertThat(list.toString()).doesNotContain(bound.reveal());
    String key = told.path("key").asText();
    assertThat(send(request("-/npm/v1/tokens/token/" + key).DELETE()).statusCode()).isEqualTo(204);
    assertThat(json(get("-/npm/v1/tokens")).path("total").asInt()).isEqualTo(1);
  }

  @Test
  void aBuilderThatIsTrustedGetsATokenForOnePackageThatIsThere() throws Exception {
    Secret identity = registry.trust("tiny-maker", Grant.publish("ada"));
    String exchange = "-/npm/v1/oidc/token/exchange/package/";
    Secret own = token;
    token = identity;
    assertThat(post(exchange + "tiny-maker", "").statusCode()).isEqualTo(404);
    token = own;
    publish(new Upload("tiny-maker", "1.0.0"));
    assertThat(post(exchange + "tiny-maker", "").statusCode()).isEqualTo(403);
    token = identity;
    token = Secret.of(json(post(exchange + "tiny-maker", "")).path("token").asText());
    assertThat(publish(new Upload("tiny-maker", "1.0.1")).statusCode()).isEqualTo(200);
    assertThat(publish(new Upload("other", "1.0.0")).statusCode()).isEqualTo(404);
    clock.advance(Duration.ofHours(1));
    assertThat(publish(new Upload("tiny-maker", "1.0.2")).statusCode()).isEqualTo(404);
  }

  @Test
  void adviceIsToldOfTheVersionsItIsFor() throws Exception {
    registry.advise(TINY, "high", "reads what it should not");
    String path = "-/npm/v1/security/advisories/bulk";
    JsonNode told =
        json(post(path, "{\"tiny-maker\":[\"1.0.0\",\"1.0.1\"],\"other\":[\"1.0.0\"]}"));
    assertThat(told.path("tiny-maker").path(0).path("severity").asText()).isEqualTo("high");
    assertThat(told.path("tiny-maker")).hasSize(1);
    assertThat(told.has("other")).isFalse();
  }

  @Test
  void whatIsStoredIsSigned() throws Exception {
    publish(new Upload("tiny-maker", "1.0.0"));
    JsonNode key = json(get("-/npm/v1/keys")).path("keys").path(0);
    JsonNode dist = json(get("tiny-maker/1.0.0")).path("dist");
    Signature verifier = Signature.getInstance("SHA256withECDSA");
    byte[] encoded = Base64.getDecoder().decode(key.path("key").asText());
    verifier.initVerify(
        KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded)));
    String signed = "tiny-maker@1.0.0:" + dist.path("integrity").asText();
    verifier.update(signed.getBytes(StandardCharsets.UTF_8));
    JsonNode signature = dist.path("signatures").path(0);
    assertThat(verifier.verify(Base64.getDecoder().decode(signature.path("sig").asText())))
        .isTrue();
    assertThat(signature.path("keyid")).isEqualTo(key.path("keyid"));
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() throws Exception {
    registry.largestBody(500);
    assertThat(publish(new Upload("tiny-maker", "1.0.0")).statusCode()).isEqualTo(413);
  }

  @Test
  void aNameWithAScopeIsOneNameHoweverItIsWritten() throws Exception {
    assertThat(publish(new Upload("@ada/tiny", "1.0.0")).statusCode()).isEqualTo(200);
    assertThat(get("@ada%2ftiny/1.0.0").statusCode()).isEqualTo(200);
    assertThat(get("@ada%2Ftiny").statusCode()).isEqualTo(200);
    assertThat(get("@ada/tiny/1.0.0").statusCode()).isEqualTo(200);
    assertThat(json(get("@ada/tiny/1.0.0")).path("dist").path("tarball").asText())
        .endsWith("/@ada/tiny/-/tiny-1.0.0.tgz");
    assertThat(get("@ada/tiny/-/tiny-1.0.0.tgz").statusCode()).isEqualTo(200);
  }

  @Test
  void whatIsRestrictedIsForItsOwnersOnly() throws Exception {
    ObjectNode document = new Upload("@ada/tiny", "1.0.0").document(registry.address());
    document.put("access", "restricted");
    put("@ada%2ftiny", document.toString());
    assertThat(get("@ada%2ftiny").statusCode()).isEqualTo(200);
    token = registry.issue(Grant.publish("eve"));
    assertThat(get("@ada%2ftiny").statusCode()).isEqualTo(404);
  }

  @Test
  void tagsAreSetAndRemoved() throws Exception {
    publish(new Upload("tiny-maker", "1.0.0"));
    String tags = "-/package/tiny-maker/dist-tags";
    assertThat(put(tags + "/next", "\"1.0.0\"").statusCode()).isEqualTo(200);
    assertThat(get(tags).body()).isEqualTo("{\"latest\":\"1.0.0\",\"next\":\"1.0.0\"}");
    assertThat(put(tags + "/next", "\"9.0.0\"").statusCode()).isEqualTo(400);
    assertThat(put(tags + "/1.x", "\"1.0.0\"").statusCode()).isEqualTo(400);
    assertThat(send(request(tags + "/next").DELETE()).statusCode()).isEqualTo(200);
    assertThat(send(request(tags + "/latest").DELETE()).statusCode()).isEqualTo(400);
    assertThat(get(tags).body()).isEqualTo("{\"latest\":\"1.0.0\"}");
    assertThat(registry.uploads()).hasSize(1);
  }

  @Test
  void aVersionIsDeprecatedAndNothingElseChanges() throws Exception {
    publish(new Upload("tiny-maker", "1.0.0"));
    ObjectNode document = (ObjectNode) json(get("tiny-maker?write=true"));
    document.withObject("/versions").withObject("/1.0.0").put("deprecated", "use other");
    assertThat(put("tiny-maker", document.toString()).statusCode()).isEqualTo(200);
    assertThat(json(get("tiny-maker/1.0.0")).path("deprecated").asText()).isEqualTo("use other");
    assertThat(put("tiny-maker", document.toString()).statusCode()).isEqualTo(409);
    ObjectNode sly = (ObjectNode) json(get("tiny-maker?write=true"));
    sly.withObject("/versions").withObject("/1.0.0").put("main", "evil.js");
    assertThat(put("tiny-maker", sly.toString()).statusCode()).isEqualTo(422);
    assertThat(registry.uploads()).hasSize(1);
  }

  @Test
  void aVersionIsTakenBackAndNeverComesAgain() throws Exception {
    publish(new Upload("tiny-maker", "1.0.0"));
    publish(new Upload("tiny-maker", "1.0.1"));
    ObjectNode document = (ObjectNode) json(get("tiny-maker?write=true"));
    document.withObject("/versions").remove("1.0.1");
    String revision = document.path("_rev").asText();
    assertThat(put("tiny-maker/-rev/" + revision, document.toString()).statusCode()).isEqualTo(200);
    String next = json(get("tiny-maker?write=true")).path("_rev").asText();
    String file = "tiny-maker/-/tiny-maker-1.0.1.tgz/-rev/" + next;
    assertThat(send(request(file).DELETE()).statusCode()).isEqualTo(200);
    assertThat(get("tiny-maker/1.0.1").statusCode()).isEqualTo(404);
    assertThat(get("tiny-maker/latest").statusCode()).isEqualTo(200);
    assertThat(publish(new Upload("tiny-maker", "1.0.1")).statusCode()).isEqualTo(403);
    String last = json(get("tiny-maker?write=true")).path("_rev").asText();
    assertThat(send(request("tiny-maker/-rev/" + last).DELETE()).statusCode()).isEqualTo(200);
    assertThat(get("tiny-maker").statusCode()).isEqualTo(404);
    assertThat(publish(new Upload("tiny-maker", "1.0.0")).statusCode()).isEqualTo(403);
    assertThat(registry.book()).hasSize(2);
  }

  private HttpResponse<String> publish(Upload upload, String... code) throws Exception {
    ObjectNode document = upload.document(registry.address());
    String name = document.path("name").asText().replace("/", "%2f");
    HttpRequest.Builder request = request(name).header("content-type", "application/json");
    if (code.length > 0) {
      request.header("npm-otp", code[0]);
    }
    return send(request.PUT(HttpRequest.BodyPublishers.ofString(document.toString())));
  }

  private HttpResponse<String> stage(Upload upload) throws Exception {
    ObjectNode document = upload.document(registry.address());
    return send(
        request("-/stage/package/" + document.path("name").asText().replace("/", "%2f"))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(document.toString())));
  }

  private HttpResponse<String> approve(String id, Optional<Secret> code) throws Exception {
    HttpRequest.Builder request = request("-/stage/" + id + "/approve");
    code.ifPresent(each -> request.header("npm-otp", each.reveal()));
    return send(request.POST(HttpRequest.BodyPublishers.noBody()));
  }

  private HttpResponse<String> put(String path, String body) throws Exception {
    return send(
        request(path)
            .header("content-type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send(
        request(path)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(registry.address() + path))
        .header("authorization", "Bearer " + token.reveal());
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(
        request.timeout(Duration.ofSeconds(20)).build(),
        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  private static JsonNode json(HttpResponse<String> answer) throws IOException {
    assertThat(answer.body()).startsWith("{");
    return Json.read(answer.body().getBytes(StandardCharsets.UTF_8));
  }
}
