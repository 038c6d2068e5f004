package dev.packageforge.npm;

import dev.packageforge.Cancellation;
import dev.packageforge.sandbox.Companion;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import dev.packageforge.toolchain.VerificationListener;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Opens the sessions of one verification, each with the tools and ceilings of its toolchain. */
final class Sessions {
  private final NpmToolchain toolchain;
  private final Sandbox sandbox;
  private final VerificationListener listener;
  private final Cancellation cancellation;

  Sessions(
      NpmToolchain toolchain,
      Sandbox sandbox,
      VerificationListener listener,
      Cancellation cancellation) {
    this.toolchain = toolchain;
    this.sandbox = sandbox;
    this.listener = listener;
    this.cancellation = cancellation;
  }

  NpmToolchain toolchain() {
    return toolchain;
  }

  /** Which Node and npm a session has. */
  ToolVersions tools(Bench bench) throws InterruptedException {
    return toolchain.toolbox().in(sandbox, bench);
  }

  /**
   * Opens a session.
   *
   * @param online whether packages may be fetched, until the network is cut
   * @param folder where the package will be
   * @param paths the files it may have
   */
  Bench open(boolean online, String folder, Set<String> paths) throws InterruptedException {
    return open(online, Set.of(folder), paths, List.of());
  }

  /**
   * What installing a package takes.
   *
   * @param withDevelopment whether it is installed as its authors do
   */
  Dependencies dependencies(Manifest manifest, boolean withDevelopment)
      throws InterruptedException {
    boolean needed = manifest.needsOthers(withDevelopment);
    Optional<LayerStore> store = toolchain.layers();
    if (!needed || store.isEmpty() || !Dependencies.mayBeKept(manifest)) {
      return Dependencies.fetched(needed);
    }
    if (!toolchain.toolbox().knows(sandbox)) {
      open(/* online= */ false, "", Set.of()).close();
    }
    return Dependencies.kept(
        store.get(),
        Dependencies.key(
            manifest, withDevelopment, toolchain.surroundings(toolchain.toolbox().of(sandbox))));
  }

  /**
   * Opens a session.
   *
   * @param online whether packages may be fetched, until the network is cut
   * @param folders where the package will be, and what is beside it
   * @param paths the files it may have
   * @param layers folders of this machine that it sees
   */
  Bench open(boolean online, Set<String> folders, Set<String> paths, List<SandboxSpec.Layer> layers)
      throws InterruptedException {
    cancellation.throwIfCancelled();
    SandboxSpec.Network network =
        online ? SandboxSpec.Network.REGISTRY_ONLY : SandboxSpec.Network.NONE;
    SandboxSession session = sandbox.open(new SandboxSpec(network, toolchain.limits(), layers));
    Bench bench = new Bench(session, new Places(folders, paths), listener, cancellation);
    try {
      boolean tunnelled = online && opensTunnel(session, bench);
      NpmSettings settings =
          tunnelled ? toolchain.settings().throughGateway() : toolchain.settings();
      bench.use(settings.variables(tools(bench), !online));
      return bench;
    } catch (RuntimeException | InterruptedException e) {
      bench.close();
      throw e;
    }
  }

  /** Makes a way out of a session whose commands have none; whether they have none. */
  private boolean opensTunnel(SandboxSession session, Bench bench) throws InterruptedException {
    Optional<Companion> companion = session.companion(Tunnel.relay());
    if (companion.isEmpty()) {
      return false;
    }
    if (toolchain.gateway().isEmpty()) {
      companion.get().close();
      throw new SandboxException(
          "The sandbox has no network, and there is no gateway to the registry.",
          "Give the toolchain a gateway: NpmToolchain.builder().gateway(...).",
          /* retryable= */ false,
          /* cause= */ null);
    }
    NpmGateway gateway = toolchain.gateway().get();
    NpmGateway.Rules rules = NpmGateway.Rules.ofAge(toolchain.settings().cooldown());
    bench.use(gateway.tunnel(companion.get(), gateway.grant(rules, bench::heard)));
    return true;
  }
}
