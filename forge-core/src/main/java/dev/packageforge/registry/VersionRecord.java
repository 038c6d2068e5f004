package dev.packageforge.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.Artifact;
import dev.packageforge.PackageId;
import dev.packageforge.PublishOptions;
import dev.packageforge.Sha512;
import dev.packageforge.SourceFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What {@link FolderRegistry} writes beside an artifact.
 *
 * @param id the name and version
 * @param file the artifact's file, in the same folder
 * @param digest what the artifact was when it was published
 * @param size bytes of the artifact
 * @param tag the tag it was published under
 * @param access who should have access
 */
record VersionRecord(
    PackageId id, String file, Sha512 digest, long size, String tag, String access) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static VersionRecord of(Artifact artifact, PublishOptions options) {
    return new VersionRecord(
        artifact.id(),
        artifact.fileName(),
        artifact.digest(),
        artifact.size(),
        options.tag(),
        options.access().name().toLowerCase(Locale.ROOT));
  }

  static VersionRecord read(byte[] bytes) throws IOException {
    JsonNode json = JSON.readTree(bytes);
    try {
      String file = json.path("file").asText();
      if (file.contains("/") || SourceFile.pathProblem(file).isPresent()) {
        throw new IOException("the record names no file");
      }
      return new VersionRecord(
          new PackageId(json.path("name").asText(), json.path("version").asText()),
          file,
          new Sha512(json.path("sha512").asText()),
          json.path("size").asLong(),
          json.path("tag").asText(),
          json.path("access").asText());
    } catch (IllegalArgumentException e) {
      throw new IOException("the record is damaged: " + e.getMessage(), e);
    }
  }

  byte[] bytes() {
    ObjectNode json = JSON.createObjectNode();
    json.put("name", id.name());
    json.put("version", id.version());
    json.put("file", file);
    json.put("size", size);
    json.put("sha512", digest.hex());
    json.put("integrity", digest.integrity());
    json.put("tag", tag);
    json.put("access", access);
    try {
      String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
      return text.getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings and numbers are always JSON", e);
    }
  }
}
