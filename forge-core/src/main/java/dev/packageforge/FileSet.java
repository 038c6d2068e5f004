package dev.packageforge;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of one draft, sorted by path. Immutable. At most {@link #MAX_FILES} files and {@link
 * #MAX_BYTES} bytes; no two paths that differ only in case, and none that is a folder of another.
 */
public final class FileSet implements Iterable<SourceFile> {
  /** Files a draft may have: 200. */
  public static final int MAX_FILES = 200;

  /** Bytes a draft may have: 4 MiB. */
  public static final int MAX_BYTES = 4 * 1024 * 1024;

  private static final FileSet EMPTY = new FileSet(Map.of());

  private final List<SourceFile> files;
  private final Map<String, SourceFile> byPath;

  private FileSet(Map<String, SourceFile> byPath) {
    this.byPath = byPath;
    this.files = List.copyOf(byPath.values());
  }

  /** No files yet. */
  public static FileSet empty() {
    return EMPTY;
  }

  /**
   * Collects files.
   *
   * @throws IllegalArgumentException if there are too many, too much, or two for one place
   */
  public static FileSet of(Collection<SourceFile> files) {
    if (files.size() > MAX_FILES) {
      throw new IllegalArgumentException(files.size() + " files, a package may have " + MAX_FILES);
    }
    Map<String, SourceFile> byPath = new TreeMap<>();
    Map<String, String> folded = new TreeMap<>();
    long bytes = 0;
    for (SourceFile file : files) {
      String twin = folded.putIfAbsent(file.path().toLowerCase(Locale.ROOT), file.path());
      if (twin != null) {
        throw new IllegalArgumentException(
            "\"" + twin + "\" and \"" + file.path() + "\" are one file on some systems");
      }
      bytes += file.size();
      byPath.put(file.path(), file);
    }
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(bytes + " bytes, a package may have " + MAX_BYTES);
    }
    for (String path : folded.keySet()) {
      for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
        if (folded.containsKey(path.substring(0, slash))) {
          throw new IllegalArgumentException(
              "\"" + folded.get(path.substring(0, slash)) + "\" is both a file and a folder");
        }
      }
    }
    return new FileSet(byPath);
  }

  /** These files with some replaced or added, and some taken away. */
  public FileSet with(Collection<SourceFile> changed, Set<String> removed) {
    Map<String, SourceFile> next = new TreeMap<>(byPath);
    removed.forEach(next::remove);
    changed.forEach(file -> next.put(file.path(), file));
    return of(new ArrayList<>(next.values()));
  }

  /** The file at a path, if there is one. */
  public Optional<SourceFile> find(String path) {
    return Optional.ofNullable(byPath.get(path));
  }

  /** All files, sorted by path. */
  public List<SourceFile> files() {
    return files;
  }

  /** How many files there are. */
  public int count() {
    return files.size();
  }

  /** Bytes of all contents in UTF-8. */
  public long size() {
    return files.stream().mapToLong(SourceFile::size).sum();
  }

  /**
   * The canonical bytes of these files: for each, sorted by path, the path and the content, each
   * after its length as a four-byte big-endian number. {@link #fromBytes} reads them back.
   */
  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (SourceFile file : files) {
        byte[] path = file.path().getBytes(StandardCharsets.UTF_8);
        byte[] content = file.bytes();
        out.writeInt(path.length);
        out.write(path);
        out.writeInt(content.length);
        out.write(content);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IllegalArgumentException if the bytes are anything else
   */
  public static FileSet fromBytes(byte[] bytes) {
    List<SourceFile> files = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      while (in.hasRemaining()) {
        String path = text(in);
        files.add(new SourceFile(path, text(in)));
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("not the canonical bytes of a draft", e);
    }
    return of(files);
  }

  private static String text(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] text = new byte[length];
    in.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  @Override
  public Iterator<SourceFile> iterator() {
    return files.iterator();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FileSet that && files.equals(that.files);
  }

  @Override
  public int hashCode() {
    return files.hashCode();
  }

  /** Counts, no contents. */
  @Override
  public String toString() {
    return "FileSet[" + count() + " files, " + size() + " bytes]";
  }
}
