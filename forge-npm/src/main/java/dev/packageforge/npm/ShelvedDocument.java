package dev.packageforge.npm;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is kept of a package's document: what is needed to install it, and when each version came to
 * be. It is written so that it can be sent on without reading its JSON again: a line a version,
 * with a gap where the address of its tarball goes.
 *
 * @param name of the package, with its scope
 * @param etag what the registry calls this state of it; empty if nothing
 * @param fetched when the registry said so
 * @param modified when the registry changed it last, as far as it tells
 * @param timed whether the registry was asked for the time of each version
 * @param tags versions by tag
 * @param versions in the registry's order
 */
record ShelvedDocument(
    String name,
    String etag,
    Instant fetched,
    Optional<Instant> modified,
    boolean timed,
    Map<String, String> tags,
    List<Version> versions) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String LATEST = "latest";
  private static final String END = ".";
  private static final List<String> AT_INSTALL = List.of("preinstall", "install", "postinstall");

  /** What npm reads of a version when it installs it; a registry's short form has the same. */
  private static final List<String> FIELDS =
      List.of(
          "deprecated",
          "dependencies",
          "optionalDependencies",
          "bundleDependencies",
          "bundledDependencies",
          "peerDependencies",
          "peerDependenciesMeta",
          "acceptDependencies",
          "bin",
          "directories",
          "engines",
          "cpu",
          "os",
          "libc",
          "_hasShrinkwrap",
          "hasInstallScript");

  private static final Comparator<Version> NEWEST =
      Comparator.comparing(version -> version.number().orElseThrow(), SemVer.BY_PREFERENCE);

  ShelvedDocument {
    tags = Map.copyOf(tags);
    versions = List.copyOf(versions);
  }

  /**
   * One version.
   *
   * @param text its number
   * @param published when, if the registry said
   * @param deprecated whether its owner warns of it
   * @param tarball where it is, as the registry says; may be nothing
   * @param integrity what its bytes are: SHA-512 in the form of SRI, or 40 digits of SHA-1
   * @param head its JSON up to the address of its tarball
   * @param tail its JSON from there
   */
  record Version(
      String text,
      Optional<Instant> published,
      boolean deprecated,
      String tarball,
      String integrity,
      String head,
      String tail) {
    Optional<SemVer> number() {
      return SemVer.parse(text);
    }
  }

  // ---- from a registry -------------------------------------------------------------------------

  /** Reads a registry's document, short or whole, while it comes in. */
  static ShelvedDocument of(
      String name, InputStream in, String etag, Instant fetched, boolean timed) throws IOException {
    Map<String, String> tags = new HashMap<>();
    List<Version> versions = new ArrayList<>();
    Map<String, Instant> times = new HashMap<>();
    Optional<Instant> modified = Optional.empty();
    try (JsonParser parser = JSON.createParser(in)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("it is no JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        boolean object = parser.nextToken() == JsonToken.START_OBJECT;
        if (field.equals("modified") && !object) {
          modified = PackumentReader.time(parser.readValueAsTree());
        } else if (object && field.equals("dist-tags")) {
          each(parser, (tag, version) -> tags.put(tag, version.asText("")));
        } else if (object && field.equals("time")) {
          each(
              parser,
              (version, time) ->
                  PackumentReader.time(time).ifPresent(at -> times.put(version, at)));
        } else if (object && field.equals("versions")) {
          each(parser, (text, json) -> version(name, text, json).ifPresent(versions::add));
        } else {
          parser.skipChildren();
        }
      }
    }
    versions.replaceAll(version -> at(version, times.get(version.text())));
    tags.keySet().removeIf(tag -> tag.length() > 200);
    return new ShelvedDocument(
        name,
        etag,
        fetched,
        modified.or(() -> Optional.ofNullable(times.get("modified"))),
        timed || !times.isEmpty(),
        tags,
        versions);
  }

  private interface Member {
    void read(String name, JsonNode value) throws IOException;
  }

  private static void each(JsonParser parser, Member reader) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      JsonNode value = parser.readValueAsTree();
      reader.read(name, value);
    }
  }

  private static Version at(Version version, @org.jspecify.annotations.Nullable Instant published) {
    return new Version(
        version.text(),
        Optional.ofNullable(published),
        version.deprecated(),
        version.tarball(),
        version.integrity(),
        version.head(),
        version.tail());
  }

  /** Empty for what cannot be installed: without a number or without a digest. */
  private static Optional<Version> version(String name, String text, JsonNode json)
      throws IOException {
    Packument.Dist dist = PackumentReader.dist(json);
    String shasum = dist.shasum();
    String integrity =
        dist.digest()
            .map(digest -> digest.integrity())
            .orElse(shasum.matches("[0-9a-f]{40}") ? shasum : "");
    if (SemVer.parse(text).isEmpty() || integrity.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode kept = JSON.createObjectNode().put("name", name).put("version", text);
    for (String field : FIELDS) {
      if (json.hasNonNull(field)) {
        kept.set(field, json.get(field));
      }
    }
    if (AT_INSTALL.stream().anyMatch(script -> json.path("scripts").has(script))) {
      kept.put("hasInstallScript", true);
    }
    String written = JSON.writeValueAsString(kept);
    String head = written.substring(0, written.length() - 1) + ",\"dist\":{\"tarball\":\"";
    String digest = integrity.length() == 40 ? "" : "\"integrity\":\"" + integrity + "\"";
    String sum = shasum.matches("[0-9a-f]{40}") ? "\"shasum\":\"" + shasum + "\"" : "";
    String both = digest.isEmpty() || sum.isEmpty() ? digest + sum : digest + "," + sum;
    String address = dist.tarball().chars().allMatch(c -> c > ' ' && c < 127) ? dist.tarball() : "";
    return Optional.of(
        new Version(
            text,
            Optional.empty(),
            json.hasNonNull("deprecated") && !json.path("deprecated").asText("x").isEmpty(),
            address,
            integrity,
            head,
            "\"," + both + "}}"));
  }

  /** The same, as the registry has just said that it has not changed. */
  ShelvedDocument confirmed(Instant now) {
    return new ShelvedDocument(name, etag, now, modified, timed, tags, versions);
  }

  // ---- to and from the disk --------------------------------------------------------------------

  void write(OutputStream out) throws IOException {
    ObjectNode header = JSON.createObjectNode().put("name", name).put("etag", etag);
    header.put("fetched", fetched.toString()).put("timed", timed);
    modified.ifPresent(at -> header.put("modified", at.toString()));
    tags.forEach(header.putObject("tags")::put);
    Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    writer.write(JSON.writeValueAsString(header));
    writer.write('\n');
    for (Version version : versions) {
      String at = version.published().map(Instant::toString).orElse("");
      writer.write(
          String.join(
              "\t",
              version.text(),
              at,
              version.deprecated() ? "d" : "",
              version.tarball(),
              version.integrity(),
              version.head(),
              version.tail()));
      writer.write('\n');
    }
    writer.write(END + "\n");
    writer.flush();
  }

  /** Reads what {@link #write} wrote. */
  static ShelvedDocument read(InputStream in) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16)) {
      String first = reader.readLine();
      JsonNode header = JSON.readTree(first == null ? "" : first);
      Map<String, String> tags = new HashMap<>();
      header
          .path("tags")
          .properties()
          .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
      List<Version> versions = new ArrayList<>();
      for (String line = reader.readLine(); !END.equals(line); line = reader.readLine()) {
        versions.add(version((line == null ? "" : line).split("\t", -1)));
      }
      return new ShelvedDocument(
          header.path("name").asText(),
          header.path("etag").asText(),
          Instant.parse(header.path("fetched").asText()),
          PackumentReader.time(header.path("modified")),
          header.path("timed").asBoolean(),
          tags,
          versions);
    } catch (DateTimeException | IndexOutOfBoundsException e) {
      throw new IOException("not a document that was kept", e);
    }
  }

  private static Version version(String[] part) {
    return new Version(
        part[0],
        part[1].isEmpty() ? Optional.empty() : Optional.of(Instant.parse(part[1])),
        part[2].equals("d"),
        part[3],
        part[4],
        part[5],
        part[6]);
  }

  // ---- for who asks ----------------------------------------------------------------------------

  /**
   * Whether it tells which versions are from before a moment: it has their times, or nothing of the
   * package has changed since.
   */
  boolean tells(Optional<Instant> latest) {
    return timed
        || latest.isEmpty()
        || modified.filter(at -> !at.isAfter(latest.get())).isPresent();
  }

  /**
   * Whether a version is from before a moment. One of which nobody knows is not, unless the
   * registry keeps no times at all.
   */
  boolean isOld(Version version, Optional<Instant> latest) {
    Optional<Instant> since = since(version);
    return latest.isEmpty()
        || since.filter(at -> !at.isAfter(latest.get())).isPresent()
        || (since.isEmpty() && !keepsTimes());
  }

  /** When it was published, or a time by which it surely was. */
  Optional<Instant> since(Version version) {
    return version.published().isPresent() || timed ? version.published() : modified;
  }

  private boolean keepsTimes() {
    return versions.stream().anyMatch(version -> version.published().isPresent());
  }

  Optional<Version> version(String text) {
    return versions.stream().filter(version -> version.text().equals(text)).findFirst();
  }

  /**
   * The tags, as if what is too young were not there: {@code latest} is then the newest version
   * before the one that it points to, and another tag is not there either.
   */
  Map<String, String> tags(Optional<Instant> latest) {
    List<Version> old = versions.stream().filter(version -> isOld(version, latest)).toList();
    Map<String, String> kept = new TreeMap<>(tags);
    kept.values().removeIf(tagged -> old.stream().noneMatch(each -> each.text().equals(tagged)));
    if (tags.containsKey(LATEST) && !kept.containsKey(LATEST)) {
      best(old).ifPresent(version -> kept.put(LATEST, version.text()));
    }
    return kept;
  }

  private Optional<Version> best(List<Version> old) {
    Optional<SemVer> meant = SemVer.parse(tags.getOrDefault(LATEST, ""));
    List<Version> below =
        old.stream()
            .filter(
                version ->
                    meant.isEmpty()
                        || SemVer.BY_PRECEDENCE.compare(version.number().orElseThrow(), meant.get())
                            < 0)
            .toList();
    return below.stream()
        .filter(version -> !version.deprecated())
        .max(NEWEST)
        .or(() -> below.stream().max(NEWEST));
  }

  /**
   * The document in the short form, without what is too young.
   *
   * @param base the address under which the tarballs are found; ends with a slash
   */
  byte[] rendered(Optional<Instant> latest, String base) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 16);
    Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    writer.write("{\"name\":" + JSON.writeValueAsString(name) + ",\"dist-tags\":");
    writer.write(JSON.writeValueAsString(tags(latest)));
    writer.write(",\"versions\":{");
    String comma = "";
    for (Version version : versions) {
      if (isOld(version, latest)) {
        writer.write(comma + "\"" + version.text() + "\":");
        comma = ",";
        write(version, base, writer);
      }
    }
    writer.write("}}");
    writer.flush();
    return out.toByteArray();
  }

  /** One version in the short form. */
  byte[] rendered(Version version, String base) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    write(version, base, writer);
    writer.flush();
    return out.toByteArray();
  }

  private void write(Version version, String base, Writer writer) throws IOException {
    writer.write(version.head());
    writer.write(base);
    writer.write(Wanted.Tarball.path(name, version.text()));
    writer.write(version.tail());
  }
}
