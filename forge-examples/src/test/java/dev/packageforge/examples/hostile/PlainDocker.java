package dev.packageforge.examples.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.packageforge.Cancellation;
import dev.packageforge.SandboxReport;
import dev.packageforge.sandbox.Command;
import dev.packageforge.sandbox.ExecResult;
import dev.packageforge.sandbox.OutputListener;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A container as people start one: by the program, with flags that a test chooses, and without a
 * limit of its own. What it does not hold shows that cases notice.
 */
final class PlainDocker implements Sandbox {
  static final String LABEL = "packageforge.test.plain";
  private static final String LIFE = "120";

  private final String image;
  private final List<String> flags;

  PlainDocker(String image, String... flags) {
    this.image = image;
    this.flags = List.of(flags);
  }

  /** Whether an engine answers and has the image. */
  static boolean has(String image) {
    try {
      return run(new byte[0], null, "docker", "image", "inspect", image) == 0;
    } catch (SandboxException | InterruptedException e) {
      return false;
    }
  }

  /** The containers and volumes with a label, asked of the engine. */
  static List<String> leftOf(String label) throws InterruptedException {
    List<String> left = new ArrayList<>();
    String filter = "label=" + label;
    run(new byte[0], left::add, "docker", "ps", "-aq", "--filter", filter);
    run(new byte[0], left::add, "docker", "volume", "ls", "-q", "--filter", filter);
    return left;
  }

  @Override
  public SandboxReport probe() {
    return new SandboxReport("plain", SandboxReport.Level.NONE, List.of(), List.of("It is plain."));
  }

  @Override
  public SandboxSession open(SandboxSpec spec) throws InterruptedException {
    List<String> line = new ArrayList<>(List.of("docker", "run", "-d", "--rm", "--init"));
    line.addAll(List.of("--label", LABEL, "-w", "/work"));
    if (flags.stream().noneMatch(flag -> flag.startsWith("--network"))) {
      line.add("--network=none");
    }
    line.addAll(flags);
    line.addAll(List.of(image, "sleep", LIFE));
    List<String> id = new ArrayList<>();
    if (run(new byte[0], id::add, line.toArray(new String[0])) != 0) {
      throw new SandboxException("No container: " + id, "Look at the engine.", true, null);
    }
    return new Session(id.get(0));
  }

  /** One container. */
  private static final class Session implements SandboxSession {
    private final String id;

    Session(String id) {
      this.id = id;
    }

    @Override
    public void put(String path, byte[] content) {
      String script = "mkdir -p \"$(dirname \"$1\")\" && cat > \"$1\"";
      try {
        run(content, null, "docker", "exec", "-i", id, "sh", "-c", script, "sh", path);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public ExecResult exec(Command command, OutputListener output, Cancellation cancellation)
        throws InterruptedException {
      List<String> line = new ArrayList<>(List.of("docker", "exec", id));
      line.addAll(command.line());
      long start = System.nanoTime();
      int code = run(new byte[0], output, line.toArray(new String[0]));
      return new ExecResult.Exited(code, Duration.ofNanos(System.nanoTime() - start));
    }

    @Override
    public void cutNetwork() {}

    @Override
    public byte[] take(String path, long maxBytes) {
      throw new SandboxException("Nothing is taken here.", "Do not ask.", false, null);
    }

    @Override
    public void close() {
      try {
        run(new byte[0], null, "docker", "rm", "-f", id);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static int run(byte[] input, @Nullable OutputListener output, String... line)
      throws InterruptedException {
    try {
      Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
      try (OutputStream in = process.getOutputStream()) {
        in.write(input);
      }
      try (BufferedReader out =
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
        for (String text = out.readLine(); text != null; text = out.readLine()) {
          if (output != null) {
            output.line(text);
          }
        }
      }
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new SandboxException("docker does not end.", "Look at the engine.", true, null);
      }
      return process.exitValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
