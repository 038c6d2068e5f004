package dev.packageforge.examples;

import dev.packageforge.Run;
import dev.packageforge.gemini.GeminiLanguageModel;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.npm.NpmCatalog;
import dev.packageforge.npm.NpmGate;
import dev.packageforge.npm.NpmGateway;
import dev.packageforge.npm.NpmRegistry;
import dev.packageforge.npm.NpmToolchain;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.registry.PackageCatalog;
import dev.packageforge.sandbox.Sandbox;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The house on one machine: the live model if there is a key, else the demo, the sandbox that the
 * run's code needs, the npm of this machine, and for a registry a folder or npm's.
 */
final class LocalWorkshop implements Workshop.Builder, AutoCloseable {
  private static final Duration LOOK_UP = Duration.ofSeconds(15);

  /**
   * Long enough for an upload of 60 MB over a slow line. What it costs: where a machine dies,
   * another one waits that long before it goes on; on the same machine nobody waits.
   */
  private static final Duration LEASE = Duration.ofMinutes(2);

  private final Surroundings around;
  private final Programs programs;
  private final Sandboxes sandboxes;
  private @Nullable NpmGateway gateway;

  /**
   * A house.
   *
   * @param sandboxes stay their owner's to close
   */
  LocalWorkshop(Surroundings around, Programs programs, Sandboxes sandboxes) {
    this.around = around;
    this.programs = programs;
    this.sandboxes = sandboxes;
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
    Function<Run, Sandbox> places =
        sandboxes.by(settings, new Acquaintance(strange, shelf.runs()::find));
    Destinations destinations = new Destinations(around, settings, folder);
    NpmToolchain toolchain = toolchain(settings);
    Forge forge =
        shelf
            .in(Forge.builder())
            .signer(ApprovalKey.signer(settings))
            .model(model)
            .sandboxes(run -> wraps.sandbox().apply(places.apply(run)))
            .toolchain(toolchain)
            .gate(
                (packed, place, listener, cancellation) ->
                    gate(settings, destinations)
                        .check(packed, place, listener, cancellation)
                        .verification())
            .registries(destinations::of)
            .secondFactor(wraps.atHand())
            .catalog(needed -> NpmCatalog.of(destinations.asked(LOOK_UP)).find(needed))
            .dependencyCooldown(settings.dependencyCooldown())
            .lease(LEASE)
            .uploadWithin(Destinations.UPLOAD)
            .clock(around.clock())
            .build();
    return new Workshop(
        shelf,
        forge,
        model.info(),
        toolchain,
        destinations::of,
        destinations::place,
        () -> {
          live.ifPresent(GeminiLanguageModel::close);
          destinations.close();
        });
  }

  /** Looks dependencies up where the user's npm would; its settings are read when one is needed. */
  static PackageCatalog catalog(Programs programs) {
    return needed -> {
      try (NpmRegistry asked = NpmRegistry.builder(programs.access()).timeout(LOOK_UP).build()) {
        return NpmCatalog.of(asked).find(needed);
      }
    };
  }

  /** The gate for packages that were made elsewhere. */
  NpmGate gate(Settings settings, Destinations destinations) {
    NpmGate.Builder gate =
        NpmGate.builder(toolchain(settings))
            .clock(around.clock())
            .dependencyCooldown(settings.dependencyCooldown());
    if (settings.looksUp()) {
      gate.lookUps(destinations.asked(LOOK_UP));
    }
    return gate.build();
  }

  private synchronized NpmGateway gateway(Settings settings) {
    if (gateway == null) {
      try {
        gateway =
            NpmGateway.builder(programs.access(), settings.gatewayFolder())
                .cacheBytes(settings.gatewayBytes())
                .clock(around.clock())
                .build();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandException(
            Exit.INTERRUPTED, "Stopped while npm's settings were read.", "Run it again.");
      }
    }
    return gateway;
  }

  /** Ends what its workshops share. */
  @Override
  public synchronized void close() {
    if (gateway != null) {
      gateway.close();
    }
  }

  private NpmToolchain toolchain(Settings settings) {
    Programs.NpmSource source = programs.npmSource();
    NpmToolchain.Builder toolchain =
        NpmToolchain.builder().toolbox(settings.toolboxFolder()).limits(settings.limits());
    source.registry().ifPresent(toolchain::registryAddress);
    source.certificates().ifPresent(toolchain::extraCaCertificates);
    if (!settings.sandbox().equals("process") && !settings.sandbox().equals("none")) {
      toolchain.gateway(gateway(settings)); // sandboxes that contain code have no network
    }
    return toolchain
        .layers(settings.layersFolder())
        .clock(around.clock())
        .dependencyCooldown(settings.dependencyCooldown())
        .build();
  }
}
