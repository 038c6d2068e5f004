package dev.packageforge.registry;

import dev.packageforge.Sha512;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The digest of a file of any size. */
final class FileDigest {
  private static final int BUFFER = 64 * 1024;

  private FileDigest() {}

  static Sha512 of(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("the artifact " + file.getFileName() + " is missing");
    }
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-512");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-512", e);
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return new Sha512(HexFormat.of().formatHex(digest.digest()));
  }
}
