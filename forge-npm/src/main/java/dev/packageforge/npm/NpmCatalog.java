package dev.packageforge.npm;

import static java.util.Objects.requireNonNull;

import dev.packageforge.PackagePlan.PlannedDependency;
import dev.packageforge.Text;
import dev.packageforge.registry.CatalogEntry;
import dev.packageforge.registry.PackageCatalog;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Looks packages up in a registry, one question each; nothing is kept. Of the versions in a range
 * it names the one that npm would install: the one tagged {@code latest} if it is in the range,
 * else the newest; a deprecated one only if there is no other. Safe for use by many threads.
 */
public final class NpmCatalog implements PackageCatalog {
  private static final int MAX_WARNING = 300;
  private static final String LATEST = "latest";

  /** Where packages are looked up; a seam for tests. */
  @FunctionalInterface
  interface Packuments {
    /** All that is known of a package; empty if there is none of that name. */
    Optional<Packument> find(String name) throws InterruptedException;
  }

  private final Packuments packuments;
  private final PopularNames popular;

  NpmCatalog(Packuments packuments) {
    this.packuments = requireNonNull(packuments, "packuments");
    this.popular = PopularNames.all();
  }

  /**
   * Asks a registry.
   *
   * @param registry stays its owner's to close
   */
  public static NpmCatalog of(NpmRegistry registry) {
    requireNonNull(registry, "registry");
    return new NpmCatalog(registry::packument);
  }

  /**
   * Asks where npm's own settings lead to. Nothing of it needs to be closed: what it keeps open is
   * given up when it is idle, and keeps no process alive.
   */
  public static NpmCatalog of(NpmAccess access) {
    return of(NpmRegistry.builder(access).build());
  }

  @Override
  public Optional<CatalogEntry> find(PlannedDependency dependency) throws InterruptedException {
    String name = dependency.name();
    if (!PackageName.mayExist(name)) {
      return Optional.empty();
    }
    return packuments.find(name).map(packument -> entry(packument, name, dependency.range()));
  }

  private CatalogEntry entry(Packument packument, String name, String range) {
    String resembles = popular.resembledBy(name).orElse("");
    List<Packument.Version> held = held(packument, range.strip());
    Optional<Packument.Version> chosen = chosen(packument, held);
    CatalogEntry.Facts facts =
        new CatalogEntry.Facts(
            packument.created(),
            chosen.flatMap(Packument.Version::published),
            earliest(held),
            chosen.filter(Packument.Version::hasInstallScript).isPresent(),
            resembles);
    return new CatalogEntry(
        name,
        chosen.map(Packument.Version::version).orElse(""),
        chosen.map(each -> Text.visible(each.deprecated(), MAX_WARNING)).orElse(""),
        facts);
  }

  /** The versions in a range, or the one that a tag points to. */
  private static List<Packument.Version> held(Packument packument, String range) {
    Optional<VersionSet> set = VersionSet.parse(range);
    if (set.isEmpty()) {
      return packument.tagged(range).stream().toList();
    }
    return packument.versions().values().stream()
        .filter(each -> version(each).filter(set.get()::holds).isPresent())
        .toList();
  }

  private static Optional<Packument.Version> chosen(
      Packument packument, List<Packument.Version> held) {
    List<Packument.Version> sound =
        held.stream().filter(each -> each.deprecated().isEmpty()).toList();
    List<Packument.Version> among = sound.isEmpty() ? held : sound;
    Optional<Packument.Version> latest = packument.tagged(LATEST).filter(among::contains);
    return latest.isPresent() ? latest : among.stream().max(NEWEST);
  }

  private static final Comparator<Packument.Version> NEWEST =
      Comparator.comparing(each -> version(each).orElseThrow(), SemVer.BY_PREFERENCE);

  private static Optional<SemVer> version(Packument.Version version) {
    return SemVer.parse(version.version());
  }

  private static Optional<Instant> earliest(List<Packument.Version> held) {
    return held.stream().flatMap(each -> each.published().stream()).min(Comparator.naturalOrder());
  }
}
