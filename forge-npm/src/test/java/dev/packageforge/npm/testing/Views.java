package dev.packageforge.npm.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Packages as they are told to those who ask. */
final class Views {
  private static final Set<String> FOR_INSTALLERS =
      Set.of(
          "name",
          "version",
          "bin",
          "directories",
          "dependencies",
          "devDependencies",
          "optionalDependencies",
          "peerDependencies",
          "peerDependenciesMeta",
          "bundleDependencies",
          "dist",
          "engines",
          "os",
          "cpu",
          "libc",
          "deprecated",
          "funding");

  private final URI address;
  private final Seal seal;

  Views(URI address, Seal seal) {
    this.address = address;
    this.seal = seal;
  }

  /** Everything that was there then. */
  ObjectNode full(Shelf.Box box, Instant then) {
    List<Shelf.Version> versions = box.versions(then);
    ObjectNode json = Json.object();
    json.put("_id", box.name()).put("_rev", box.revision()).put("name", box.name());
    tags(json, box, then);
    ObjectNode all = json.putObject("versions");
    ObjectNode time = json.putObject("time");
    time.put("created", box.created().toString()).put("modified", box.modified().toString());
    for (Shelf.Version each : versions) {
      String version = each.line().id().version();
      all.set(version, version(box, each));
      time.put(version, each.line().at().toString());
    }
    json.set("maintainers", maintainers(box));
    if (!versions.isEmpty()) {
      JsonNode last = versions.get(versions.size() - 1).manifest();
      for (String field : List.of("description", "license", "homepage", "repository", "readme")) {
        if (last.has(field)) {
          json.set(field, last.get(field));
        }
      }
    }
    return json;
  }

  /** What an installer needs of it. */
  ObjectNode abbreviated(Shelf.Box box, Instant then) {
    ObjectNode json = Json.object();
    json.put("name", box.name());
    tags(json, box, then);
    ObjectNode all = json.putObject("versions");
    for (Shelf.Version each : box.versions(then)) {
      ObjectNode version = version(box, each);
      JsonNode scripts = version.path("scripts");
      boolean runs =
          scripts.has("install") || scripts.has("preinstall") || scripts.has("postinstall");
      version.retain(FOR_INSTALLERS);
      if (runs) {
        version.put("hasInstallScript", true);
      }
      all.set(each.line().id().version(), version);
    }
    json.put("modified", box.modified().toString());
    return json;
  }

  ObjectNode version(Shelf.Box box, Shelf.Version version) {
    ObjectNode json = version.manifest().deepCopy();
    json.remove("readme");
    ObjectNode dist = json.withObject("/dist");
    dist.put("tarball", address + box.name() + "/-/" + file(version));
    dist.put("fileCount", version.packed().paths().size());
    dist.put("unpackedSize", version.packed().unpacked());
    dist.set("signatures", seal.signatures(version.line()));
    json.putObject("_npmUser").put("name", version.line().by());
    json.set("maintainers", maintainers(box));
    return json;
  }

  /** What a tarball is called when it is served: without the scope. */
  static String file(Shelf.Version version) {
    return Names.base(version.line().id().name()) + "-" + version.line().id().version() + ".tgz";
  }

  private static void tags(ObjectNode json, Shelf.Box box, Instant then) {
    ObjectNode tags = json.putObject("dist-tags");
    for (Map.Entry<String, String> tag : box.tags(then).entrySet()) {
      tags.put(tag.getKey(), tag.getValue());
    }
  }

  private static ArrayNode maintainers(Shelf.Box box) {
    ArrayNode all = Json.object().putArray("maintainers");
    box.owners().stream().sorted().forEach(owner -> all.addObject().put("name", owner));
    return all;
  }
}
