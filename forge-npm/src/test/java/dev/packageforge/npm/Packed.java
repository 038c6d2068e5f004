package dev.packageforge.npm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.Artifact;
import dev.packageforge.PackageId;
import dev.packageforge.PackedArtifact;
import dev.packageforge.Sha512;
import java.util.List;
import java.util.Map;

/** Artifacts that are what they say they are. */
final class Packed {
  private Packed() {}

  /** A package with a README. */
  static PackedArtifact of(String name, String version) {
    return of(name, version, Map.of("README.md", "# " + name + "\n\nMakes slugs.\n"));
  }

  static PackedArtifact of(String name, String version, Map<String, String> files) {
    return with("{\"name\":\"" + name + "\",\"version\":\"" + version + "\"}", files);
  }

  /** With this very package.json. */
  static PackedArtifact with(String manifest, Map<String, String> files) {
    Tars tar = Tars.empty().file("package/package.json", manifest);
    files.forEach((path, content) -> tar.file("package/" + path, content));
    try {
      Manifest read = Manifest.parse(manifest);
      return of(new PackageId(read.name(), read.version()), tar.gzipped());
    } catch (UnreadableManifestException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** An object of texts. */
  static String json(String... fieldsAndTexts) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < fieldsAndTexts.length; i += 2) {
      object.put(fieldsAndTexts[i], fieldsAndTexts[i + 1]);
    }
    return object.toString();
  }

  static PackedArtifact of(PackageId id, byte[] bytes) {
    return new PackedArtifact(
        new Artifact(id, Sha512.of(bytes), bytes.length, "package.tgz", List.of()), bytes);
  }
}
