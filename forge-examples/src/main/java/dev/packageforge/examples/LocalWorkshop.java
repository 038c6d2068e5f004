package dev.packageforge.examples;

import dev.packageforge.gemini.GeminiLanguageModel;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.npm.NpmCatalog;
import dev.packageforge.npm.NpmRegistry;
import dev.packageforge.npm.NpmToolchain;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.registry.FolderRegistry;
import dev.packageforge.registry.PackageCatalog;
import dev.packageforge.registry.PackageRegistry;
import dev.packageforge.sandbox.ProcessSandbox;
import dev.packageforge.sandbox.Sandbox;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The house on one machine: the live model if there is a key, else the demo, a sandbox of plain
 * processes, the npm of this machine, and a folder for a registry.
 */
final class LocalWorkshop implements Workshop.Builder {
  private static final List<String> PROXIES =
      List.of("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy");

  private static final Duration LOOK_UP = Duration.ofSeconds(15);

  private final Surroundings around;
  private final Programs programs;

  LocalWorkshop(Surroundings around, Programs programs) {
    this.around = around;
    this.programs = programs;
  }

  @Override
  public Workshop build(Settings settings, Shelf shelf, Path folder, Workshop.Wraps wraps) {
    if (around.variable("FORGE_DEBUG").isEmpty()) {
      new LogFile(settings.data()).install();
    }
    Optional<GeminiLanguageModel> live =
        settings.liveModelKey().map(key -> LiveModel.of(settings, key));
    LanguageModel author =
        live.<LanguageModel>map(model -> model)
            .orElseGet(() -> DemoRecordings.model().pace(settings.demoPace()));
    LanguageModel model = wraps.model().apply(author);
    boolean strange = live.isPresent() || wraps.strange();
    Sandbox processes = sandbox(around, settings);
    Sandbox sandbox =
        wraps
            .sandbox()
            .apply(
                strange && !settings.processesForAll()
                    ? StrangeCode.keptOut(processes)
                    : processes);
    NpmToolchain toolchain = toolchain(settings);
    PackageRegistry registry = FolderRegistry.at(folder);
    Forge forge =
        shelf
            .in(Forge.builder())
            .signer(ApprovalKey.signer(settings))
            .model(model)
            .sandbox(sandbox)
            .toolchain(toolchain)
            .registry(registry)
            .catalog(catalog(programs))
            .clock(around.clock())
            .build();
    return new Workshop(
        shelf,
        forge,
        model.info(),
        toolchain,
        registry,
        sandbox.probe(),
        () -> live.ifPresent(GeminiLanguageModel::close));
  }

  /**
   * A sandbox that holds against mistakes only: enough for the demo, whose code is known, and for
   * other code only where somebody said so.
   */
  static Sandbox sandbox(Surroundings around, Settings settings) {
    ProcessSandbox.Builder sandbox =
        ProcessSandbox.builder(
            settings.data().resolve("sandbox"), around.variable("PATH").orElse(""));
    for (String proxy : PROXIES) {
      around
          .variable(proxy)
          .filter(address -> !address.contains("@")) // would hand in a credential
          .ifPresent(address -> sandbox.allow(proxy, address));
    }
    return sandbox.build();
  }

  /** Looks dependencies up where the user's npm would; its settings are read when one is needed. */
  static PackageCatalog catalog(Programs programs) {
    return needed -> {
      try (NpmRegistry asked = NpmRegistry.builder(programs.access()).timeout(LOOK_UP).build()) {
        return NpmCatalog.of(asked).find(needed);
      }
    };
  }

  private NpmToolchain toolchain(Settings settings) {
    Programs.NpmSource source = programs.npmSource();
    NpmToolchain.Builder toolchain =
        NpmToolchain.builder().toolbox(settings.data().resolve("toolbox"));
    source.registry().ifPresent(toolchain::registryAddress);
    source.certificates().ifPresent(toolchain::extraCaCertificates);
    return toolchain.build();
  }
}
