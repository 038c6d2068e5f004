package dev.packageforge.npm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.packageforge.Finding;
import dev.packageforge.PackageId;
import dev.packageforge.PackagePlan.PlannedDependency;
import dev.packageforge.Sha512;
import dev.packageforge.Text;
import dev.packageforge.registry.CatalogEntry;
import dev.packageforge.registry.DependencyGuard;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What only a registry can tell of a package: whether what it builds on is fit to be built on, and
 * whether its name and version may follow what was released before.
 */
final class RegistryRules implements LookUpRules {
  private static final int MAX_TARBALL = 64 * 1024 * 1024;
  private static final int MAX_NAMED = 5;
  private static final String WHERE = Manifest.FILE;
  private static final List<String> INSTALLED =
      List.of("dependencies", "peerDependencies", "optionalDependencies");

  /** What those who install a package are not harmed by, or can judge themselves. */
  private static final Set<String> JUDGED_BY_PEOPLE =
      Set.of("dependency-too-young", "dependency-near-name", "dependency-install-script");

  /** Where packages are asked for. */
  interface Source {
    /** All that is known of a package. */
    Optional<Packument> packument(String name) throws InterruptedException;

    /** The same without times and people, which is there sooner. */
    Optional<Packument> abbreviated(String name) throws InterruptedException;

    /** The bytes of a version, at most so many; empty if they are not there. */
    Optional<byte[]> tarball(PackageId id, Packument.Dist dist, int most)
        throws InterruptedException;

    /** Known weaknesses by package; empty if this registry keeps none. */
    Optional<JsonNode> advisories(Map<String, List<String>> versions) throws InterruptedException;

    static Source of(NpmRegistry registry) {
      return new Source() {
        @Override
        public Optional<Packument> packument(String name) throws InterruptedException {
          return registry.packument(name);
        }

        @Override
        public Optional<Packument> abbreviated(String name) throws InterruptedException {
          return registry.abbreviated(name);
        }

        @Override
        public Optional<byte[]> tarball(PackageId id, Packument.Dist dist, int most)
            throws InterruptedException {
          return registry.tarball(id, dist, most);
        }

        @Override
        public Optional<JsonNode> advisories(Map<String, List<String>> versions)
            throws InterruptedException {
          return registry.advisories(versions);
        }
      };
    }
  }

  private final Source source;
  private final NpmCatalog catalog;
  private final DependencyGuard guard;
  private final PopularNames popular = PopularNames.all();

  RegistryRules(Source source, DependencyGuard guard) {
    this.source = source;
    this.catalog = new NpmCatalog(source::packument);
    this.guard = guard;
  }

  // ---- what it builds on -----------------------------------------------------------------------

