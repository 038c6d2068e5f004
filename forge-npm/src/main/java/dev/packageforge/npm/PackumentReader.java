package dev.packageforge.npm;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.packageforge.Sha512;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what a registry says of a package while it comes in: a package's whole history may be a
 * hundred megabytes, and little of it is wanted.
 */
final class PackumentReader {
  static final JsonMapper JSON = new JsonMapper();

  private static final String SHA512 = "sha512-";
  private static final List<String> AT_INSTALL = List.of("preinstall", "install", "postinstall");

  private PackumentReader() {}

  static Packument read(InputStream in) throws IOException {
    Map<String, String> tags = new HashMap<>();
    Map<String, Packument.Version> versions = new LinkedHashMap<>();
    Map<String, Instant> times = new HashMap<>();
    String name = "";
    try (JsonParser parser = JSON.createParser(in)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("it is no JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        boolean object = value == JsonToken.START_OBJECT;
        if (field.equals("name") && value == JsonToken.VALUE_STRING) {
          name = parser.getText();
        } else if (object && field.equals("dist-tags")) {
          each(parser, (tag, version) -> tags.put(tag, version.asText("")));
        } else if (object && field.equals("time")) {
          each(parser, (version, time) -> time(time).ifPresent(at -> times.put(version, at)));
        } else if (object && field.equals("versions")) {
          each(parser, (text, version) -> versions.put(text, version(text, version)));
        } else {
          parser.skipChildren();
        }
      }
    }
    versions.replaceAll((text, version) -> published(version, times.get(text)));
    return new Packument(name, tags, versions, Optional.ofNullable(times.get("created")));
  }

  private interface Field {
    void read(String name, JsonNode value);
  }

  /** One member after the other, so that no more than one is held. */
  private static void each(JsonParser parser, Field reader) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      JsonNode value = parser.readValueAsTree();
      reader.read(name, value);
    }
  }

  private static Packument.Version published(
      Packument.Version version, @org.jspecify.annotations.Nullable Instant at) {
    return new Packument.Version(
        version.version(),
        Optional.ofNullable(at),
        version.deprecated(),
        version.hasInstallScript(),
        version.license(),
        version.maintainers(),
        version.dist());
  }

  private static Packument.Version version(String text, JsonNode json) {
    boolean scripts =
        json.path("hasInstallScript").asBoolean()
            || AT_INSTALL.stream().anyMatch(script -> json.path("scripts").has(script));
    List<String> maintainers = new ArrayList<>();
    json.path("maintainers").forEach(one -> maintainers.add(one.path("name").asText(one.asText())));
    JsonNode license = json.path("license");
    return new Packument.Version(
        text,
        Optional.empty(),
        deprecated(json.path("deprecated")),
        scripts,
        license.isObject() ? license.path("type").asText("") : license.asText(""),
        maintainers,
        dist(json));
  }

  private static String deprecated(JsonNode json) {
    return json.isBoolean() ? (json.asBoolean() ? "deprecated" : "") : json.asText("");
  }

  static Packument.Dist dist(JsonNode version) {
    JsonNode dist = version.path("dist");
    return new Packument.Dist(
        dist.path("tarball").asText(""),
        sha512(dist.path("integrity").asText("")),
        dist.path("shasum").asText(""));
  }

  /** The SHA-512 among the digests of an integrity, which may be many (W3C SRI, §3.5). */
  static Optional<Sha512> sha512(String integrity) {
    for (String one : integrity.strip().split("\\s+", -1)) {
      if (one.startsWith(SHA512)) {
        String base64 = one.substring(SHA512.length()).split("\\?", 2)[0];
        try {
          byte[] digest = Base64.getDecoder().decode(base64);
          return Optional.of(new Sha512(HexFormat.of().formatHex(digest)));
        } catch (IllegalArgumentException e) {
          // Not one that can be checked.
        }
      }
    }
    return Optional.empty();
  }

  static Optional<Instant> time(JsonNode json) {
    try {
      return json.isTextual() ? Optional.of(Instant.parse(json.asText())) : Optional.empty();
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
