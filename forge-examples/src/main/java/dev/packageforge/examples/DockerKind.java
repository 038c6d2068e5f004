package dev.packageforge.examples;

import dev.packageforge.docker.DockerSandbox;
import dev.packageforge.sandbox.Sandbox;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Containers of the engine that this user has. */
final class DockerKind implements SandboxKind {
  /** What it is called in settings. */
  static final String NAME = "docker";

  private final Surroundings around;
  private volatile Consumer<String> told = line -> {};
  private @Nullable DockerSandbox found;
  private int percent;

  DockerKind(Surroundings around) {
    this.around = around;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Sandbox find(Settings settings) {
    return sandbox(settings);
  }

  @Override
  public void fetch(Settings settings, Consumer<String> progress) throws InterruptedException {
    told = progress;
    try {
      sandbox(settings).prepare();
    } finally {
      told = line -> {};
    }
  }

  private synchronized DockerSandbox sandbox(Settings settings) {
    if (found == null) {
      DockerSandbox.Builder sandbox =
          DockerSandbox.builder(around.environment(), settings.home())
              .image(settings.sandboxImage())
              .pool(settings.sandboxPool())
              .clock(around.clock())
              .imageProgress(this::fetched);
      settings.dockerHost().ifPresent(sandbox::engine);
      settings.sandboxRuntime().ifPresent(sandbox::runtime);
      found = sandbox.build();
    }
    return found;
  }

  /** Once a tenth of it: this may be a file that somebody reads later. */
  private synchronized void fetched(String image, long done, long known) {
    int now = known == 0 ? 0 : (int) (Math.min(done, known) * 10 / known) * 10;
    if (now > percent || percent == 0) {
      percent = Math.max(now, 1);
      told.accept(
          "fetching the image "
              + image
              + ", once: "
              + Words.size(done)
              + " of "
              + Words.size(known));
    }
  }

  @Override
  public synchronized void close() {
    if (found != null) {
      found.close();
    }
  }
}
