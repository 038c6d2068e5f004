package dev.packageforge.examples;

import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.RunRequest;
import dev.packageforge.npm.NpmAccess;
import dev.packageforge.npm.NpmCatalog;
import dev.packageforge.npm.NpmToolchain;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.registry.FolderRegistry;
import dev.packageforge.sandbox.ProcessSandbox;
import java.nio.file.Path;

/** A sentence becomes a package in a folder: {@code Quickstart FOLDER "a slug maker"}. */
public final class Quickstart {
  private Quickstart() {}

  /** Makes, tests, approves and publishes. */
  public static void main(String[] arguments) throws InterruptedException {
    Path folder = Path.of(arguments[0]);
    Path home = Path.of(System.getProperty("user.home"));
    NpmToolchain npm = NpmToolchain.builder().build();
    Forge forge =
        Forge.builder()
            .model(DemoRecordings.model())
            .sandbox(
                ProcessSandbox.builder(folder.resolve("sandbox"), System.getenv("PATH")).build())
            .toolchain(npm)
            .registry(FolderRegistry.at(folder.resolve("registry")))
            .catalog(NpmCatalog.of(NpmAccess.read(System.getenv(), folder, home)))
            .build();

    Run run = forge.submit(RunRequest.of(arguments[1]));
    run = forge.drive(run.id()); // writes, tests, repairs, until a person is needed
    run.artifact().ifPresent(artifact -> System.out.println(artifact.digest().integrity()));
    forge.approve(run.id(), "me", PublishOptions.publish());
    run = forge.drive(run.id()); // publishes these very bytes, and reads them back
    run.release().map(npm::installCommand).ifPresent(System.out::println);
  }
}
