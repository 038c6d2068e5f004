package dev.packageforge.docker;

import dev.packageforge.Cancellation;
import dev.packageforge.sandbox.Command;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import dev.packageforge.sandbox.SandboxSpec.Limits;
import dev.packageforge.sandbox.SandboxSpec.Network;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** A program that opens sessions, has commands run in them and closes them, until it is killed. */
final class BusyWorker {
  private BusyWorker() {}

  /**
   * Goes on for ever.
   *
   * @param arguments an image, the name of an app, a folder as home
   */
  public static void main(String[] arguments) throws InterruptedException {
    DockerSandbox sandbox =
        DockerSandbox.builder(Map.copyOf(System.getenv()), Path.of(arguments[2]))
            .image(arguments[0])
            .app(arguments[1])
            .pool(1)
            .build();
    while (true) {
      try (SandboxSession session =
          sandbox.open(new SandboxSpec(Network.REGISTRY_ONLY, Limits.ofDefaults()))) {
        session.put("file", "x".getBytes(StandardCharsets.UTF_8));
        session.companion(Command.of("cat"));
        session.exec(
            Command.of("sh", "-c", "(setsid sleep 1000 >/dev/null 2>&1 &) ; cat file"),
            line -> System.out.println("working"),
            Cancellation.never());
        session.exec(
            Command.of("sh", "-c", "echo on; exec sleep 0.2"),
            line -> System.out.println("working"),
            Cancellation.never());
      }
    }
  }
}
