package dev.packageforge.npm.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.Sha512;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A document as a client ought to send it, and a way to spoil it. */
final class Upload {
  private final String name;
  private final String version;
  private final Map<String, String> files = new LinkedHashMap<>();
  private final ObjectNode manifest = Json.object();

  Upload(String name, String version) {
    this.name = name;
    this.version = version;
    manifest.put("name", name).put("version", version).put("license", "MIT");
    files.put("index.js", "module.exports = () => '" + version + "'\n");
    files.put("README.md", "# " + name + "\n");
  }

  Upload file(String path, String content) {
    files.put(path, content);
    return this;
  }

  /** Changes what both the tarball and the document say. */
  Upload manifest(Consumer<ObjectNode> change) {
    change.accept(manifest);
    return this;
  }

  byte[] tarball() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      add(tar, "package.json", manifest.toPrettyString());
      for (Map.Entry<String, String> file : files.entrySet()) {
        add(tar, file.getKey(), file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void add(TarArchiveOutputStream tar, String path, String text) throws IOException {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    TarArchiveEntry entry = new TarArchiveEntry("package/" + path);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  ObjectNode document(URI registry) {
    byte[] tarball = tarball();
    String file = name + "-" + version + ".tgz";
    ObjectNode json = Json.object();
    json.put("_id", name).put("name", name).put("access", "public");
    json.putObject("dist-tags").put("latest", version);
    ObjectNode one = manifest.deepCopy();
    one.put("_id", name + "@" + version).put("readme", "# " + name + "\n");
    one.putObject("dist")
        .put("integrity", Sha512.of(tarball).integrity())
        .put("shasum", Document.sha1(tarball))
        .put("tarball", registry + name + "/-/" + file);
    json.putObject("versions").set(version, one);
    json.putObject("_attachments")
        .putObject(file)
        .put("content_type", "application/octet-stream")
        .put("data", Base64.getEncoder().encodeToString(tarball))
        .put("length", tarball.length);
    return json;
  }
}
