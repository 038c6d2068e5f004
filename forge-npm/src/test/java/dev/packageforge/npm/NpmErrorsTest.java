package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.registry.RegistryException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NpmErrorsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ENOTFOUND",
        "ECONNREFUSED",
        "ECONNRESET",
        "ETIMEDOUT",
        "EAI_AGAIN",
        "E500",
        "E502",
        "E503",
        "E429",
        "SELF_SIGNED_CERT_IN_CHAIN",
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
        "EINTEGRITY"
      })
  void theRegistrysTroubleMayPass(String code) {
    assertThatThrownBy(() -> errors(code).throwIfRegistry("npm install"))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> {
              assertThat(e.retryable()).isTrue();
              assertThat(e).hasMessageContaining(code).hasMessageStartingWith("npm install");
              assertThat(e.remedy()).endsWith(".");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"E401", "E403", "ENEEDAUTH"})
  void aRefusalDoesNotPassByItself(String code) {
    assertThatThrownBy(() -> errors(code).throwIfRegistry("npm install"))
        .isInstanceOfSatisfying(RegistryException.class, e -> assertThat(e.retryable()).isFalse());
  }

  @ParameterizedTest
  @CsvSource({
    "E404, dependency-not-found",
    "ETARGET, dependency-version-not-found",
    "ERESOLVE, dependency-conflict",
    "EALLOWGIT, dependency-source",
    "EJSONPARSE, manifest-unreadable",
    "EINVALIDPACKAGENAME, dependency-source",
    "EBADENGINE, dependency-not-supported",
    "EUSAGE, npm-usage",
    "ENOENT, file-missing",
    "EWHATEVER, npm-failed"
  })
  void theDraftsFaultHasItsCode(String code, String slug) {
    assertThatCode(() -> errors(code).throwIfRegistry("npm install")).doesNotThrowAnyException();
    assertThat(errors(code).failure("npm install").finding().code()).isEqualTo(slug);
  }

  @Test
  void oldAndNewSpellingsAreRead() {
    assertThat(NpmErrors.in(List.of("npm ERR! code E404", "npm ERR! 404 no a")).told())
        .isEqualTo("E404: 404 no a");
    assertThat(NpmErrors.in(List.of("npm error code E404", "npm error 404 no a")).told())
        .isEqualTo("E404: 404 no a");
  }

  @Test
  void whatOnlyConcernsTheSandboxIsLeftOut() {
    Failure failure =
        NpmErrors.in(
                List.of(
                    "npm warn something",
                    "npm error code ERESOLVE",
                    "npm error path /tmp/x",
                    "npm error errno -2",
                    "npm error",
                    "npm error could not resolve",
                    "npm error A complete log of this run can be found in: /tmp/x.log"))
            .failure("npm install");
    assertThat(failure.evidence()).isEmpty();
    assertThat(failure.finding().sentence())
        .isEqualTo("npm install failed with ERESOLVE: could not resolve.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "404  'helper@^1.0.0' is not in this registry.#helper",
        "404  '@a/b@^1.0.0' is not in this registry.#@a/b",
        "notarget No matching version found for helper@^9.0.0.#helper",
        "peer @a/b@\"^2.0.0\" from c@1.0.0#@a/b"
      })
  void theDependencyAtFaultIsNamed(String line, String name) {
    assertThat(NpmErrors.in(List.of("npm error code E404", "npm error " + line)).dependency())
        .hasValue(name);
  }

  @Test
  void noAddressIsTold() {
    assertThat(
            NpmErrors.in(
                    List.of(
                        "npm error code E404",
                        "npm error 404 Not Found - GET http://127.0.0.1:4873/helper - Not found"))
                .failure("npm install")
                .finding()
                .sentence())
        .contains("GET the registry")
        .doesNotContain("http");
  }

  @Test
  void silenceIsAFailureWithoutDetails() {
    assertThat(NpmErrors.in(List.of()).failure("npm pack").finding().sentence())
        .isEqualTo("npm pack failed.");
  }

  private static NpmErrors errors(String code) {
    return NpmErrors.in(List.of("npm error code " + code, "npm error it went wrong"));
  }
}
