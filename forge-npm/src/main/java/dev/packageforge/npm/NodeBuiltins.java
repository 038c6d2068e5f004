package dev.packageforge.npm;

import java.util.Set;

/** The modules that Node brings along, as {@code module.builtinModules} of Node 20 to 24 has it. */
final class NodeBuiltins {
  private static final Set<String> PLAIN =
      Set.of(
          "assert",
          "async_hooks",
          "buffer",
          "child_process",
          "cluster",
          "console",
          "constants",
          "crypto",
          "dgram",
          "diagnostics_channel",
          "dns",
          "domain",
          "events",
          "fs",
          "http",
          "http2",
          "https",
          "inspector",
          "module",
          "net",
          "os",
          "path",
          "perf_hooks",
          "process",
          "punycode",
          "querystring",
          "readline",
          "repl",
          "stream",
          "string_decoder",
          "sys",
          "timers",
          "tls",
          "trace_events",
          "tty",
          "url",
          "util",
          "v8",
          "vm",
          "wasi",
          "worker_threads",
          "zlib");
  private static final Set<String> ONLY_WITH_PREFIX = Set.of("sea", "sqlite", "test");

  private NodeBuiltins() {}

  /** Whether a package of this name would be hidden by a module of Node. */
  static boolean hides(String packageName) {
    return PLAIN.contains(packageName);
  }

  /** Whether an import of this specifier is answered by Node itself. */
  static boolean answers(String specifier) {
    if (specifier.startsWith("node:")) {
      String root = root(specifier.substring("node:".length()));
      return PLAIN.contains(root) || ONLY_WITH_PREFIX.contains(root);
    }
    return PLAIN.contains(root(specifier));
  }

  private static String root(String specifier) {
    return specifier.split("/", 2)[0];
  }
}
