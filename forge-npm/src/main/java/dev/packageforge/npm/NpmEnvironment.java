package dev.packageforge.npm;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * The Node and npm on this machine's {@code PATH}, for people who ask why something does not work.
 *
 * @param node its version; empty if it was not found
 * @param npm its version; empty if it was not found
 */
public record NpmEnvironment(String node, String npm) {
  /** The oldest major version of Node that will do. */
  public static final int OLDEST_NODE = ToolVersions.OLDEST_NODE;

  /** The oldest major version of npm that will do. */
  public static final int OLDEST_NPM = ToolVersions.OLDEST_NPM;

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /**
   * Asks both for their version.
   *
   * @throws InterruptedException if this thread is interrupted
   */
  public static NpmEnvironment probe() throws InterruptedException {
    return new NpmEnvironment(version("node"), version("npm"));
  }

  /** Why these will not do, as a sentence; empty if they will: Node 20 and npm 10, or later. */
  public Optional<String> problem() {
    return new ToolVersions(node, npm).problem().map(problem -> problem + ".");
  }

  /** What to do if they will not do, as a sentence. */
  public String remedy() {
    return ToolVersions.remedy();
  }

  private static String version(String tool) throws InterruptedException {
    try {
      Path folder = Path.of(System.getProperty("java.io.tmpdir"));
      HostCommand.Said said = HostCommand.run(List.of(tool, "--version"), folder, PATIENCE);
      return said.exit() == 0 ? said.output().strip().replaceFirst("^v", "") : "";
    } catch (IOException | TimeoutException e) {
      return "";
    }
  }
}
