package dev.packageforge.sandbox;

import static java.util.Objects.requireNonNull;

import dev.packageforge.Cancellation;
import dev.packageforge.SandboxReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands in namespaces of their own, made by bubblewrap without any privilege: for Linux
 * machines without a container engine. It keeps files, network and secrets, and bounds what is
 * written; memory and the number of processes it can only watch. {@link #probe} says so.
 *
 * <p>A command sees the system's programs and libraries, the folders that were {@link Builder#show
 * shown}, its session's own files, which are in memory alone, and nothing else of this machine; all
 * but its own files it can only read. There is no network, from the first moment to the last: who
 * needs the registry reaches it by a {@link SandboxSession#companion companion}. Calls to the
 * kernel that only trouble comes of are refused by a filter. A session ends with this program,
 * however that ends.
 *
 * <p>It needs the programs {@code bwrap} (0.5 or later) and those of util-linux, and a kernel that
 * lets this user make user namespaces. A layer of a session must be readable by this user.
 *
 * <p>Safe for use by many threads.
 */
public final class BubblewrapSandbox implements Sandbox {
  private static final SandboxSpec TRIAL =
      new SandboxSpec(
          SandboxSpec.Network.NONE,
          new SandboxSpec.Limits(Duration.ofSeconds(20), 64L << 20, 1 << 20, 1 << 10));

  private final String path;
  private final List<Path> shown;
  private final Map<String, String> allowed;
  private @Nullable BubblewrapPlace place;

  private BubblewrapSandbox(Builder builder) {
    this.path = builder.path;
    this.shown = List.copyOf(builder.shown);
    this.allowed = Collections.unmodifiableMap(new TreeMap<>(builder.allowed));
  }

  /**
   * A sandbox on this machine.
   *
   * @param path where programs are found, as the variable {@code PATH} has it; commands find there
   *     what they see of it
   */
  public static Builder builder(String path) {
    return new Builder(path);
  }

  /** Tries it: a machine that has all programs may still refuse what they do. */
  @Override
  public SandboxReport probe() {
    BubblewrapPlace here = place();
    try (SandboxSession session = open(TRIAL)) {
      ExecResult result =
          session.exec(
              Command.of("sh", "-c", "exit 0"), OutputListener.SILENT, Cancellation.never());
      if (!result.succeeded()) {
        throw new SandboxException(
            "The bubblewrap sandbox was tried, and even a command that does nothing failed.",
            "Use another sandbox here.",
            false,
            null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException(
          "Interrupted while the bubblewrap sandbox was tried.", "Try again.", true, e);
    }
    return new SandboxReport(
        "bubblewrap", SandboxReport.Level.CONTAINED, here.enforced(), here.degradations());
  }

  @Override
  public SandboxSession open(SandboxSpec spec) throws InterruptedException {
    Map<String, String> environment = new TreeMap<>();
    environment.put("PATH", path);
    environment.put("LANG", "C.UTF-8");
    environment.putAll(allowed);
    return new BubblewrapSession(Cell.open(place(), spec), spec, environment);
  }

  private synchronized BubblewrapPlace place() {
    BubblewrapPlace known = place;
    if (known == null) {
      known = BubblewrapPlace.find(path, shown);
      place = known;
    }
    return known;
  }

  /** Collects options. */
  public static final class Builder {
    private final String path;
    private final List<Path> shown = new ArrayList<>();
    private final Map<String, String> allowed = new TreeMap<>();

    private Builder(String path) {
      this.path = requireNonNull(path, "path");
    }

    /**
     * Lets commands read one more folder of this machine, at its own place. Default: none but the
     * system's programs and libraries.
     *
     * @param folder say that of a runtime that was installed by hand; it must be there when the
     *     first session opens, and hold no secret
     */
    public Builder show(Path folder) {
      Path whole = folder.toAbsolutePath().normalize();
      if (whole.getNameCount() == 0) {
        throw new IllegalArgumentException("a whole disk is not shown in a sandbox");
      }
      shown.add(whole);
      return this;
    }

    /**
     * Lets every command see one more variable, or changes one of the sandbox's own. Default: none.
     *
     * @param variable its name; never one that holds a credential
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

    /** Opens nothing. */
    public BubblewrapSandbox build() {
      return new BubblewrapSandbox(this);
    }
  }
}
