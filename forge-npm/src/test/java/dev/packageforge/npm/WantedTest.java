package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WantedTest {
  @Test
  void documentsVersionsTagsAndTarballsAreKnown() {
    assertThat(Wanted.at("/slug")).contains(new Wanted.Document("slug"));
    assertThat(Wanted.at("/@ada%2fslug")).contains(new Wanted.Document("@ada/slug"));
    assertThat(Wanted.at("/@ada%2Fslug")).contains(new Wanted.Document("@ada/slug"));
    assertThat(Wanted.at("/%40ada%2Fslug")).contains(new Wanted.Document("@ada/slug"));
    assertThat(Wanted.at("/@ada/slug")).contains(new Wanted.Document("@ada/slug"));
    assertThat(Wanted.at("/slug/1.0.0")).contains(new Wanted.Version("slug", "1.0.0"));
    assertThat(Wanted.at("/@ada/slug/latest")).contains(new Wanted.Version("@ada/slug", "latest"));
    assertThat(Wanted.at("/-/package/slug/dist-tags")).contains(new Wanted.Tags("slug"));
    assertThat(Wanted.at("/-/package/@ada%2fslug/dist-tags"))
        .contains(new Wanted.Tags("@ada/slug"));
    assertThat(Wanted.at("/slug/-/slug-1.0.0.tgz")).contains(new Wanted.Tarball("slug", "1.0.0"));
    assertThat(Wanted.at("/@ada/slug/-/slug-1.0.0-beta.1.tgz"))
        .contains(new Wanted.Tarball("@ada/slug", "1.0.0-beta.1"));
    assertThat(Wanted.at("/@ada%2fslug/-/slug-1.0.0.tgz"))
        .contains(new Wanted.Tarball("@ada/slug", "1.0.0"));
  }

  @Test
  void theAddressOfATarballIsReadAsItIsWritten() {
    assertThat(Wanted.at("/" + Wanted.Tarball.path("@ada/slug", "2.0.0")))
        .contains(new Wanted.Tarball("@ada/slug", "2.0.0"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "//",
        "//slug",
        "//elsewhere/slug",
        "slug",
        "*",
        "http://elsewhere/slug",
        "https://127.0.0.1/slug",
        "elsewhere:443",
        "/slug?write=true",
        "/slug?",
        "/slug#part",
        "/slug;version=1",
        "/slug/",
        "/slug//1.0.0",
        "/slug/../other",
        "/../etc/passwd",
        "/..",
        "/.",
        "/.npmrc",
        "/slug/..",
        "/slug/.",
        "/%2e%2e/other",
        "/%2e%2e%2fother",
        "/..%2fother",
        "/slug%2f..%2fother",
        "/slug%2fother",
        "/@ada%2f..",
        "/@ada%2f%2e%2e",
        "/@ada%252fslug",
        "/@ada%5cslug",
        "/@ada\\slug",
        "/slug%00",
        "/slug%0d%0aHost:%20elsewhere",
        "/sl ug",
        "/slüg",
        "/@ada",
        "/@ada/",
        "/@ada/slug/",
        "/@/slug",
        "/@ada/slug/1.0.0/more",
        "/-/whoami",
        "/-/ping",
        "/-/npm/v1/user",
        "/-/npm/v1/tokens",
        "/-/npm/v1/security/audits",
        "/-/v1/search",
        "/-/all",
        "/-/package/slug",
        "/-/package/slug/dist-tags/latest",
        "/-/package/slug/access",
        "/-/user/org.couchdb.user:ada",
        "/slug/-rev/1-0",
        "/slug/-/other-1.0.0.tgz",
        "/slug/-/slug-.tgz",
        "/slug/-/slug-one.tgz",
        "/slug/-/slug-1.0.0.tgz/-rev/1",
        "/slug/-/slug-1.0.0.tgz?x=1",
        "/slug/-/slug-1.0.0.zip",
        "/slug/-/../../other-1.0.0.tgz",
        "/slug/-/slug-1.0.0%2etgz",
        "/slug/dist-tags",
        "/-/package/slug/-/slug-1.0.0.tgz"
      })
  void nothingElseIs(String target) {
    assertThat(Wanted.at(target)).isEmpty();
  }

  @Test
  void whatIsTooLongIsNothing() {
    assertThat(Wanted.at("/" + "a".repeat(214))).isPresent();
    assertThat(Wanted.at("/" + "a".repeat(215))).isEmpty();
    assertThat(Wanted.at("/slug/" + "1".repeat(5000))).isEmpty();
  }
}
