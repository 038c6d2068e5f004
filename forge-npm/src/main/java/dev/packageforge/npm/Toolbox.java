package dev.packageforge.npm;

import static java.util.Objects.requireNonNull;

import dev.packageforge.sandbox.ExecResult;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;

/** Which Node and npm each sandbox has: asked once, since that costs a start of npm. */
final class Toolbox {
  private static final int NOT_FOUND = 127;

  /** Tells what packages with parts for one kind of machine are chosen by. */
  private static final String PLATFORM =
      """
      const { header } = process.report.getReport();
      const library = header.glibcVersionRuntime ? 'glibc' : 'other';
      console.log(`${process.platform} ${process.arch} ${library}`);
      """;

  private final Map<Sandbox, Found> known = Collections.synchronizedMap(new WeakHashMap<>());

  /**
   * What a sandbox has.
   *
   * @param tools which Node and npm
   * @param platform the kind of machine, in Node's words
   */
  record Found(ToolVersions tools, String platform) {}

  /** Whether a sandbox was asked already. */
  boolean knows(Sandbox sandbox) {
    return known.containsKey(sandbox);
  }

  /** What a sandbox has that was asked already. */
  Found of(Sandbox sandbox) {
    return requireNonNull(known.get(sandbox), "nobody asked this sandbox");
  }

  /**
   * The tools of a sandbox.
   *
   * @param bench in that sandbox
   * @throws SandboxException if they will not do
   */
  ToolVersions in(Sandbox sandbox, Bench bench) throws InterruptedException {
    Found before = known.get(sandbox);
    if (before != null) {
      return before.tools();
    }
    ToolVersions found = ask(bench);
    Optional<String> problem = found.problem();
    if (problem.isPresent()) {
      throw new SandboxException(
          "The sandbox cannot verify npm packages: " + problem.get() + ".",
          ToolVersions.remedy(),
          /* retryable= */ false,
          /* cause= */ null);
    }
    Ran platform = bench.quietly(List.of("node", "-e", PLATFORM));
    known.put(sandbox, new Found(found, String.join("", platform.lines())));
    return found;
  }

  private static ToolVersions ask(Bench bench) throws InterruptedException {
    Ran ran = bench.quietly(List.of("npm", "--versions"));
    if (ran.succeeded()) {
      return ToolVersions.parse(String.join("\n", ran.lines()));
    }
    boolean missing = ran.result() instanceof ExecResult.Exited ended && ended.code() == NOT_FOUND;
    if (missing) {
      Ran node = bench.quietly(List.of("node", "--version"));
      return new ToolVersions(node.succeeded() ? String.join("", node.lines()) : "", "");
    }
    // An npm that is too old for its Node, or broken, fails even to say its version.
    throw new SandboxException(
        "npm could not tell its version in the sandbox: " + String.join(" ", ran.tail()),
        ToolVersions.remedy(),
        /* retryable= */ false,
        /* cause= */ null);
  }
}
