package dev.packageforge.npm;

import dev.packageforge.Artifact;
import dev.packageforge.PackageId;
import dev.packageforge.SourceFile;
import dev.packageforge.Text;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * Reads a tarball that may want to harm its reader. It is read once, as a stream; what it holds is
 * judged by the entries' own type flags, because npm itself drops or turns into something else what
 * it does not like, and reports success.
 */
final class TarballInspector {
  private static final long MIB = 1024L * 1024;

  // What a tarball of our own may hold.
  static final int MAX_ENTRIES = 5_000;
  static final long MAX_FILE = 16 * MIB;
  static final long MAX_TOTAL = 64 * MIB;

  private static final String ROOT = "package";
  private static final int BLOCK = 512;
  private static final long SUSPICIOUS_SIZE = 4L * 1024 * 1024;
  private static final int SUSPICIOUS_RATIO = 200;
  private static final int SPECIAL_BITS = 07000;
  private static final int MAX_PATH = 1_000;
  private static final int MAX_NAME = 255; // bytes, of one name; no common file system takes more

  private final Map<String, Artifact.Entry> files = new TreeMap<>();

  /**
   * Every path and every folder above one, in one case and Unicode form, with the spelling that was
   * used.
   */
  private final Map<String, String> spellings = new HashMap<>();

  private String manifest = "";

  /** The folder that holds everything; empty until the first entry tells. */
  private String root;

  private final House house;
  private final Limits limits;
  private final BiConsumer<String, byte[]> reader;

  private TarballInspector(House house, BiConsumer<String, byte[]> reader) {
    this.house = house;
    this.limits = house == House.OURS ? Limits.OURS : Limits.ANYBODYS;
    this.root = house == House.OURS ? ROOT : "";
    this.reader = reader;
  }

  /** How much a tarball may hold. */
  private record Limits(int entries, long file, long total) {
    static final Limits OURS = new Limits(MAX_ENTRIES, MAX_FILE, MAX_TOTAL);
    static final Limits ANYBODYS = new Limits(50_000, 64 * MIB, 256 * MIB);
  }

  /**
   * Reads all of it.
   *
   * @param expected the name and version that it must have
   * @param reader sees the path and the content of each file, one at a time
   * @throws BadTarballException if there is anything about it that we would not hand on
   */
  static Tarball inspect(byte[] bytes, PackageId expected, BiConsumer<String, byte[]> reader)
      throws BadTarballException {
    TarballInspector inspector = new TarballInspector(House.OURS, reader);
    inspector.readAll(bytes);
    return inspector.conclude(expected);
  }

  /**
   * Reads all of a tarball that somebody else may have made: larger ones too, in any one folder, as
   * long as npm would install it as it stands.
   *
   * @param reader sees the path and the content of each file, one at a time
   * @return the text of its package.json
   * @throws BadTarballException if there is anything about it that we would not hand on
   */
  static String readAnybodys(byte[] bytes, BiConsumer<String, byte[]> reader)
      throws BadTarballException {
    TarballInspector inspector = new TarballInspector(House.ANYBODYS, reader);
    inspector.readAll(bytes);
    return inspector.manifest();
  }

  private void readAll(byte[] bytes) throws BadTarballException {
    try {
      read(bytes);
    } catch (IOException | IllegalArgumentException e) {
      throw new BadTarballException(
          "it cannot be read: " + Text.visible(String.valueOf(e.getMessage()), 200), e);
    }
  }

  private String manifest() throws BadTarballException {
    if (!files.containsKey(Manifest.FILE)) {
      throw new BadTarballException("it has no " + root + "/" + Manifest.FILE);
    }
    return manifest;
  }

