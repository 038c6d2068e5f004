package dev.packageforge.npm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs a command on this machine, outside any sandbox: only npm and Node themselves, only to ask
 * them something. They see the variables that a person's own configuration of npm needs, and no
 * others.
 */
final class HostCommand {
  private static final int MAX_OUTPUT = 4 * 1024 * 1024;
  private static final Set<String> PASSED_ON =
      Set.of(
          "PATH",
          "PATHEXT",
          "HOME",
          "USERPROFILE",
          "APPDATA",
          "LOCALAPPDATA",
          "SYSTEMROOT",
          "TMPDIR",
          "TEMP",
          "TMP",
          "LANG",
          "XDG_CONFIG_HOME",
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "NO_PROXY",
          "NODE_EXTRA_CA_CERTS",
          "SSL_CERT_FILE",
          "SSL_CERT_DIR");

  private HostCommand() {}

  /**
   * What a command said.
   *
   * @param exit its exit code
   * @param output what it printed
   * @param errors what it complained about
   */
  record Said(int exit, String output, String errors) {}

  /**
   * Runs it.
   *
   * @throws IOException if it cannot be started
   * @throws InterruptedException if this thread is interrupted; the command was ended
   * @throws TimeoutException if it took too long; it was ended
   */
  static Said run(List<String> line, Path folder, Duration timeout)
      throws IOException, InterruptedException, TimeoutException {
    ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
    builder.environment().keySet().removeIf(name -> !isPassedOn(name));
    builder.environment().putAll(Map.of("NO_COLOR", "1", "npm_config_update_notifier", "false"));
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      CompletableFuture<String> output = read(process.getInputStream());
      CompletableFuture<String> errors = read(process.getErrorStream());
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new TimeoutException(
            line.get(0) + " took longer than " + timeout.toSeconds() + " seconds");
      }
      return new Said(process.exitValue(), output.join(), errors.join());
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static boolean isPassedOn(String variable) {
    String upper = variable.toUpperCase(Locale.ROOT);
    return PASSED_ON.contains(upper) || upper.startsWith("NPM_CONFIG_");
  }

  private static CompletableFuture<String> read(InputStream in) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (in) {
            return new String(in.readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8);
          } catch (IOException e) {
            return "";
          }
        },
        task -> {
          Thread thread = new Thread(task, "npm-output");
          thread.setDaemon(true);
          thread.start();
        });
  }
}
