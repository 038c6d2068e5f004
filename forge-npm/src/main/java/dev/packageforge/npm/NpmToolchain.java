package dev.packageforge.npm;

import static java.util.Objects.requireNonNull;

import dev.packageforge.Cancellation;
import dev.packageforge.FailureDigest;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.PackagePlan;
import dev.packageforge.PackedArtifact;
import dev.packageforge.Release;
import dev.packageforge.Step;
import dev.packageforge.registry.DependencyGuard;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxSpec;
import dev.packageforge.toolchain.TestFile;
import dev.packageforge.toolchain.Toolchain;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationListener;
import dev.packageforge.toolchain.VerificationRequest;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Verifies packages for npm with the npm and Node that the sandbox has: packs a draft in one
 * session, then installs exactly those bytes in another and tests what was installed.
 *
 * <p>Nothing of the package runs before it is packed but its own build script; nothing ever runs
 * while there is a network, and no configuration or credential of this machine's user is handed in.
 * Safe for use by many threads; holds nothing open.
 */
public final class NpmToolchain implements Toolchain {
  private static final long MIB = 1024L * 1024;

  private final SandboxSpec.Limits limits;
  private final NpmSettings settings;
  private final Toolbox toolbox = new Toolbox();
  private final Optional<NpmGateway> gateway;
  private final Optional<LintToolbox> lintToolbox;
  private final Map<Integer, Path> nodes;
  private final Optional<LayerStore> layers;
  private final Clock clock;

  private NpmToolchain(Builder builder) {
    this.clock = builder.clock;
    this.layers =
        builder.layers.map(folder -> new LayerStore(folder, builder.layersLimit, builder.clock));
    this.limits = builder.limits;
    this.nodes = Map.copyOf(builder.nodes);
    this.lintToolbox = builder.toolbox.map(LintToolbox::new);
    this.gateway = builder.gateway;
    this.settings =
        new NpmSettings(
            builder.registry,
            builder.extraCertificates,
            Math.max(64, limits.memoryBytes() / MIB * 3 / 4),
            builder.cooldown);
  }

  private NpmToolchain(NpmToolchain other, NpmSettings settings) {
    this.limits = other.limits;
    this.nodes = other.nodes;
    this.lintToolbox = other.lintToolbox;
    this.gateway = other.gateway;
    this.layers = other.layers;
    this.clock = other.clock;
    this.settings = settings;
  }

  /** The same, installing dependencies of any age. */
  NpmToolchain ofAnyAge() {
    return new NpmToolchain(this, settings.ofAnyAge());
  }

  /** One with the default ceilings and npm's own default registry, to be changed. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String houseRules() {
    return HouseRules.TEXT;
  }

  @Override
  public String firstVersion() {
    return HouseRules.FIRST_VERSION;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Users see: the names that each way into the package exports, its subpaths, its commands and
   * their flags, and the oldest Node it runs on. Below 1.0.0 the second part is raised in place of
   * the first. What a function takes and does is not seen.
   */
  @Override
  public String nextVersion(String version, FileSet before, FileSet after) {
    return Surface.next(version, before, after);
  }

  /** Replaces the value of the manifest's {@code version}, and not one character more. */
  @Override
  public FileSet stamped(FileSet files, String version) {
    return Manifest.stamped(files, version);
  }

  /** Counts calls of {@code test} and {@code it}, and of assertions; not what is skipped. */
  @Override
  public List<TestFile> tests(FileSet files) {
    return TestFiles.counted(files);
  }

  @Override
  public List<String> relevant(FileSet files, FailureDigest failure) {
    return Relevance.of(files, failure);
  }

  @Override
  public List<Finding> review(PackagePlan plan) {
    return PlanReview.of(plan);
  }

  @Override
  public Verification verify(
      VerificationRequest request,
      Sandbox sandbox,
      VerificationListener listener,
      Cancellation cancellation)
      throws InterruptedException {
    return new VerificationRun(request, sandbox, listener, cancellation, this).run();
  }