  private void read(byte[] bytes) throws IOException, BadTarballException {
    ByteArrayInputStream packed = new ByteArrayInputStream(bytes);
    // Reads the first compressed member only, and leaves the stream right behind it.
    try (GzipCompressorInputStream gzip = new GzipCompressorInputStream(packed)) {
      long limit = limits.total() + (long) limits.entries() * 2 * BLOCK;
      UnpackedStream unpacked = new UnpackedStream(gzip, limit);
      TarArchiveInputStream tar =
          new TarArchiveInputStream(
              unpacked, BLOCK, BLOCK, StandardCharsets.UTF_8.name(), /* lenient= */ false);
      int entries = 0;
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (++entries > limits.entries()) {
          throw new BadTarballException("it has more than " + limits.entries() + " entries");
        }
        accept(entry, tar);
        refuseBomb(unpacked.count(), bytes.length);
      }
      finish(unpacked, packed);
    }
  }

  private static void refuseBomb(long unpacked, long packed) throws BadTarballException {
    if (unpacked > SUSPICIOUS_SIZE && unpacked / Math.max(1, packed) > SUSPICIOUS_RATIO) {
      throw new BadTarballException(
          "it unpacks to more than " + SUSPICIOUS_RATIO + " times its size");
    }
  }

  /** What follows the last entry must be zeros, at least two blocks, and then nothing. */
  private static void finish(UnpackedStream unpacked, InputStream packed)
      throws IOException, BadTarballException {
    if (unpacked.zeros() < BLOCK) {
      throw new BadTarballException("its end is missing");
    }
    byte[] rest = unpacked.readAllBytes();
    for (byte each : rest) {
      if (each != 0) {
        throw new BadTarballException("something is hidden behind its end");
      }
    }
    if (unpacked.zeros() < 2L * BLOCK) {
      throw new BadTarballException("its end is missing");
    }
    if (packed.read() >= 0) {
      throw new BadTarballException("something follows the compressed data");
    }
  }

  private void accept(TarArchiveEntry entry, InputStream content)
      throws IOException, BadTarballException {
    String name = entry.getName();
    String shown = "\"" + Text.visible(name, 120) + "\"";
    byte type = entry.getLinkFlag();
    boolean folder = type == TarConstants.LF_DIR;
    if (!entry.isCheckSumOK()) {
      throw new BadTarballException(shown + " has a header that does not add up");
    }
    if (!folder && type != TarConstants.LF_NORMAL && type != TarConstants.LF_OLDNORM) {
      throw new BadTarballException(shown + " is neither a file nor a folder");
    }
    if (entry.isSparse() || (!folder && name.endsWith("/"))) {
      throw new BadTarballException(shown + " is not a plain file");
    }
    if ((entry.getMode() & SPECIAL_BITS) != 0) {
      throw new BadTarballException(shown + " has a special permission bit");
    }
    String path = path(name, shown, folder);
    if (path.isEmpty()) {
      return;
    }
    remember(path, shown, folder);
    if (!folder) {
      file(path, shown, entry.getSize(), content);
    }
  }

  /** The path below the root; empty for the root itself. */
  private String path(String name, String shown, boolean folder) throws BadTarballException {
    String whole = folder && name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    if (root.isEmpty()) {
      root = whole.split("/", 2)[0];
    }
    if (folder && whole.equals(root)) {
      return "";
    }
    if (isUnsafe(whole)) {
      throw new BadTarballException(shown + " is not a path that is safe everywhere");
    }
    if (!whole.startsWith(root + "/")) {
      throw new BadTarballException(
          shown + " is not below \"" + Text.visible(root, 80) + "\", where the rest is");
    }
    return whole.substring(root.length() + 1);
  }

  private boolean isUnsafe(String path) {
    Optional<String> problem = SourceFile.pathProblem(path);
    return problem.isPresent() && (house == House.OURS || !isUsable(path));
  }

  /** Whether every system can make a file there, even if some would rather not. */
  private static boolean isUsable(String path) {
    boolean odd =
        path.length() > MAX_PATH
            || path.startsWith("/")
            || path.contains("\\")
            || path.contains(":")
            || path.codePoints().anyMatch(c -> Text.isHidden(c) || "<>\"|?*".indexOf(c) >= 0);
    return !odd && Stream.of(path.split("/", -1)).allMatch(TarballInspector::isUsableName);
  }

  private static boolean isUsableName(String name) {
    return !Set.of("", ".", "..").contains(name)
        && name.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME;
  }

  private void remember(String path, String shown, boolean folder) throws BadTarballException {
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      String above = path.substring(0, slash);
      String known = spellings.putIfAbsent(folded(above), above + "/");
      if (known != null && !known.equals(above + "/")) {
        throw new BadTarballException(shown + " meets \"" + Text.visible(known) + "\"");
      }
    }
    String spelling = folder ? path + "/" : path;
    String known = spellings.putIfAbsent(folded(path), spelling);
    if (known != null && !(folder && known.equals(spelling))) {
      throw new BadTarballException(shown + " is there twice on some systems");
    }
  }

  private static String folded(String path) {
    String composed = Normalizer.normalize(path, Normalizer.Form.NFC);
    return composed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
  }

  private void file(String path, String shown, long size, InputStream content)
      throws IOException, BadTarballException {
    if (size > limits.file()) {
      throw new BadTarballException(shown + " has more than " + limits.file() + " bytes");
    }
    byte[] bytes = content.readNBytes((int) size);
    if (bytes.length != size) {
      throw new BadTarballException(shown + " is cut off");
    }
    files.put(path, new Artifact.Entry(path, size));
    if (path.equals(Manifest.FILE)) {
      manifest = new String(bytes, StandardCharsets.UTF_8);
    }
    reader.accept(path, bytes);
  }

  private Tarball conclude(PackageId expected) throws BadTarballException {
    try {
      Manifest read = Manifest.parse(manifest());
      if (!read.name().equals(expected.name()) || !read.version().equals(expected.version())) {
        throw new BadTarballException(
            "its package.json says "
                + Text.visible(read.name() + "@" + read.version(), 120)
                + ", not "
                + expected);
      }
      return new Tarball(expected, read, List.copyOf(files.values()));
    } catch (UnreadableManifestException e) {
      throw new BadTarballException("its " + e.getMessage(), e);
    }
  }
}
