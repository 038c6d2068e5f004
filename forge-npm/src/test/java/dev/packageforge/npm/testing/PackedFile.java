package dev.packageforge.npm.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a tarball holds, as far as a registry cares.
 *
 * @param manifest its own package.json
 * @param paths of its files, below the root
 * @param unpacked bytes of all files
 */
record PackedFile(ObjectNode manifest, Set<String> paths, long unpacked) {
  static PackedFile read(byte[] bytes) throws RejectedException {
    Set<String> paths = new TreeSet<>();
    Set<String> folded = new TreeSet<>();
    long unpacked = 0;
    JsonNode manifest = null;
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new GzipCompressorInputStream(new ByteArrayInputStream(bytes)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.isDirectory()) {
          continue;
        }
        String path = below(entry);
        if (!folded.add(path.toLowerCase(Locale.ROOT))) {
          throw RejectedException.badData("the tarball has " + path + " twice");
        }
        paths.add(path);
        unpacked += entry.getSize();
        if (path.equals("package.json")) {
          manifest = Json.read(tar.readAllBytes());
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw RejectedException.badData("the tarball cannot be read");
    }
    return new PackedFile(object(manifest), paths, unpacked);
  }

  private static ObjectNode object(@Nullable JsonNode manifest) throws RejectedException {
    if (manifest instanceof ObjectNode object) {
      return object;
    }
    throw RejectedException.badData("the tarball has no package.json");
  }

  private static String below(TarArchiveEntry entry) throws RejectedException {
    String name = entry.getName();
    int slash = name.indexOf('/');
    boolean safe = slash > 0 && !("/" + name + "/").contains("/../") && !name.contains("\\");
    if (!entry.isFile() || entry.isLink() || entry.isSymbolicLink() || !safe) {
      throw RejectedException.badData("the tarball has an entry that is no plain file: " + name);
    }
    return name.substring(slash + 1);
  }
}