  @Override
  public List<Finding> dependencies(Manifest manifest) throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    Map<String, List<String>> chosen = new TreeMap<>();
    for (String section : INSTALLED) {
      for (Map.Entry<String, String> each : manifest.dependencies(section).entrySet()) {
        Optional<PlannedDependency> wanted = wanted(each.getKey(), each.getValue());
        if (wanted.isPresent()) {
          Optional<CatalogEntry> found = catalog.find(wanted.get());
          boolean optional = section.equals("optionalDependencies") || isOptional(manifest, each);
          for (Finding finding : guard.judge(WHERE, wanted.get(), found)) {
            boolean stops = !optional && !JUDGED_BY_PEOPLE.contains(finding.code());
            findings.add(stops ? finding : lowered(finding));
          }
          found
              .filter(entry -> !entry.version().isEmpty())
              .ifPresent(entry -> chosen.put(entry.name(), List.of(entry.version())));
        }
      }
    }
    if (!chosen.isEmpty()) {
      source.advisories(chosen).ifPresent(answer -> advise(answer, chosen, findings));
    }
    return List.copyOf(findings);
  }

  /** What is taken from the registry, under its own name. */
  private static Optional<PlannedDependency> wanted(String name, String range) {
    if (VersionRange.kind(range) == VersionRange.Kind.ELSEWHERE) {
      return Optional.empty();
    }
    if (!range.startsWith("npm:")) {
      return Optional.of(new PlannedDependency(name, range, ""));
    }
    String target = range.substring("npm:".length());
    int at = target.lastIndexOf('@');
    return Optional.of(
        at > 0
            ? new PlannedDependency(target.substring(0, at), target.substring(at + 1), "")
            : new PlannedDependency(target, "", ""));
  }

  private static boolean isOptional(Manifest manifest, Map.Entry<String, String> dependency) {
    return manifest
        .field("peerDependenciesMeta")
        .path(dependency.getKey())
        .path("optional")
        .asBoolean();
  }

  private static Finding lowered(Finding finding) {
    return Finding.warning(finding.code(), finding.where(), finding.sentence(), finding.remedy());
  }

  private static void advise(
      JsonNode answer, Map<String, List<String>> chosen, List<Finding> findings) {
    chosen.forEach(
        (name, versions) -> {
          for (JsonNode advisory : answer.path(name)) {
            String severity = advisory.path("severity").asText("").toLowerCase(Locale.ROOT);
            Finding finding =
                Finding.error(
                    "dependency-has-advisory",
                    WHERE,
                    name
                        + " "
                        + versions.get(0)
                        + ", the newest in range, has a known weakness of severity "
                        + (severity.isEmpty() ? "unknown" : Text.visible(severity, 20))
                        + ": "
                        + Text.visible(advisory.path("title").asText("no title"), 160)
                        + ".",
                    "Use a range that holds a version without it, or do without.");
            findings.add(severity.equals("critical") ? finding : lowered(finding));
          }
        });
  }

  // ---- its name and version --------------------------------------------------------------------

  @Override
  public List<Finding> release(Tarball tarball, PackedFiles files, Sha512 digest)
      throws InterruptedException {
    PackageId id = tarball.id();
    Optional<Packument> known = source.abbreviated(id.name());
    if (known.isEmpty() || known.get().versions().isEmpty()) {
      return newName(id.name());
    }
    Packument packument = known.get();
    Packument.Version same = packument.versions().get(id.version());
    if (same != null) {
      return taken(id, same, digest);
    }
    Optional<SemVer> version = SemVer.parse(id.version());
    return version.isEmpty() ? List.of() : following(tarball, files, packument, version.get());
  }

  private List<Finding> newName(String name) throws InterruptedException {
    Optional<String> twin = popular.samePunctuationAside(name);
    if (twin.isEmpty()) {
      twin = punctuatedOtherwise(name);
    }
    if (twin.isPresent()) {
      return List.of(
          Finding.error(
              "name-too-similar",
              WHERE,
              "The name "
                  + name
                  + " differs from the published "
                  + twin.get()
                  + " in punctuation only, which the registry refuses.",
              "Choose another name, or publish it in a scope of yours: @you/" + name + "."));
    }
    Optional<String> resembled = popular.resembledBy(name);
    return resembled.isEmpty()
        ? List.of()
        : List.of(
            Finding.warning(
                "name-near-popular",
                WHERE,
                "The name "
                    + name
                    + " may be mistaken for the popular "
                    + resembled.get()
                    + ", and the registry may refuse it.",
                "Choose another name, or publish it in a scope of yours: @you/" + name + "."));
  }

  /** The ways to write the same letters that are worth a question each. */
  private Optional<String> punctuatedOtherwise(String name) throws InterruptedException {
    if (name.startsWith("@")) {
      return Optional.empty();
    }
    Set<String> others = new LinkedHashSet<>();
    for (String mark : List.of("", "-", "_", ".")) {
      others.add(name.replaceAll("[._-]+", mark));
    }
    others.remove(name);
    for (String other : others) {
      Optional<Packument> found =
          PackageName.problem(other).isEmpty() ? source.abbreviated(other) : Optional.empty();
      if (found.filter(packument -> !packument.versions().isEmpty()).isPresent()) {
        return Optional.of(other);
      }
    }
    return Optional.empty();
  }

  /** Bytes that are there already may be verified again and again; others can never get there. */
  private static List<Finding> taken(PackageId id, Packument.Version same, Sha512 digest) {
    Optional<Sha512> there = same.dist().digest();
    if (there.isEmpty() || there.get().equals(digest)) {
      return List.of();
    }
    return List.of(
        Finding.error(
            "version-taken",
            WHERE,
            id + " was published already, with other content.",
            "Raise the version; if the package is not yours, choose another name."));
  }

  private List<Finding> following(
      Tarball tarball, PackedFiles files, Packument packument, SemVer version)
      throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    List<SemVer> releases =
        packument.versions().keySet().stream()
            .flatMap(text -> SemVer.parse(text).stream())
            .filter(each -> each.label().isEmpty())
            .sorted(SemVer.BY_PRECEDENCE)
            .toList();
    if (!releases.isEmpty()) {
      SemVer last = releases.get(releases.size() - 1);
      if (SemVer.BY_PRECEDENCE.compare(version, last) < 0) {
        findings.add(
            Finding.warning(
                "version-behind-last",
                WHERE,
                "The version "
                    + version.text()
                    + " is lower than the last release, "
                    + last.text()
                    + ".",
                "Raise it; a release of an older line needs a tag of its own."));
      }
    }
    Optional<SemVer> before =
        releases.stream()
            .filter(each -> SemVer.BY_PRECEDENCE.compare(each, version) < 0)
            .max(SemVer.BY_PRECEDENCE);
    if (before.isPresent()) {
      tooLow(tarball, files, packument, version, before.get()).ifPresent(findings::add);
    }
    return List.copyOf(findings);
  }

  /** Compares what users see of a package with what they saw of the release before. */
  private Optional<Finding> tooLow(
      Tarball tarball, PackedFiles files, Packument packument, SemVer version, SemVer before)
      throws InterruptedException {
    PackageId id = new PackageId(tarball.id().name(), before.text());
    Packument.Version released = packument.versions().get(before.text());
    Optional<byte[]> bytes =
        released == null ? Optional.empty() : source.tarball(id, released.dist(), MAX_TARBALL);
    Optional<Surface.Change> change = bytes.flatMap(old -> change(old, tarball, files));
    if (change.isEmpty()) {
      return Optional.empty();
    }
    SemVer needed = SemVer.parse(change.get().next(before)).orElseThrow();
    SemVer stated = SemVer.parse(release(version)).orElseThrow();
    return SemVer.BY_PRECEDENCE.compare(stated, needed) >= 0
        ? Optional.empty()
        : Optional.of(
            Finding.warning(
                "version-too-low",
                WHERE,
                "Since "
                    + before.text()
                    + ", "
                    + reason(change.get())
                    + ", which "
                    + version.text()
                    + " does not tell those who update.",
                "Make it " + needed.text() + "."));
  }

  /** A prerelease is as high as the release that it leads to. */
  private static String release(SemVer version) {
    return version.numbers().get(0)
        + "."
        + version.numbers().get(1)
        + "."
        + version.numbers().get(2);
  }

  private static Optional<Surface.Change> change(byte[] old, Tarball tarball, PackedFiles files) {
    try {
      TarballRules.Judged before = TarballRules.judge(House.ANYBODYS, old);
      Manifest was = before.tarball().manifest();
      Manifest is = tarball.manifest();
      return Optional.of(
          Surface.change(
              was,
              new ModuleGraph(before.files(), Optional.of(was)),
              is,
              new ModuleGraph(files, Optional.of(is))));
    } catch (BadTarballException | UnreadableManifestException e) {
      return Optional.empty(); // an old release that cannot be read tells nothing of this one
    }
  }

  private static String reason(Surface.Change change) {
    if (!change.lost().isEmpty()) {
      return "this is gone: " + named(change.lost());
    }
    if (change.newerNode()) {
      return "a newer Node is needed";
    }
    return change.gained().isEmpty() ? "it changed" : "this is new: " + named(change.gained());
  }

  private static String named(List<String> promises) {
    String named = Text.visible(String.join(", ", first(promises)), 240);
    int more = promises.size() - first(promises).size();
    return more > 0 ? named + " and " + more + " more" : named;
  }

  private static List<String> first(List<String> all) {
    return all.size() <= MAX_NAMED ? all : all.subList(0, MAX_NAMED);
  }
}
