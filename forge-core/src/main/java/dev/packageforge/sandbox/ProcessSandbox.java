package dev.packageforge.sandbox;

import static java.util.Objects.requireNonNull;

import dev.packageforge.SandboxReport;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands as plain processes of this machine, each session in a folder of its own. It holds
 * against mistakes, not against malice: a command runs as this program's user and can read that
 * user's files. {@link #probe} says so, and what else it cannot do here.
 *
 * <p>What it does: a command sees no environment variable but {@code PATH}, {@code HOME}, {@code
 * TMPDIR}, {@code LANG}, those that were {@link Builder#allow allowed}, its own, and {@code
 * FORGE_SESSION}, a random word by which its processes are found again; when it ends, so does
 * everything it started; wall-clock time, output, disk and, on Linux, memory are watched, and
 * whoever exceeds a limit is killed; on Linux, where user namespaces are permitted, the network is
 * really cut. If this program is killed, running commands die with it (Linux); what it leaves in
 * the folder is removed by a later session.
 *
 * <p>A layer is a symbolic link to its folder: a command cannot remove or change what is in it only
 * where this user may not, so its owner should take the permission to write away.
 *
 * <p>Safe for use by many threads.
 */
public final class ProcessSandbox implements Sandbox {
  private final Path root;
  private final String path;
  private final Map<String, String> allowed;
  private @Nullable Confinement confinement;

  ProcessSandbox(Builder builder, @Nullable Confinement confinement) {
    this.root = builder.root.toAbsolutePath().normalize();
    this.path = builder.path;
    this.allowed = Collections.unmodifiableMap(new TreeMap<>(builder.allowed));
    this.confinement = confinement;
  }

  /**
   * A sandbox on this machine.
   *
   * @param root the folder in which every session gets a fresh one; made when the first one opens
   * @param path where commands find programs, as the variable {@code PATH} has it
   */
  public static Builder builder(Path root, String path) {
    return new Builder(root, path);
  }

  @Override
  public SandboxReport probe() {
    try {
      SessionFolder.create(root, List.of()).remove();
      return new SandboxReport(
          "process",
          SandboxReport.Level.NONE,
          confinement().enforced(),
          confinement().degradations());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException(
          "Interrupted while the process sandbox in " + root + " was tried.",
          "Try again.",
          true,
          e);
    }
  }

  @Override
  public SandboxSession open(SandboxSpec spec) throws InterruptedException {
    Confinement here = confinement();
    SessionFolder folder = SessionFolder.create(root, spec.layers());
    Map<String, String> environment = new TreeMap<>();
    environment.put("PATH", path);
    environment.put("HOME", folder.home().toString());
    environment.put("TMPDIR", folder.temporary().toString());
    environment.put("LANG", "C.UTF-8");
    environment.putAll(allowed);
    return new ProcessSession(folder, here, spec, environment);
  }

  private synchronized Confinement confinement() throws InterruptedException {
    Confinement known = confinement;
    if (known == null) {
      known = Confinement.find(path);
      confinement = known;
    }
    return known;
  }

  /** Collects options. */
  public static final class Builder {
    private final Path root;
    private final String path;
    private final Map<String, String> allowed = new TreeMap<>();

    private Builder(Path root, String path) {
      this.root = requireNonNull(root, "root");
      this.path = requireNonNull(path, "path");
    }

    /**
     * Lets every command see one more variable, or changes one of the sandbox's own. Default: none.
     *
     * @param variable its name, such as {@code HTTPS_PROXY}; never one that holds a credential
     * @param value what it is set to, whatever it is outside
     */
    public Builder allow(String variable, String value) {
      requireNonNull(value, "value");
      if (variable.isEmpty() || variable.indexOf('=') >= 0 || variable.indexOf('\0') >= 0) {
        throw new IllegalArgumentException("not a variable's name: \"" + variable + "\"");
      }
      allowed.put(variable, value);
      return this;
    }

    /** Opens nothing; the first session makes the folder. */
    public ProcessSandbox build() {
      return new ProcessSandbox(this, null);
    }
  }
}