  /**
   * Makes the checks that need no Node and no npm. Each step that would run something is skipped.
   */
  @Override
  public Verification inspect(VerificationRequest request, VerificationListener listener)
      throws InterruptedException {
    Journal journal = new Journal(listener, Cancellation.never());
    Inspection inspection = Inspection.of(request);
    journal.run(Step.INSPECT, inspection::outcome);
    boolean failed = journal.failed().isPresent();
    for (Step step : Step.values()) {
      if (step.compareTo(Step.INSPECT) > 0) {
        journal.skip(failed ? Proof.NOT_REACHED : "nothing was run", step);
      }
    }
    return failed
        ? new Verification.Failed(
            journal.digest(inspection.files()), journal.reports(), inspection.findings())
        : new Verification.Unverified(journal.reports(), inspection.findings());
  }

  /**
   * Runs tests that the author of a package never saw against the packed package, in a fresh
   * session whose network is cut once the package is installed.
   *
   * @param tests the text of a module for Node's own test runner; {@code 'PACKAGE'} in quotes,
   *     alone or before a path, stands for the package's name; {@code run(command, args, {input})}
   *     of {@code ./support.mjs} runs an installed command and resolves to its {@code code}, {@code
   *     stdout} and {@code stderr}
   * @return the count; a package that fails is an answer, not an exception
   * @throws dev.packageforge.sandbox.SandboxException if nothing was learned of the package
   * @throws dev.packageforge.registry.RegistryException if nothing was learned of the package
   *     because its dependencies could not be fetched
   * @throws java.util.concurrent.CancellationException if it was cancelled
   * @throws InterruptedException if this thread is interrupted; the session has then been closed
   */
  public AcceptanceReport accept(
      PackedArtifact packed, String tests, Sandbox sandbox, Cancellation cancellation)
      throws InterruptedException {
    return new AcceptanceRun(this, sandbox, cancellation).run(packed, tests);
  }

  /** {@code npm install} with the release's location if that is a path, else with its name. */
  @Override
  public String installCommand(Release release) {
    String location = release.location();
    boolean usable =
        location.endsWith(".tgz") && location.contains("/") && !location.contains("://");
    return "npm install " + ShellWord.of(usable ? location : release.id().toString());
  }

  SandboxSpec.Limits limits() {
    return limits;
  }

  NpmSettings settings() {
    return settings;
  }

  /** The way to the registry for sessions that have no other; empty if nobody gave one. */
  Optional<NpmGateway> gateway() {
    return gateway;
  }

  Toolbox toolbox() {
    return toolbox;
  }

  /** What judges a packed artifact; empty if nobody said where it is to be kept. */
  Optional<LintToolbox> lintToolbox() {
    return lintToolbox;
  }

  /** Where installed dependencies are kept; empty if they are installed each time. */
  Optional<LayerStore> layers() {
    return layers;
  }

