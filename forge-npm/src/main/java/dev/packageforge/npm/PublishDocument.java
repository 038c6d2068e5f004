package dev.packageforge.npm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.Artifact;
import dev.packageforge.PackageId;
import dev.packageforge.PackedArtifact;
import dev.packageforge.PublishOptions;
import dev.packageforge.PublishOptions.Access;
import dev.packageforge.Text;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The document that npm's registries take for a new version. All that it says of the package is
 * read from the tarball itself, so that what a registry shows and what it serves are one; nothing
 * of this machine is in it.
 */
final class PublishDocument {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String NUMBER = "(?:0|[1-9][0-9]*)";
  private static final Pattern VERSION =
      Pattern.compile(
          NUMBER
              + "\\."
              + NUMBER
              + "\\."
              + NUMBER
              + "(?:-(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
              + "(?:\\.(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*)?");
  private static final Pattern RANGE_TAG = Pattern.compile("x|v[0-9]+(\\.[0-9x]+)*");

  private PublishDocument() {}

  /** Why it cannot be published, or not like that, as a sentence and a remedy; empty if it can. */
  static Optional<Problem> problem(PackageId id, PublishOptions options) {
    String shown = Text.visible(id.toString(), 120);
    if (!PackageName.mayExist(id.name())) {
      return problem(shown + " has a name that no npm package can have", "Name it otherwise");
    }
    if (!VERSION.matcher(id.version()).matches()) {
      return problem(
          shown + " has a version that npm cannot keep as it is",
          "Write three numbers with dots between them, and perhaps a prerelease, such as 1.0.0-rc.1");
    }
    if (RANGE_TAG.matcher(options.tag()).matches()) {
      return problem(
          "The tag " + options.tag() + " reads like a range of versions",
          "Use a word, such as next");
    }
    if (options.access() == Access.RESTRICTED && !id.name().startsWith("@")) {
      return problem(
          shown + " has no scope, so nobody can be kept from it",
          "Publish it for everybody, or give its name a scope");
    }
    return Optional.empty();
  }

  /**
   * What stands against it.
   *
   * @param sentence for people
   * @param remedy for people
   */
  record Problem(String sentence, String remedy) {}

  private static Optional<Problem> problem(String sentence, String remedy) {
    return Optional.of(new Problem(sentence + ".", remedy + "."));
  }

  /**
   * Reads the artifact and makes the document.
   *
   * @param registry the registry's address, with a slash at its end
   * @throws BadTarballException if the artifact is not what it is said to be
   */
  static UploadBody of(PackedArtifact packed, PublishOptions options, URI registry)
      throws BadTarballException {
    Artifact artifact = packed.artifact();
    PackageId id = artifact.id();
    Contents contents = Contents.of(packed);
    Manifest manifest = manifest(contents);
    if (!manifest.name().equals(id.name()) || !manifest.version().equals(id.version())) {
      throw new BadTarballException(
          "its package.json says "
              + Text.visible(manifest.name() + "@" + manifest.version(), 120)
              + ", not "
              + id);
    }
    JsonNode secluded = manifest.field("private");
    if (secluded.isTextual() ? !secluded.asText().isEmpty() : secluded.asBoolean()) {
      throw new BadTarballException("its package.json says that it is private");
    }
    String file = id.name() + "-" + id.version() + ".tgz";
    ObjectNode version = PublishedManifest.of(manifest, contents);
    version.put("_id", id.toString());
    ObjectNode dist =
        version.path("dist") instanceof ObjectNode some ? some : version.putObject("dist");
    dist.put("integrity", artifact.digest().integrity());
    dist.put("shasum", contents.shasum());
    dist.put("tarball", (registry + id.name() + "/-/" + file).replaceFirst("^https:", "http:"));
    ObjectNode root = JSON.createObjectNode();
    root.put("_id", id.name());
    root.put("name", id.name());
    if (version.has("description")) {
      root.set("description", version.path("description"));
    }
    root.putObject("dist-tags").put(options.tag(), id.version());
    root.putObject("versions").set(id.version(), version);
    root.put("access", options.access() == Access.PUBLIC ? "public" : "restricted");
    ObjectNode attachment = JSON.createObjectNode();
    attachment.put("content_type", "application/octet-stream");
    String before =
        open(root) + ",\"_attachments\":{" + text(file) + ":" + open(attachment) + ",\"data\":\"";
    String after = "\",\"length\":" + artifact.size() + "}}}";
    return new UploadBody(utf8(before), packed, utf8(after));
  }

  private static Manifest manifest(Contents contents) throws BadTarballException {
    try {
      return Manifest.parse(contents.manifest());
    } catch (UnreadableManifestException e) {
      throw new BadTarballException("its " + e.getMessage(), e);
    }
  }

  /** An object without its last brace. */
  private static String open(ObjectNode object) {
    String whole = object.toString();
    return whole.substring(0, whole.length() - 1);
  }

  private static String text(String text) {
    try {
      return JSON.writeValueAsString(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a text is always JSON", e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
