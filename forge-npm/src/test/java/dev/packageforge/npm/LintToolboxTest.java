package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.npm.LintToolbox.Kit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class LintToolboxTest {
  /** Does what npm ci does, as far as can be seen from outside, and takes note of it. */
  private static final String NPM =
      """
      #!/bin/sh
      printf '%s ' "$@" >> ../calls
      test -f package-lock.json || exit 3
      mkdir -p node_modules/tool && echo tool > node_modules/tool/index.js
      """;

  private Path folder;
  private Path root;

  @BeforeEach
  void chooseAPlace(@TempDir Path temporary) {
    folder = temporary;
    root = folder.resolve("tools");
  }

  @Test
  void theLockFilePinsEachToolByItsHashAndNamesNoAddress() {
    String lock = text("package-lock.json");
    assertThat(lock)
        .contains("\"publint\": \"0.3.25\"", "\"typescript\": \"5.9.3\"", "\"@types/node\": \"20.")
        .doesNotContain("resolved", "http");
    assertThat(lock.split("\"node_modules/", -1)).hasSameSizeAs(lock.split("\"sha512-", -1));
    assertThat(text("package.json")).doesNotContain("^", "~", "scripts");
  }

  private static String text(String name) {
    return new String(Harness.resource("toolbox/" + name), StandardCharsets.UTF_8);
  }

  @Test
  void isMadeOnceAndKept() throws Exception {
    String npm = npm(NPM);
    Path modules = new LintToolbox(root, npm).open().modules().orElseThrow();
    assertThat(modules).isEqualTo(root.resolve(LintToolbox.name()).resolve("node_modules"));
    assertThat(modules.resolve("tool/index.js")).hasContent("tool");
    assertThat(new LintToolbox(root, npm).open().modules()).hasValue(modules);
    assertThat(root.resolve("calls")).content().containsOnlyOnce("ci ");
    assertThat(root.resolve("calls")).content().contains("--ignore-scripts");
    assertThat(Files.isWritable(modules.resolve("tool/index.js")) && !isRoot()).isFalse();
  }

  private static boolean isRoot() throws IOException {
    return Files.exists(Path.of("/proc/self"))
        && Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }

  @Test
  void nothingIsLeftBehindButTheToolbox() throws Exception {
    new LintToolbox(root, npm(NPM)).open();
    assertThat(names()).containsExactlyInAnyOrder("calls", LintToolbox.name());
  }

  private List<String> names() throws IOException {
    try (var all = Files.list(root)) {
      return all.map(path -> path.getFileName().toString()).toList();
    }
  }

  @Test
  void manyMayMakeItAtOnce() throws Exception {
    String npm = npm(NPM);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Kit>> makers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        LintToolbox one = new LintToolbox(root, npm);
        makers.add(one::open);
      }
      for (Future<Kit> made : threads.invokeAll(makers, 30, TimeUnit.SECONDS)) {
        assertThat(made.get().trouble()).isEmpty();
        assertThat(made.get().modules().orElseThrow().resolve("tool/index.js")).exists();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(names()).containsExactlyInAnyOrder("calls", LintToolbox.name());
  }

  @Test
  void whatCannotBeFetchedIsToldAndNotTriedAgainAtOnce() throws Exception {
    LintToolbox toolbox =
        new LintToolbox(
            root,
            npm(
                """
                #!/bin/sh
                echo x >> ../calls
                echo 'npm error code ENOTFOUND' >&2
                echo 'npm error no such host' >&2
                exit 1
                """));
    Kit kit = toolbox.open();
    assertThat(kit.modules()).isEmpty();
    assertThat(kit.trouble()).startsWith("npm could not fetch the tools: ENOTFOUND").endsWith(".");
    assertThat(toolbox.open()).isEqualTo(kit);
    assertThat(root.resolve("calls")).hasContent("x");
    assertThat(names()).containsExactly("calls");
  }

  @Test
  void anNpmThatIsNotThereIsTold() throws Exception {
    Kit kit = new LintToolbox(root, folder.resolve("no-npm").toString()).open();
    assertThat(kit.trouble()).isEqualTo("npm could not be started to fetch the tools.");
    assertThat(names()).isEmpty();
  }

  @Test
  void aFolderThatCannotBeMadeIsTold() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "x");
    Kit kit = new LintToolbox(file.resolve("tools"), npm(NPM)).open();
    assertThat(kit.trouble()).contains(file.toString());
  }

  @Test
  void anInterruptEndsTheFetch() throws Exception {
    LintToolbox toolbox = new LintToolbox(root, npm(NPM));
    Thread.currentThread().interrupt();
    assertThatThrownBy(toolbox::open).isInstanceOf(InterruptedException.class);
    assertThat(root.resolve(LintToolbox.name())).doesNotExist();
    assertThat(toolbox.open().trouble()).isEmpty();
  }

  private String npm(String script) throws IOException {
    Path file = Files.writeString(folder.resolve("npm"), script);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file.toString();
  }
}
