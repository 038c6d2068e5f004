package dev.packageforge.npm.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.PackageId;
import dev.packageforge.Sha512;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the registry holds: packages, and a book in which nothing is ever crossed out. What was
 * stored is seen later, if the registry is a slow one. Its users hold its lock.
 */
final class Shelf {
  /** One version. */
  record Version(StoredPackage line, ObjectNode manifest, Bytes tarball, PackedFile packed) {}

  /** What a tag was given, and when. */
  record TagSet(String version, Instant at) {}

  /** One package. */
  static final class Box {
    private final String name;
    private final Set<String> owners;
    private final boolean restricted;
    private final Map<String, Version> versions = new LinkedHashMap<>();
    private final Set<String> used = new HashSet<>();
    private final Map<String, List<TagSet>> tags = new TreeMap<>();
    private final Instant created;
    private Instant modified;
    private int revision;

    private Box(String name, Set<String> owners, boolean restricted, Instant created) {
      this.name = name;
      this.owners = new HashSet<>(owners);
      this.restricted = restricted;
      this.created = created;
      this.modified = created;
    }

    String name() {
      return name;
    }

    Set<String> owners() {
      return owners;
    }

    boolean restricted() {
      return restricted;
    }

    Map<String, Version> versions() {
      return versions;
    }

    Instant created() {
      return created;
    }

    Instant modified() {
      return modified;
    }

    /** Changes with whatever changes. */
    String revision() {
      return revision + "-" + Integer.toHexString(name.hashCode());
    }

    void touch(Instant now) {
      revision++;
      modified = now;
    }

    void tag(String tag, String version, Instant at) {
      tags.computeIfAbsent(tag, unused -> new ArrayList<>()).add(new TagSet(version, at));
    }

    void untag(String tag) {
      tags.remove(tag);
    }

    /** The tags as they were then, of versions that are there. */
    Map<String, String> tags(Instant then) {
      Map<String, String> seen = new TreeMap<>();
      tags.forEach(
          (tag, sets) ->
              sets.stream()
                  .filter(set -> !set.at().isAfter(then) && versions.containsKey(set.version()))
                  .reduce((first, second) -> second)
                  .ifPresent(set -> seen.put(tag, set.version())));
      return seen;
    }

    /** The versions that were there then. */
    List<Version> versions(Instant then) {
      return versions.values().stream().filter(each -> !each.line().at().isAfter(then)).toList();
    }

    void remove(String version) {
      versions.remove(version);
    }
  }

  private final Map<String, Box> boxes = new TreeMap<>();
  private final List<StoredPackage> book = new ArrayList<>();
  private final Set<String> gone = new HashSet<>();
  private Duration metadataLag = Duration.ZERO;
  private Duration tarballLag = Duration.ZERO;

  void lag(Duration metadata, Duration tarball) {
    metadataLag = metadata;
    tarballLag = tarball;
  }

  Duration metadataLag() {
    return metadataLag;
  }

  Duration tarballLag() {
    return tarballLag;
  }

  List<StoredPackage> book() {
    return List.copyOf(book);
  }

  Optional<Box> find(String name) {
    return Optional.ofNullable(boxes.get(name));
  }

  /** The packages of a user. */
  List<Box> of(String user) {
    return boxes.values().stream().filter(box -> box.owners().contains(user)).toList();
  }

  Optional<Version> find(PackageId id) {
    return find(id.name()).map(box -> box.versions().get(id.version()));
  }

  /** Stores a version for good, or says why not. */
  void store(Document document, String user, Instant now) throws RejectedException {
    refuseUsed(document.name(), document.version());
    Box box = boxes.get(document.name());
    if (box == null) {
      refuseTwin(document.name(), user);
      boolean restricted = Names.isScoped(document.name()) && !document.access().equals("public");
      box = new Box(document.name(), Set.of(user), restricted, now);
      boxes.put(document.name(), box);
    }
    StoredPackage line =
        new StoredPackage(
            new PackageId(document.name(), document.version()),
            Sha512.of(document.tarball().array()),
            document.tarball().length(),
            document.tag(),
            user,
            now,
            document.manifest().toString());
    book.add(line);
    box.used.add(document.version());
    box.versions.put(
        document.version(),
        new Version(line, document.manifest(), document.tarball(), document.packed()));
    box.tag(document.tag(), document.version(), now);
    if (!box.tags.containsKey("latest")) {
      box.tag("latest", document.version(), now);
    }
    box.touch(now);
  }

  /** A version is used once, even if it was taken back. */
  void refuseUsed(String name, String version) throws RejectedException {
    Box box = boxes.get(name);
    boolean there = box != null && box.used.contains(version);
    if (there || gone.contains(name + "@" + version)) {
      throw new RejectedException(
          403, "You cannot publish over the previously published versions: " + version + ".");
    }
  }

  private void refuseTwin(String name, String user) throws RejectedException {
    if (Names.isScoped(name)) {
      return;
    }
    List<String> twins =
        boxes.keySet().stream()
            .filter(other -> !Names.isScoped(other))
            .filter(other -> Names.bare(other).equals(Names.bare(name)))
            .toList();
    if (!twins.isEmpty()) {
      throw new RejectedException(
          403,
          "Package name too similar to existing package(s) "
              + String.join(",", twins)
              + "; try renaming your package to '@"
              + user
              + "/"
              + name
              + "' and publishing with 'npm publish --access=public' instead");
    }
  }

  void remove(Box box) {
    gone.addAll(
        box.used.stream().map(version -> box.name + "@" + version).collect(Collectors.toSet()));
    boxes.remove(box.name);
  }
}
