package dev.packageforge.examples;

import dev.packageforge.Draft;
import dev.packageforge.ForgeException;
import dev.packageforge.PackageId;
import dev.packageforge.Run;
import dev.packageforge.llm.DemoLanguageModel;
import dev.packageforge.npm.NpmAccess;
import dev.packageforge.npm.NpmIdentity;
import dev.packageforge.npm.NpmRegistry;
import dev.packageforge.registry.FolderRegistry;
import dev.packageforge.registry.PackageRegistry;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishRequest;
import dev.packageforge.registry.RegistryException;
import dev.packageforge.registry.StoredVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where approved packages go. What is set is obeyed; where nothing is, recorded packages go to the
 * folder, all others to npm's registry if there is a token for it, else to the folder, which is
 * said. npm's settings are read when they are first needed. Safe for use by many threads.
 */
final class Destinations implements AutoCloseable {
  /** An upload that takes longer is unclear, and the registry is asked. */
  static final Duration UPLOAD = Duration.ofSeconds(75);

  private static final String AGENT = "package-forge/" + ForgeCommand.version();

  private final Surroundings around;
  private final Settings settings;
  private final FolderRegistry folder;
  private @Nullable NpmAccess access;
  private @Nullable NpmRegistry npm;
  private @Nullable NpmRegistry asked;

  /**
   * Where they go.
   *
   * @param folder the folder that is a registry
   */
  Destinations(Surroundings around, Settings settings, Path folder) {
    this.around = around;
    this.settings = settings;
    this.folder = FolderRegistry.at(folder);
  }

  /** Where what a run made goes; one that cannot be used says so when it is asked for anything. */
  PackageRegistry of(Run run) {
    try {
      return goesToNpm(run) ? npm() : folder;
    } catch (ForgeException e) {
      return new Unusable(settings.registry(), e);
    }
  }

  /** The place, for people, and why it is that one if it may surprise. */
  String place(Run run) {
    PackageRegistry registry = of(run);
    if (!settings.registry().equals("auto") || registry != folder) {
      return very(registry, run);
    }
    return very(registry, run)
        + (isRecorded(run) ? "" : ", since npm's settings hold no token for its registry");
  }

  private static String very(PackageRegistry registry, Run run) {
    return run.artifact()
        .map(artifact -> registry.place(artifact.id()))
        .orElseGet(registry::description);
  }

  /** Whether npm's registry is where packages that were not recorded go. */
  boolean usesNpm() {
    return switch (settings.registry()) {
      case "folder" -> false;
      case "auto" -> hasToken();
      default -> true;
    };
  }

  private boolean goesToNpm(Run run) {
    return settings.registry().equals("auto") ? !isRecorded(run) && hasToken() : usesNpm();
  }

  private boolean hasToken() {
    NpmAccess read = access();
    return read.credentialFor(read.registry().value()).isPresent();
  }

  /** Whether recordings made it, or nobody knows who did. */
  static boolean isRecorded(Run run) {
    List<String> authors =
        run.work().drafts().stream().map(Draft::author).filter(name -> !name.isEmpty()).toList();
    boolean brought = run.request().brought() != null;
    return !brought
        && (authors.isEmpty() || authors.contains(DemoLanguageModel.NAME) || Tape.isReplayed(run));
  }

  /**
   * npm's settings, with what is set here on top.
   *
   * @throws RegistryException if they cannot be used
   */
  synchronized NpmAccess access() {
    if (access == null) {
      Map<String, String> variables = new HashMap<>(around.environment());
      settings
          .registryAddress()
          .ifPresent(address -> variables.put("npm_config_registry", address.toString()));
      try {
        NpmAccess read = NpmAccess.read(variables, around.folder(), settings.home());
        access =
            settings
                .npmToken()
                .map(token -> read.withToken(token, settings.npmTokenSource()))
                .orElse(read);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandException(
            Exit.INTERRUPTED, "Stopped while npm's settings were read.", "Run it again.");
      }
    }
    return access;
  }

  /**
   * npm's registry, or the one whose address is set.
   *
   * @throws RegistryException if npm's settings cannot be used
   */
  synchronized NpmRegistry npm() {
    if (npm == null) {
      npm = NpmRegistry.builder(access()).timeout(UPLOAD).userAgent(AGENT).build();
    }
    return npm;
  }

  /**
   * The same registry, to look things up.
   *
   * @param patience how long one answer may take
   * @throws RegistryException if npm's settings cannot be used
   */
  synchronized NpmRegistry asked(Duration patience) {
    if (asked == null) {
      asked = NpmRegistry.builder(access()).timeout(patience).userAgent(AGENT).build();
    }
    return asked;
  }

  /**
   * Who npm's registry takes us for.
   *
   * @param patience how long it may take to say so
   * @throws RegistryException if it did not answer
   */
  NpmIdentity identity(Duration patience) {
    try (NpmRegistry doctor =
        NpmRegistry.builder(access())
            .connectTimeout(patience)
            .timeout(patience)
            .userAgent(AGENT)
            .build()) {
      return doctor.identity();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(
          Exit.INTERRUPTED, "Stopped while the registry was asked.", "Run it again.");
    }
  }

  @Override
  public synchronized void close() {
    if (npm != null) {
      npm.close();
    }
    if (asked != null) {
      asked.close();
    }
  }

  /** A registry whose settings are no good: says why, to whoever asks anything of it. */
  private record Unusable(String name, ForgeException why) implements PackageRegistry {
    @Override
    public String description() {
      return "a registry that cannot be used: " + why.getMessage();
    }

    @Override
    public Optional<StoredVersion> find(PackageId id) {
      throw new RegistryException(String.valueOf(why.getMessage()), why.remedy(), false, why);
    }

    @Override
    public PublishOutcome publish(PublishRequest request) {
      return new PublishOutcome.NotStored(String.valueOf(why.getMessage()), why.remedy());
    }
  }
}
