package dev.packageforge.examples;

import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.Text;
import dev.packageforge.npm.NpmAccess;
import dev.packageforge.npm.NpmCatalog;
import dev.packageforge.npm.NpmToolchain;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.StoredEvent;
import dev.packageforge.registry.FolderRegistry;
import dev.packageforge.sandbox.ProcessSandbox;
import java.nio.file.Path;
import java.time.Duration;

/** Prints a run's events as they happen: {@code WatchEvents FOLDER "a slug maker"}. */
public final class WatchEvents {
  private WatchEvents() {}

  /** Works in one thread and watches in another; the cursor says what has been seen. */
  public static void main(String[] arguments) throws InterruptedException {
    Path folder = Path.of(arguments[0]);
    Path home = Path.of(System.getProperty("user.home"));
    Forge forge =
        Forge.builder()
            .model(DemoRecordings.model().pace(0.1))
            .sandbox(
                ProcessSandbox.builder(folder.resolve("sandbox"), System.getenv("PATH")).build())
            .toolchain(NpmToolchain.builder().build())
            .registry(FolderRegistry.at(folder.resolve("registry")))
            .catalog(NpmCatalog.of(NpmAccess.read(System.getenv(), folder, home)))
            .build();

    RunId run = forge.submit(RunRequest.of(arguments[1])).id();
    Thread worker = new Thread(() -> drive(forge, run));
    worker.start();

    long cursor = 0;
    boolean working;
    do {
      working = worker.isAlive(); // asked first, so that what came before its end is still seen
      for (StoredEvent event : forge.events(run, cursor, 100, Duration.ofMillis(200))) {
        System.out.println(event.at() + " " + Text.visible(event.event().toString(), 160));
        cursor = event.cursor();
      }
    } while (working);
  }

  private static void drive(Forge forge, RunId run) {
    try {
      forge.drive(run);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