  /** What npm's choice of dependencies depends on beside the manifest, with these tools. */
  List<String> surroundings(Toolbox.Found found) {
    return List.of(
        "npm " + found.tools().npm(),
        "node " + found.tools().node(),
        found.platform(),
        settings.registry().orElse("npm's own registry"),
        gateway.map(NpmGateway::places).orElse("no gateway"),
        "older than " + settings.cooldown(),
        // Tomorrow there may be other releases.
        "on " + LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
  }

  /** Programs that are a certain Node, by its major version. */
  Map<Integer, Path> nodes() {
    return nodes;
  }

  /** Collects options. */
  public static final class Builder {
    private SandboxSpec.Limits limits = SandboxSpec.Limits.ofDefaults();
    private Optional<String> registry = Optional.empty();
    private Optional<Path> extraCertificates = Optional.empty();
    private Optional<Path> toolbox = Optional.empty();
    private Optional<NpmGateway> gateway = Optional.empty();
    private Optional<Path> layers = Optional.empty();
    private long layersLimit = 1024 * MIB;
    private Clock clock = Clock.systemUTC();
    private Duration cooldown = DependencyGuard.COOLDOWN;
    private final Map<Integer, Path> nodes = new HashMap<>();

    private Builder() {}

    /** The ceilings of each session. Default: {@code Limits.ofDefaults()}. */
    public Builder limits(SandboxSpec.Limits limits) {
      this.limits = requireNonNull(limits, "limits");
      return this;
    }

    /**
     * Where npm fetches dependencies in the sandbox. Default: npm's own default.
     *
     * @param address http or https, without a user or password
     */
    public Builder registryAddress(URI address) {
      boolean web = "https".equals(address.getScheme()) || "http".equals(address.getScheme());
      if (!web || address.getHost() == null) {
        throw new IllegalArgumentException("a registry's address is http or https");
      }
      if (address.getUserInfo() != null) {
        throw new IllegalArgumentException("a registry's address must hold no credential");
      }
      this.registry = Optional.of(address.toString());
      return this;
    }

    /**
     * The way to the registry for a sandbox whose commands have no network. It has its own
     * registry, certificates and proxies, and keeps the cooldown for npm of any version; {@link
     * #registryAddress} and {@link #extraCaCertificates} then mean nothing in such a sandbox.
     * Default: none, and such a sandbox cannot be used for what has dependencies.
     *
     * @param gateway stays its owner's to close
     */
    public Builder gateway(NpmGateway gateway) {
      this.gateway = Optional.of(gateway);
      return this;
    }

    /**
     * How old a release must be to be installed along with a draft, in whole days, what others
     * bring along included. It is npm itself that chooses so, from version 11.10 on; an older one
     * does not know how to. Zero for any age. Default: {@link DependencyGuard#COOLDOWN}.
     */
    public Builder dependencyCooldown(Duration cooldown) {
      if (cooldown.isNegative()) {
        throw new IllegalArgumentException("a cooldown must not be negative, was " + cooldown);
      }
      this.cooldown = cooldown;
      return this;
    }

    /**
     * More certificate authorities for npm to trust, as a PEM file on this machine; of use only
     * where commands of the sandbox can read it. Default: none.
     */
    public Builder extraCaCertificates(Path pemFile) {
      this.extraCertificates = Optional.of(pemFile.toAbsolutePath());
      return this;
    }

    /**
     * Where the tools that judge a packed artifact are kept: publint, TypeScript and the types of
     * Node, about 26 MB. The npm on the {@code PATH} fetches them there, in the versions that are
     * pinned here, when they are first needed; then they need no network any more. Default: none,
     * and verifications warn that these tools did not judge.
     *
     * @param folder made if it is missing; may be shared by any number of programs
     */
    public Builder toolbox(Path folder) {
      this.toolbox = Optional.of(folder.toAbsolutePath());
      return this;
    }

    /**
     * Where installed dependencies are kept, so that later verifications of packages with the same
     * dependencies fetch none: those of the same day, with the same npm, Node, kind of machine and
     * registry. They are taken out of a session before any script runs in it. Default: none, and
     * each verification fetches its own.
     *
     * @param folder made if it is missing; may be shared by any number of programs, but only those
     *     that are trusted: what is there is believed
     */
    public Builder layers(Path folder) {
      this.layers = Optional.of(folder.toAbsolutePath());
      return this;
    }

    /**
     * How many bytes all kept dependencies may take; what was not used for longest goes first.
     * Default: 1 GiB.
     */
    public Builder layersLimit(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("a limit must be positive, was " + bytes);
      }
      this.layersLimit = bytes;
      return this;
    }

    /** What the day is told by. Default: the system's clock. */
    public Builder clock(Clock clock) {
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    /**
     * One more Node: a package that says it runs on this version and none lower has its tests run
     * on it as well. Default: none, and nothing is claimed of other versions than the sandbox's.
     *
     * @param major its first number, 18 or higher
     * @param program where commands of the sandbox find it
     */
    public Builder node(int major, Path program) {
      if (major < 18) {
        throw new IllegalArgumentException("Node " + major + " cannot run tests, 18 or later can");
      }
      nodes.put(major, requireNonNull(program, "program"));
      return this;
    }

    /** Opens nothing. */
    public NpmToolchain build() {
      return new NpmToolchain(this);
    }
  }
}
