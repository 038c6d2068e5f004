package dev.packageforge.npm;

import static java.util.Objects.requireNonNull;

import dev.packageforge.Cancellation;
import dev.packageforge.registry.DependencyGuard;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.toolchain.VerificationListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Judges a package that somebody wrote by hand: a tarball as it is, or a folder, which is packed
 * first as npm would pack it. An error is what breaks or endangers those who install it; what is
 * merely unusual is a warning, or not said.
 *
 * <pre>{@code
 * NpmGate gate = NpmGate.builder(NpmToolchain.builder().build()).build();
 * GateReport report = gate.check(Path.of("thing-1.0.0.tgz"), sandbox, listener, cancellation);
 * }</pre>
 *
 * <p>Safe for use by many threads; holds nothing open.
 */
public final class NpmGate {
  /** Bytes a tarball may have: 128 MiB. */
  private static final long MAX_TARBALL = 128L * 1024 * 1024;

  private final NpmToolchain toolchain;
  private final LookUpRules lookUps;

  private NpmGate(Builder builder) {
    this.toolchain = builder.toolchain;
    this.lookUps = builder.rules();
  }

  /**
   * A gate that asks no registry about the package, to be changed.
   *
   * @param toolchain installs and tests it
   */
  public static Builder builder(NpmToolchain toolchain) {
    return new Builder(toolchain);
  }

  /**
   * Judges a folder or a tarball.
   *
   * @param folderOrTarball nothing in it is changed
   * @param listener hears steps and their output as they happen
   * @return the verdict; a package that fails is an answer, not an exception
   * @throws UnreadablePackageException if there is nothing to judge
   * @throws dev.packageforge.sandbox.SandboxException if nothing was learned of the package
   * @throws dev.packageforge.registry.RegistryException if nothing was learned of the package
   *     because a registry did not answer
   * @throws java.util.concurrent.CancellationException if it was cancelled
   * @throws InterruptedException if this thread is interrupted; all sessions have then been closed
   */
  public GateReport check(
      Path folderOrTarball,
      Sandbox sandbox,
      VerificationListener listener,
      Cancellation cancellation)
      throws InterruptedException {
    if (Files.isDirectory(folderOrTarball)) {
      PackageFolder folder = PackageFolder.read(folderOrTarball);
      return new GateRun(toolchain, lookUps, sandbox, listener, cancellation).folder(folder);
    }
    return check(tarball(folderOrTarball), sandbox, listener, cancellation);
  }

  /**
   * Judges a tarball.
   *
   * @param tarball its bytes
   * @param listener hears steps and their output as they happen
   * @return the verdict; a package that fails is an answer, not an exception
   * @throws dev.packageforge.sandbox.SandboxException if nothing was learned of the package
   * @throws dev.packageforge.registry.RegistryException if nothing was learned of the package
   *     because a registry did not answer
   * @throws java.util.concurrent.CancellationException if it was cancelled
   * @throws InterruptedException if this thread is interrupted; all sessions have then been closed
   */
  public GateReport check(
      byte[] tarball, Sandbox sandbox, VerificationListener listener, Cancellation cancellation)
      throws InterruptedException {
    return new GateRun(toolchain, lookUps, sandbox, listener, cancellation).tarball(tarball);
  }

  private static byte[] tarball(Path file) {
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new UnreadablePackageException(
            "There is no package at " + file + ".", "Name a folder or a .tgz file.", null);
      }
      if (Files.size(file) > MAX_TARBALL) {
        throw new UnreadablePackageException(
            file + " has more than " + MAX_TARBALL + " bytes.", "Pack less into it.", null);
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UnreadablePackageException(
          file + " could not be read: " + e.getMessage() + ".",
          "See that this user may read it.",
          e);
    }
  }

  /** Collects options. */
  public static final class Builder {
    private final NpmToolchain toolchain;
    private LookUpRules lookUps = LookUpRules.NONE;
    private @Nullable NpmRegistry registry;
    private Clock clock = Clock.systemUTC();
    private Duration cooldown = DependencyGuard.COOLDOWN;

    private Builder(NpmToolchain toolchain) {
      // What people wrote may build on what they released an hour ago; that is said, not refused.
      this.toolchain = toolchain.ofAnyAge();
    }

    /**
     * Where the package's name, its earlier releases and its dependencies are looked up. Default:
     * nowhere; what only a registry can tell is then not said.
     *
     * @param registry stays its owner's to close
     */
    public Builder lookUps(NpmRegistry registry) {
      this.registry = requireNonNull(registry, "registry");
      return this;
    }

    /** What the age of a dependency is told by. Default: the system's clock. */
    public Builder clock(Clock clock) {
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    /**
     * How old a dependency must be, and one of its versions in range; what is younger is warned of.
     * Zero for any age. Default: {@link DependencyGuard#COOLDOWN}.
     */
    public Builder dependencyCooldown(Duration cooldown) {
      if (cooldown.isNegative()) {
        throw new IllegalArgumentException("a cooldown must not be negative, was " + cooldown);
      }
      this.cooldown = cooldown;
      return this;
    }

    /** What a registry is asked about the package, for tests. */
    Builder lookUps(LookUpRules lookUps) {
      this.lookUps = requireNonNull(lookUps, "lookUps");
      return this;
    }

    /** Opens nothing. */
    public NpmGate build() {
      return new NpmGate(this);
    }

    private LookUpRules rules() {
      return registry == null
          ? lookUps
          : new RegistryRules(
              RegistryRules.Source.of(registry), new DependencyGuard(clock, cooldown));
    }
  }
}
