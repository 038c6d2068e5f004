package dev.packageforge.npm;

import dev.packageforge.PackedArtifact;
import dev.packageforge.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * What a publish must know of a tarball: read once, as a stream, with nothing kept but its
 * package.json, its README and the names in it. Whether anybody should install it is not asked
 * here.
 *
 * @param manifest the text of its package.json
 * @param readme the text of its README; empty if it has none
 * @param readmeFile what that is called; empty if there is none
 * @param paths of its files, without the folder that all of them are in
 * @param shasum SHA-1 of the whole tarball, in hexadecimal digits
 */
record Contents(
    String manifest, String readme, String readmeFile, SortedSet<String> paths, String shasum) {
  private static final int MAX_ENTRIES = 100_000;
  private static final long MAX_UNPACKED = 4L * 1024 * 1024 * 1024;
  private static final int MAX_MANIFEST = 1024 * 1024;
  private static final int MAX_README = 1024 * 1024;
  private static final int BUFFER = 32 * 1024;
  private static final Pattern README = Pattern.compile("readme(\\..*)?");
  private static final Pattern MARKDOWN = Pattern.compile(".*\\.m?a?r?k?d?o?w?n?");

  /**
   * Reads an artifact.
   *
   * @throws BadTarballException if it is no tarball, or has no package.json, or more than one
   */
  static Contents of(PackedArtifact packed) throws BadTarballException {
    MessageDigest sha1 = sha1();
    Reading reading = new Reading();
    DigestInputStream bytes = new DigestInputStream(packed.open(), sha1);
    try (GZIPInputStream gzip = new GZIPInputStream(bytes, BUFFER)) {
      reading.all(new TarArchiveInputStream(new UnpackedStream(gzip, MAX_UNPACKED), "UTF-8"));
      bytes.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException | IllegalArgumentException e) {
      throw new BadTarballException(
          "it cannot be read: " + Text.visible(String.valueOf(e.getMessage()), 200), e);
    }
    if (reading.manifest.isEmpty()) {
      throw new BadTarballException("it has no " + Manifest.FILE);
    }
    String readmeFile = reading.readmeFile();
    return new Contents(
        reading.manifest.get(),
        reading.readmes.getOrDefault(readmeFile, ""),
        readmeFile,
        reading.paths,
        HexFormat.of().formatHex(sha1.digest()));
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  /** What has been seen so far. */
  private static final class Reading {
    private Optional<String> manifest = Optional.empty();
    private final SortedMap<String, String> readmes = new TreeMap<>();
    private final SortedSet<String> paths = new TreeSet<>();

    void all(TarArchiveInputStream tar) throws IOException, BadTarballException {
      int entries = 0;
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (++entries > MAX_ENTRIES) {
          throw new BadTarballException("it has more than " + MAX_ENTRIES + " entries");
        }
        String name = entry.getName();
        int root = name.indexOf('/');
        if (entry.isFile() && root >= 0) {
          file(name.substring(root + 1), tar);
        }
      }
    }

    private void file(String path, InputStream content) throws IOException, BadTarballException {
      paths.add(path);
      if (path.equals(Manifest.FILE)) {
        if (manifest.isPresent()) {
          throw new BadTarballException("it has more than one " + Manifest.FILE);
        }
        byte[] text = content.readNBytes(MAX_MANIFEST + 1);
        if (text.length > MAX_MANIFEST) {
          throw new BadTarballException("its " + Manifest.FILE + " is too long");
        }
        manifest = Optional.of(new String(text, StandardCharsets.UTF_8));
      } else if (!path.contains("/") && README.matcher(lower(path)).matches()) {
        byte[] text = content.readNBytes(MAX_README);
        readmes.put(path, new String(text, StandardCharsets.UTF_8));
      }
    }

    /** The one that npm would show: the first that is Markdown, else one without an ending. */
    String readmeFile() {
      return readmes.keySet().stream()
          .filter(name -> MARKDOWN.matcher(lower(name)).matches())
          .findFirst()
          .or(() -> readmes.keySet().stream().filter("README"::equals).findFirst())
          .orElse("");
    }

    private static String lower(String text) {
      return text.toLowerCase(Locale.ROOT);
    }
  }
}
