package dev.packageforge.npm.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.Sha512;
import java.io.IOException;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a client sends to publish one version, checked field by field against the very bytes that
 * came with it.
 *
 * @param name of the package
 * @param version the one
 * @param tag the one
 * @param access as it was sent; empty for null
 * @param manifest the version's part
 * @param tarball the bytes
 * @param packed what the bytes hold
 */
record Document(
    String name,
    String version,
    String tag,
    String access,
    ObjectNode manifest,
    Bytes tarball,
    PackedFile packed) {
  private static final Set<String> FIELDS =
      Set.of("_id", "name", "description", "dist-tags", "versions", "access", "_attachments");
  private static final Set<String> ADDED =
      Set.of("_id", "_nodeVersion", "_npmVersion", "dist", "readme", "readmeFilename", "gitHead");

  /** Fields that clients bring into another form before they send them. */
  private static final Set<String> REWRITTEN =
      Set.of(
          "author",
          "bin",
          "bugs",
          "bundleDependencies",
          "bundledDependencies",
          "contributors",
          "dependencies",
          "directories",
          "files",
          "homepage",
          "keywords",
          "licenses",
          "main",
          "man",
          "maintainers",
          "optionalDependencies",
          "repository",
          "scripts",
          "version",
          "engines");

  static Document read(byte[] body, String name, URI registry) throws RejectedException {
    JsonNode json = parsed(body);
    only(json, FIELDS, "the document");
    need(json.path("name").asText().equals(name), "name is not the one of the address");
    need(json.path("_id").asText().equals(name), "_id is not the name");
    need(Names.isName(name), "not a package's name");
    need(json.has("access"), "access is missing");
    String access = json.path("access").isNull() ? "" : json.path("access").asText();
    need(Set.of("", "public", "restricted").contains(access), "access is " + access);
    need(
        Names.isScoped(name) || !access.equals("restricted"),
        "a package without a scope cannot be restricted");
    Map.Entry<String, JsonNode> one = single(json.path("versions"), "versions");
    String version = one.getKey();
    need(Names.isVersion(version), "not a version: " + version);
    Map.Entry<String, JsonNode> tag = single(json.path("dist-tags"), "dist-tags");
    need(Names.isTag(tag.getKey()), "a tag must not be a range: " + tag.getKey());
    need(tag.getValue().asText().equals(version), "the tag names another version");
    if (!(one.getValue() instanceof ObjectNode manifest)) {
      throw RejectedException.badData("the version is no object");
    }
    byte[] tarball = tarball(json.path("_attachments"), name + "-" + version + ".tgz");
    digests(manifest.path("dist"), tarball);
    where(manifest.path("dist").path("tarball").asText(), name, version, registry);
    PackedFile packed = PackedFile.read(tarball);
    Document document =
        new Document(name, version, tag.getKey(), access, manifest, new Bytes(tarball), packed);
    document.sameAsPacked();
    return document;
  }

  private static JsonNode parsed(byte[] body) throws RejectedException {
    try {
      return Json.read(body);
    } catch (IOException e) {
      throw new RejectedException(400, "the body is not JSON");
    }
  }

  private static byte[] tarball(JsonNode attachments, String key) throws RejectedException {
    need(attachments.path(key).isObject(), "no attachment " + key);
    for (Map.Entry<String, JsonNode> each : attachments.properties()) {
      boolean known = each.getKey().equals(key) || each.getKey().endsWith(".sigstore");
      need(known, "an attachment too many: " + each.getKey());
    }
    JsonNode attachment = attachments.path(key);
    only(attachment, Set.of("content_type", "data", "length"), "the attachment");
    need(
        attachment.path("content_type").asText().equals("application/octet-stream"),
        "the attachment's content_type");
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(attachment.path("data").asText());
    } catch (IllegalArgumentException e) {
      throw RejectedException.badData("the attachment is not Base64");
    }
    need(
        attachment.path("length").isIntegralNumber()
            && attachment.path("length").asLong() == bytes.length,
        "the attachment has " + bytes.length + " bytes, not the length that is stated");
    return bytes;
  }

  private static void digests(JsonNode dist, byte[] tarball) throws RejectedException {
    String integrity = dist.path("integrity").asText();
    if (!integrity.equals(Sha512.of(tarball).integrity())) {
      throw new RejectedException(
          400, "integrity error, " + integrity + " != " + Sha512.of(tarball).integrity());
    }
    String shasum = dist.path("shasum").asText();
    if (!shasum.equals(sha1(tarball))) {
      throw new RejectedException(400, "shasum error, " + shasum + " != " + sha1(tarball));
    }
  }

  private static void where(String tarball, String name, String version, URI registry)
      throws RejectedException {
    String expected = registry + name + "/-/" + name + "-" + version + ".tgz";
    need(tarball.equals(expected), "dist.tarball is " + tarball + ", not " + expected);
  }

  /** Whoever installs it by its metadata must get what its files say, and nothing more is told. */
  private void sameAsPacked() throws RejectedException {
    ObjectNode own = packed.manifest();
    need(own.path("name").asText().equals(name), "the tarball's package.json has another name");
    need(
        own.path("version").asText().equals(version),
        "the tarball's package.json has another version");
    need(manifest.path("name").asText().equals(name), "the version's name");
    need(manifest.path("version").asText().equals(version), "the version's version");
    need(manifest.path("_id").asText().equals(name + "@" + version), "the version's _id");
    need(!own.path("private").asBoolean(), "it is private");
    Set<String> fields = names(manifest);
    fields.addAll(names(own));
    for (String field : fields) {
      boolean hidden = field.startsWith("_") && !manifest.has(field);
      boolean derived = !own.has(field) && derived(field);
      if (!ADDED.contains(field) && !REWRITTEN.contains(field) && !hidden && !derived) {
        need(
            manifest.path(field).equals(own.path(field)),
            "field " + field + " is not what package.json has");
      }
    }
    sameDependencies(own);
    sameScripts(own);
    boolean listed = own.has("bin") || !own.path("directories").has("bin");
    need(!listed || bins(manifest).equals(bins(own)), "bin is not what package.json has");
    boolean readme =
        packed.paths().stream().anyMatch(path -> path.matches("(?i)readme(?:\\.[^./]+)?"));
    need(
        !readme || !manifest.path("readme").asText().isEmpty(),
        "the tarball has a README and the document has none");
  }

  /** Whether this is what clients find out for a package.json that does not say it. */
  private boolean derived(String field) {
    JsonNode value = manifest.path(field);
    return switch (field) {
      case "description" -> manifest.path("readme").asText().contains(value.asText());
      case "types" -> packed.paths().contains(path(value.asText()));
      case "gypfile" -> value.asBoolean() && builds();
      default -> false;
    };
  }

  private boolean builds() {
    return packed.paths().stream().anyMatch(path -> path.matches("[^/]+\\.gyp"));
  }

  private void sameDependencies(ObjectNode own) throws RejectedException {
    ObjectNode stated = object(own.path("dependencies"));
    object(own.path("optionalDependencies")).fieldNames().forEachRemaining(stated::remove);
    ObjectNode sent = object(manifest.path("dependencies"));
    object(manifest.path("optionalDependencies")).fieldNames().forEachRemaining(sent::remove);
    need(sent.equals(stated), "dependencies are not what package.json has");
    need(
        object(manifest.path("optionalDependencies"))
            .equals(object(own.path("optionalDependencies"))),
        "optionalDependencies are not what package.json has");
    need(
        object(manifest.path("engines")).equals(object(own.path("engines"))),
        "engines are not what package.json has");
  }

  private void sameScripts(ObjectNode own) throws RejectedException {
    ObjectNode expected = object(own.path("scripts"));
    for (String each : names(expected)) {
      String bare = expected.path(each).asText().replaceFirst("^(?:\\./)?node_modules/\\.bin/", "");
      expected.put(each, bare);
    }
    if (builds() && !expected.has("install") && !expected.has("preinstall")) {
      expected.put("install", "node-gyp rebuild");
    }
    if (packed.paths().contains("server.js") && !expected.has("start")) {
      expected.put("start", "node server.js");
    }
    need(
        object(manifest.path("scripts")).equals(expected), "scripts are not what package.json has");
  }

  private Map<String, String> bins(ObjectNode from) {
    JsonNode bin = from.path("bin");
    Map<String, String> bins = new TreeMap<>();
    if (bin.isTextual()) {
      bins.put(Names.base(name), path(bin.asText()));
    }
    for (Map.Entry<String, JsonNode> each : bin.properties()) {
      bins.put(each.getKey(), path(each.getValue().asText()));
    }
    return bins;
  }

  private static String path(String text) {
    return text.startsWith("./") ? text.substring(2) : text;
  }

  private static Set<String> names(ObjectNode node) {
    Set<String> names = new TreeSet<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static ObjectNode object(JsonNode node) {
    return node instanceof ObjectNode object ? object.deepCopy() : Json.object();
  }

  private static void only(JsonNode node, Set<String> fields, String what)
      throws RejectedException {
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String field = names.next();
      need(fields.contains(field), what + " has a field that is not for it: " + field);
    }
  }

  private static Map.Entry<String, JsonNode> single(JsonNode node, String what)
      throws RejectedException {
    need(node.isObject() && node.size() == 1, "not one entry in " + what);
    return node.properties().iterator().next();
  }

  private static void need(boolean good, String otherwise) throws RejectedException {
    if (!good) {
      throw RejectedException.badData(otherwise);
    }
  }

  static String sha1(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
