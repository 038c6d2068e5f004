package dev.packageforge.examples;

import dev.packageforge.docker.DockerSandbox;
import dev.packageforge.npm.NpmAccess;
import dev.packageforge.npm.NpmGateway;
import dev.packageforge.npm.NpmToolchain;
import dev.packageforge.sandbox.SandboxException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the docker sandbox beside Docker's own program. */
@Command(
    name = "sandbox",
    description = {
      "Measures what the docker sandbox costs, beside docker run in the hands of somebody who takes"
          + " no",
      "care: starts, attempts with ten dependencies, a flood of output. Needs the docker program,"
          + " an",
      "engine on this machine and npm's registry; fails if a goal is missed.",
      "Takes some 5 minutes, and wants a quiet machine."
    })
final class BenchSandboxCommand implements Callable<Integer> {
  private static final int SAMPLES = 7;
  private static final int QUICK_SAMPLES = 3;
  private static final int READY = 2;
  private static final String ROOT = "{{.DockerRootDir}}";
  private static final List<String> PROXIES =
      List.of("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy");

  private final ForgeCommand forge;

  @Option(names = "--quick", description = "fewer samples")
  boolean quick;

  @Option(names = "--json", description = "one JSON object")
  boolean json;

  BenchSandboxCommand(ForgeCommand forge) {
    this.forge = forge;
  }

  @Override
  public Integer call() throws InterruptedException {
    Surroundings around = forge.around();
    Settings settings = forge.settings();
    Programs programs = new Programs(around);
    Path program =
        programs
            .find("docker")
            .orElseThrow(
                () ->
                    new CommandException(
                        Exit.NOT_READY,
                        "This bench needs the docker program, and it is not on the PATH.",
                        "Install Docker's command line."));
    Map<String, String> environment = new HashMap<>(around.environment());
    settings.dockerHost().ifPresent(address -> environment.put("DOCKER_HOST", address));
    DockerProgram docker = new DockerProgram(program, environment);
    String app = "forge-bench-" + ProcessHandle.current().pid();
    NpmAccess access = programs.access();
    try (BenchFolder folder = BenchFolder.open();
        NpmGateway gateway = NpmGateway.builder(access, folder.folder("gateway")).build();
        DockerSandbox sandbox = sandbox(settings, app)) {
      progress("looking for the engine and the image");
      sandbox.prepare();
      SandboxBench bench =
          new SandboxBench(
              new SandboxBench.Tools(
                  docker,
                  settings.sandboxImage(),
                  sandbox,
                  "dev.packageforge.app=" + app,
                  Path.of(docker.say(List.of("info", "--format", ROOT)))),
              quick ? QUICK_SAMPLES : SAMPLES,
              what -> progress("measuring: " + what));
      Path sources = folder.folder("package");
      TenAnswers.write(sources);
      bench.starts();
      bench.idle();
      bench.attempts(
          new SandboxBench.Work(
              sources,
              registry(access, programs.npmSource()),
              layers -> toolchain(settings, gateway, layers)),
          folder);
      bench.flood();
      bench.corpus(
          toolchain(settings, gateway, folder.folder("layers-of-hostile-cases")),
          folder.folder("hostile"));
      new BenchTable(around.streams(), "sandbox", null, json).print(bench.rows());
      boolean missed = bench.rows().stream().anyMatch(BenchRow::missed);
      return (missed ? Exit.FAILED : Exit.DONE).code();
    } catch (IOException e) {
      throw BenchFolder.unusable(e);
    } catch (SandboxException e) {
      throw new CommandException(Exit.NOT_READY, String.valueOf(e.getMessage()), e.remedy(), e);
    }
  }

  private DockerSandbox sandbox(Settings settings, String app) {
    DockerSandbox.Builder sandbox =
        DockerSandbox.builder(forge.around().environment(), settings.home())
            .image(settings.sandboxImage())
            .app(app)
            .pool(READY);
    settings.dockerHost().ifPresent(sandbox::engine);
    settings.sandboxRuntime().ifPresent(sandbox::runtime);
    return sandbox.build();
  }

  private static NpmToolchain toolchain(Settings settings, NpmGateway gateway, Path layers) {
    return NpmToolchain.builder()
        .toolbox(settings.toolboxFolder())
        .limits(settings.limits())
        .gateway(gateway)
        .layers(layers)
        .build();
  }

  /**
   * As the user's npm reaches the registry, so does the one in a container that has the network.
   */
  private List<String> registry(NpmAccess access, Programs.NpmSource source) {
    List<String> arguments = new ArrayList<>();
    URI address = access.registry().value();
    arguments.addAll(List.of("-e", "npm_config_registry=" + address));
    Optional<Path> certificates = source.certificates();
    certificates.ifPresent(
        file ->
            arguments.addAll(
                List.of("-v", file + ":/ca.pem:ro", "-e", "NODE_EXTRA_CA_CERTS=/ca.pem")));
    Stream.of("npm_config_audit=false", "npm_config_fund=false")
        .forEach(variable -> arguments.addAll(List.of("-e", variable)));
    for (String proxy : PROXIES) {
      if (forge.around().variable(proxy).isPresent()) {
        arguments.addAll(List.of("-e", proxy));
      }
    }
    return arguments;
  }

  private void progress(String what) {
    forge.around().streams().err().println(what);
  }
}
