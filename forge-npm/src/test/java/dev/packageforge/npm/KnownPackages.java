package dev.packageforge.npm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.packageforge.PackageId;
import dev.packageforge.Sha512;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A registry of three maps. */
final class KnownPackages implements RegistryRules.Source {
  private static final JsonMapper JSON = new JsonMapper();

  private final Map<String, String> packuments = new HashMap<>();
  private final Map<String, byte[]> tarballs = new HashMap<>();
  private Optional<JsonNode> advisories = Optional.empty();

  @Override
  public Optional<Packument> packument(String name) {
    return Optional.ofNullable(packuments.get(name)).map(KnownPackages::read);
  }

  @Override
  public Optional<Packument> abbreviated(String name) {
    return packument(name);
  }

  @Override
  public Optional<byte[]> tarball(PackageId id, Packument.Dist dist, int most) {
    return Optional.ofNullable(tarballs.get(id.toString()));
  }

  @Override
  public Optional<JsonNode> advisories(Map<String, List<String>> versions) {
    return advisories;
  }

  /** A package of one version. */
  KnownPackages known(String name, String version, String time, String more) {
    packuments.put(
        name,
        """
        {"name": "%s", "dist-tags": {"latest": "%s"}, "versions": {"%s": {%s}},
         "time": {"created": "%s", "%s": "%s"}}
        """
            .formatted(name, version, version, more, time, version, time));
    return this;
  }

  /** A package of the versions that these tarballs are. */
  KnownPackages released(byte[]... all) throws BadTarballException, UnreadableManifestException {
    StringBuilder versions = new StringBuilder();
    String name = "";
    for (byte[] bytes : all) {
      PackageId id = TarballRules.judge(House.ANYBODYS, bytes).tarball().id();
      name = id.name();
      tarballs.put(id.toString(), bytes);
      versions
          .append(versions.isEmpty() ? "" : ",")
          .append(
              "\"%s\": {\"dist\": {\"integrity\": \"%s\"}}"
                  .formatted(id.version(), Sha512.of(bytes).integrity()));
    }
    packuments.put(name, "{\"name\": \"" + name + "\", \"versions\": {" + versions + "}}");
    return this;
  }

  KnownPackages advises(String json) throws JsonProcessingException {
    advisories = Optional.of(JSON.readTree(json));
    return this;
  }

  private static Packument read(String json) {
    try {
      return PackumentReader.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
