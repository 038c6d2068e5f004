package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Finding;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CrashReaderTest {
  private static final CrashReader READER =
      new CrashReader(new Places(Set.of("node_modules/tiny"), Set.of("src/a.js", "src/b.js")));

  @Test
  void aRejectionIsToldWithItsPlace() {
    assertThat(
            read(
                "node:internal/process/promises:288",
                "            triggerUncaughtException(err, true /* fromPromise */);",
                "Error: lost",
                "    at file:///box/work/node_modules/tiny/src/a.js:3:9"))
        .isEqualTo(
            Finding.error(
                "unhandled-rejection",
                "src/a.js:3",
                "It ended with Error: lost",
                "Await every promise, or catch what it is rejected with."));
  }

  @Test
  void aRejectionWithoutAnErrorIsTold() {
    assertThat(
            read("[UnhandledPromiseRejection: This error originated either by throwing. The"
                    + " promise rejected with the reason \"lost\".] {")
                .sentence())
        .isEqualTo("It ended because nobody caught that a promise was rejected with \"lost\".");
  }

  @Test
  void whatIsLeftBehindIsToldWithItsError() {
    assertThat(
            read("Error: A resource generated asynchronous activity after the test ended. This"
                    + " activity created the error \"Error: cold\" which triggered an"
                    + " unhandledRejection event, caught by the test runner.")
                .sentence())
        .isEqualTo("It left work behind that failed when the test had ended: Error: cold");
  }

  @Test
  void aModuleThatIsMissingIsToldWithWhoeverWantedIt() {
    assertThat(
            read(
                "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'x' imported from"
                    + " /box/work/node_modules/tiny/src/b.js"))
        .extracting(Finding::code, Finding::where)
        .containsExactly("module-not-found", "src/b.js");
    assertThat(
            read(
                "Error: Cannot find module './x'",
                "Require stack:",
                "- /box/work/node_modules/tiny/src/a.js"))
        .extracting(Finding::code, Finding::where)
        .containsExactly("module-not-found", "src/a.js");
  }

  @Test
  void aMixOfModulesIsSaidToBe() {
    assertThat(read("ReferenceError: require is not defined in ES module scope").code())
        .isEqualTo("require-of-module");
    assertThat(read("Error [ERR_REQUIRE_ESM]: require() of ES Module").code())
        .isEqualTo("require-of-module");
  }

  @Test
  void whatEndsWithoutAWordIsToldToHaveEnded() {
    Failure failure = READER.read("It", "", "with exit code 3", List.of());
    assertThat(failure.finding())
        .extracting(Finding::code, Finding::sentence)
        .containsExactly("process-ended", "It ended with exit code 3.");
  }

  @Test
  void anErrorInsideAComparedTextIsFound() {
    String actual =
        """
        {
          status: 1,
          stderr: 'file:///box/work/node_modules/tiny/src/a.js:7\\n' +
            '  return b;\\n' +
            '\\n' +
            'ReferenceError: b is not defined\\n' +
            '    at run (file:///box/work/node_modules/tiny/src/a.js:7:3)\\n'
        }
        """;
    Failure failure = READER.quoted("It", "name", List.of(actual)).orElseThrow();
    assertThat(failure.finding())
        .extracting(Finding::where, Finding::sentence)
        .containsExactly("src/a.js:7", "It ended with ReferenceError: b is not defined");
    assertThat(failure.evidence()).containsExactly("    at run (src/a.js:7:3)");
    assertThat(READER.quoted("It", "name", List.of("'Error: no place'"))).isEmpty();
  }

  private static Finding read(String... lines) {
    return READER.read("It", "", List.of(lines)).finding();
  }
}
