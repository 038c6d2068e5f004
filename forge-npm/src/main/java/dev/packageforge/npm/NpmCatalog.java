package dev.packageforge.npm;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.packageforge.PackagePlan.PlannedDependency;
import dev.packageforge.Text;
import dev.packageforge.registry.CatalogEntry;
import dev.packageforge.registry.PackageCatalog;
import dev.packageforge.registry.RegistryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Looks packages up with this machine's own npm, so that whatever registry, proxy and credential
 * its user has configured are used. One start of npm a look-up; nothing is kept. Safe for use by
 * many threads.
 */
public final class NpmCatalog implements PackageCatalog {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MAX_WARNING = 300;

  private final String npm;
  private final Duration timeout;

  private NpmCatalog(Builder builder) {
    this.npm = builder.npm;
    this.timeout = builder.timeout;
  }

  /** One that runs the npm on the {@code PATH}, to be changed. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Optional<CatalogEntry> find(PlannedDependency dependency) throws InterruptedException {
    String name = dependency.name();
    if (!PackageName.mayExist(name)) {
      return Optional.empty();
    }
    boolean known = VersionRange.problem(dependency.range()).isEmpty();
    String range = known ? dependency.range().strip() : "latest";
    HostCommand.Said said = ask(name, range);
    return read(name, said).map(found -> known ? found : new CatalogEntry(name, "", ""));
  }

  private HostCommand.Said ask(String name, String range) throws InterruptedException {
    List<String> line =
        List.of(
            npm,
            "view",
            "--json",
            "--fetch-retries=0", // whoever asks tries again, and tells people so
            "--fetch-timeout=" + timeout.multipliedBy(2).dividedBy(3).toMillis(),
            "--",
            name + "@" + range,
            "name",
            "version",
            "deprecated");
    try {
      Path folder = Files.createTempDirectory("forge-npm");
      try {
        return HostCommand.run(line, folder, timeout);
      } finally {
        Files.deleteIfExists(folder);
      }
    } catch (TimeoutException e) {
      throw new RegistryException(
          "Looking up " + name + " failed because the npm registry did not answer in time.",
          "Check the network and \"npm config get registry\", then try again.",
          /* retryable= */ true,
          e);
    } catch (IOException e) {
      throw new RegistryException(
          "Looking up " + name + " failed because npm could not be started.",
          ToolVersions.remedy(),
          /* retryable= */ false,
          e);
    }
  }

  private static Optional<CatalogEntry> read(String name, HostCommand.Said said) {
    JsonNode answer = json(name, said);
    JsonNode error = answer.path("error");
    if (error.isObject() || said.exit() != 0) {
      return refused(name, said, error);
    }
    List<JsonNode> versions =
        (answer.isArray() ? answer.valueStream() : Stream.of(answer)).toList();
    return Optional.of(
        versions.stream()
            .flatMap(version -> SemVer.parse(text(version, "version")).stream())
            .max(SemVer.BY_PREFERENCE)
            .map(newest -> entry(name, newest.text(), versions))
            .orElseGet(() -> new CatalogEntry(name, "", "")));
  }

  private static CatalogEntry entry(String name, String version, List<JsonNode> versions) {
    String warning =
        versions.stream()
            .filter(each -> text(each, "version").equals(version))
            .map(each -> text(each, "deprecated"))
            .findFirst()
            .orElse("");
    return new CatalogEntry(name, version, Text.visible(warning, MAX_WARNING));
  }

  private static JsonNode json(String name, HostCommand.Said said) {
    try {
      return JSON.readTree(said.output());
    } catch (JsonProcessingException e) {
      if (said.exit() != 0) {
        return JSON.createObjectNode();
      }
      throw new RegistryException(
          "Looking up " + name + " failed because npm's answer is no JSON.",
          "Run \"npm view " + name + " --json\" to see what it says.",
          /* retryable= */ false,
          e);
    }
  }

  private static Optional<CatalogEntry> refused(
      String name, HostCommand.Said said, JsonNode error) {
    NpmErrors errors =
        error.isObject()
            ? NpmErrors.of(text(error, "code"), text(error, "summary"))
            : NpmErrors.in(said.errors().lines().toList());
    if (errors.code().equals("E404")) {
      return errors.mentions("No match found for version")
          ? Optional.of(new CatalogEntry(name, "", ""))
          : Optional.empty();
    }
    if (errors.code().equals("ETARGET")) {
      return Optional.of(new CatalogEntry(name, "", ""));
    }
    String tried = "Looking up " + name;
    String unreachable = unreachable(errors.code());
    if (!unreachable.isEmpty()) {
      throw new RegistryException(
          tried + " failed: " + unreachable + " (" + errors.code() + ").",
          "Check the network and \"npm config get registry\", then try again.",
          /* retryable= */ true,
          /* cause= */ null);
    }
    errors.throwIfRegistry(tried);
    throw new RegistryException(
        tried + " failed: " + errors.told() + ".",
        "Run \"npm view " + name + "\" to see what it says.",
        /* retryable= */ false,
        /* cause= */ null);
  }

  /** What stands between npm and the registry; empty if that is not the trouble. */
  private static String unreachable(String code) {
    return switch (code) {
      case "ECONNREFUSED" -> "the npm registry refused the connection";
      case "ENOTFOUND", "EAI_AGAIN" -> "the npm registry's name was not found";
      case "ETIMEDOUT", "ESOCKETTIMEDOUT", "ERR_SOCKET_TIMEOUT", "EIDLETIMEOUT" ->
          "the npm registry did not answer in time";
      case "ECONNRESET", "ECONNABORTED", "EPIPE" -> "the npm registry broke the connection off";
      case "ENETUNREACH", "EHOSTUNREACH" -> "there is no way to the npm registry";
      default -> "";
    };
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText("");
  }

  /** Collects options. */
  public static final class Builder {
    private String npm = "npm";
    private Duration timeout = Duration.ofSeconds(30);

    private Builder() {}

    /** The npm to run. Default: the one on the {@code PATH}. */
    public Builder npm(Path program) {
      this.npm = program.toAbsolutePath().toString();
      return this;
    }

    /** How long one look-up may take. Default: 30 seconds. */
    public Builder timeout(Duration timeout) {
      requireNonNull(timeout, "timeout");
      if (timeout.isNegative() || timeout.isZero()) {
        throw new IllegalArgumentException("timeout must be positive, was " + timeout);
      }
      this.timeout = timeout;
      return this;
    }

    /** Opens nothing; each look-up starts npm once. */
    public NpmCatalog build() {
      return new NpmCatalog(this);
    }
  }
}
