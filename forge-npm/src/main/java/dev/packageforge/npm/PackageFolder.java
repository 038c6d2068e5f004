package dev.packageforge.npm;

import dev.packageforge.Finding;
import dev.packageforge.Text;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;

/**
 * The files of a folder on this machine, as they are, text or not. What npm never packs and what
 * holds credentials is left where it is; no link is followed.
 *
 * @param files bytes by path, with forward slashes
 * @param findings what was left out and may be missed
 */
record PackageFolder(TreeMap<String, byte[]> files, List<Finding> findings) {
  private static final Set<String> NOT_READ = Set.of("node_modules", ".git", ".hg", ".svn");
  private static final Set<String> OF_USER = Set.of(".npmrc", ".yarnrc", ".yarnrc.yml");
  private static final int MAX_FILES = 20_000;
  private static final long MAX_FILE = 64L * 1024 * 1024;
  private static final long MAX_TOTAL = 128L * 1024 * 1024;

  /**
   * Reads a folder.
   *
   * @throws UnreadablePackageException if it cannot be read, or holds too much
   */
  static PackageFolder read(Path folder) {
    PackageFolder read = new PackageFolder(new TreeMap<>(), new ArrayList<>());
    try {
      Path root = folder.toRealPath();
      Files.walkFileTree(root, read.visitor(root));
      return read;
    } catch (IOException e) {
      throw new UnreadablePackageException(
          folder + " could not be read: " + e.getMessage() + ".",
          "See that this user may read all of it.",
          e);
    }
  }

  private SimpleFileVisitor<Path> visitor(Path root) {
    return new SimpleFileVisitor<>() {
      private long total;

      @Override
      public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
        boolean skipped =
            !path.equals(root) && NOT_READ.contains(String.valueOf(path.getFileName()));
        return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
          throws IOException {
        String name =
            root.relativize(path).toString().replace(path.getFileSystem().getSeparator(), "/");
        if (!attributes.isRegularFile()) {
          findings.add(
              Finding.warning(
                  "link-left-out",
                  Text.visible(name, 200),
                  "This is a link or no plain file, and npm packs neither.",
                  "Put a copy in its place."));
          return FileVisitResult.CONTINUE;
        }
        total += attributes.size();
        if (files.size() >= MAX_FILES || attributes.size() > MAX_FILE || total > MAX_TOTAL) {
          throw new UnreadablePackageException(
              root
                  + " holds more than one package should: over "
                  + MAX_FILES
                  + " files or "
                  + MAX_TOTAL / (1024 * 1024)
                  + " MiB.",
              "Point to the folder of the package itself, without what was built or cached there.",
              null);
        }
        add(name, path);
        return FileVisitResult.CONTINUE;
      }
    };
  }

  private void add(String name, Path path) throws IOException {
    String last = name.substring(name.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    if (OF_USER.contains(last) || name.contains("\\")) {
      return;
    }
    // That such a file would be packed is to be seen; what it holds is nobody's to see.
    boolean secret = last.equals(".env") || last.startsWith(".env.");
    files.put(name, secret ? new byte[0] : Files.readAllBytes(path));
  }
}
