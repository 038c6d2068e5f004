package dev.packageforge.docker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * A tar archive (POSIX ustar, with GNU's way of longer names), folders before what they hold. What
 * is archived is not copied.
 */
final class Archive {
  private static final int BLOCK = 512;
  private static final int NAME = 100;
  private static final int FOLDER_MODE = 0755;
  private static final int FILE_MODE = 0644;
  private static final int LINK_MODE = 0777;

  private final int owner;
  private final List<byte[]> parts = new ArrayList<>();
  private long size;

  private Archive(int owner) {
    this.owner = owner;
  }

  /**
   * Files, with every folder above them.
   *
   * @param files by path
   * @param owner user and group
   */
  static Archive ofFiles(Map<String, byte[]> files, int owner) {
    Archive archive = new Archive(owner);
    above(files.keySet()).forEach(archive::folder);
    files.forEach((path, content) -> archive.file(path, content, FILE_MODE));
    return archive.end();
  }

  /** Nothing but folders, with those above them. */
  static Archive ofFolders(Collection<String> folders, int owner) {
    Archive archive = new Archive(owner);
    Set<String> all = above(folders);
    all.addAll(folders);
    all.forEach(archive::folder);
    return archive.end();
  }

  /**
   * Files and folders of this machine, read one after the other as they are asked for, owned by
   * root. Symbolic links are archived as links.
   *
   * @param folder they are below it
   * @param paths relative to it, folders before what they hold
   */
  static InputStream ofTree(Path folder, List<Path> paths) {
    Iterator<Path> each = paths.iterator();
    return new Parts(
        new Iterator<>() {
          private boolean ended;

          @Override
          public boolean hasNext() {
            return !ended;
          }

          @Override
          public Archive next() {
            Archive part = new Archive(0);
            if (each.hasNext()) {
              part.entry(folder, each.next());
              return part;
            }
            ended = true;
            return part.end();
          }
        });
  }

  /** How many bytes it has. */
  long size() {
    return size;
  }

  void writeTo(OutputStream out) throws IOException {
    for (byte[] part : parts) {
      out.write(part);
    }
  }

  InputStream stream() {
    return new Parts(List.of(this).iterator());
  }

  private static Set<String> above(Collection<String> paths) {
    Set<String> folders = new TreeSet<>(); // a folder sorts before what it holds
    for (String path : paths) {
      for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
        folders.add(path.substring(0, slash));
      }
    }
    return folders;
  }

  private void entry(Path folder, Path path) {
    Path at = folder.resolve(path);
    String name = path.toString().replace(at.getFileSystem().getSeparator(), "/");
    try {
      if (Files.isSymbolicLink(at)) {
        header(name, Files.readSymbolicLink(at).toString(), '2', LINK_MODE, 0);
      } else if (Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
        folder(name);
      } else {
        file(name, Files.readAllBytes(at), Files.isExecutable(at) ? FOLDER_MODE : FILE_MODE);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void folder(String path) {
    header(path + "/", "", '5', FOLDER_MODE, 0);
  }

  private void file(String path, byte[] content, int mode) {
    header(path, "", '0', mode, content.length);
    body(content);
  }

  private Archive end() {
    add(new byte[2 * BLOCK]);
    return this;
  }

  private void header(String path, String link, char type, int mode, int length) {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    byte[] target = link.getBytes(StandardCharsets.UTF_8);
    if (name.length >= NAME) {
      longer(name, 'L');
    }
    if (target.length >= NAME) {
      longer(target, 'K');
    }
    block(name, target, type, mode, length);
  }

  private void longer(byte[] name, char type) {
    byte[] content = Arrays.copyOf(name, name.length + 1);
    byte[] known = "././@LongLink".getBytes(StandardCharsets.US_ASCII);
    block(known, new byte[0], type, 0, content.length);
    body(content);
  }

  private void block(byte[] name, byte[] target, char type, int mode, int length) {
    byte[] block = new byte[BLOCK];
    System.arraycopy(name, 0, block, 0, Math.min(name.length, NAME - 1));
    octal(block, 100, 7, mode);
    octal(block, 108, 7, owner);
    octal(block, 116, 7, owner);
    octal(block, 124, 11, length);
    octal(block, 136, 11, 0);
    block[156] = (byte) type;
    System.arraycopy(target, 0, block, 157, Math.min(target.length, NAME - 1));
    byte[] magic = "ustar  ".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(magic, 0, block, 257, magic.length);
    Arrays.fill(block, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xff;
    }
    octal(block, 148, 6, sum);
    add(block);
  }

  private void body(byte[] content) {
    add(content);
    int over = content.length % BLOCK;
    if (over > 0) {
      add(new byte[BLOCK - over]);
    }
  }

  private void add(byte[] part) {
    parts.add(part);
    size += part.length;
  }

  private static void octal(byte[] block, int at, int digits, int value) {
    String text = Integer.toOctalString(value);
    byte[] bytes = ("0".repeat(digits - text.length()) + text).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, block, at, digits);
    block[at + digits] = 0;
  }

  /** Archives one after the other, as a stream. */
  private static final class Parts extends InputStream {
    private final Iterator<Archive> archives;
    private Iterator<byte[]> parts = Collections.emptyIterator();
    private byte[] part = new byte[0];
    private int at;

    Parts(Iterator<Archive> archives) {
      this.archives = archives;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      Objects.checkFromIndexSize(from, length, bytes.length);
      if (length == 0) {
        return 0;
      }
      if (!advance()) {
        return -1;
      }
      int read = Math.min(length, part.length - at);
      System.arraycopy(part, at, bytes, from, read);
      at += read;
      return read;
    }

    private boolean advance() throws IOException {
      while (at == part.length) {
        if (parts.hasNext()) {
          part = parts.next();
          at = 0;
        } else if (archives.hasNext()) {
          parts = next().parts.iterator();
        } else {
          return false;
        }
      }
      return true;
    }

    private Archive next() throws IOException {
      try {
        return archives.next();
      } catch (UncheckedIOException e) {
        throw new IOException("a file could not be read: " + e.getMessage(), e);
      }
    }
  }
}
