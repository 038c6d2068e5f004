package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.packageforge.Sha512;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Memory beyond the artifact stays small, however large it is. */
@Timeout(180)
class LargeArtifactTest {
  private static final int MEGABYTE = 1024 * 1024;
  private static final int SIZE = 60;
  private static final int BEYOND = 64;

  @Test
  void sixtyMegabytesArePublishedWithLittleMoreMemoryThanTheyHave(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("large-1.0.0.tgz");
    String digest = write(file);
    assertThat(Files.size(file)).isGreaterThan((long) SIZE * MEGABYTE);
    Path body = folder.resolve("body.json");
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<String> head = CompletableFuture.supplyAsync(() -> keep(server, body));
      Process child = start(server, file, digest, folder.resolve("errors.txt"));
      try {
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(said).as(Files.readString(folder.resolve("errors.txt"))).startsWith("Accepted[");
      } finally {
        child.destroyForcibly();
      }
      assertThat(head.get(10, TimeUnit.SECONDS))
          .startsWith("PUT /large ")
          .contains("Content-Length: " + Files.size(body));
    }
    assertThat(sent(body)).isEqualTo(digest);
  }

  private static Process start(ServerSocket server, Path file, String digest, Path errors)
      throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + (Files.size(file) / MEGABYTE + BEYOND) + "m",
            "-cp",
            System.getProperty("java.class.path"),
            PublishOneFile.class.getName(),
            URI.create("http://127.0.0.1:" + server.getLocalPort() + "/").toString(),
            file.toString(),
            "large",
            digest)
        .redirectError(errors.toFile())
        .start();
  }

  /** A tarball of files that cannot be compressed. */
  private static String write(Path file) throws Exception {
    Random random = new Random(60);
    byte[] part = new byte[15 * MEGABYTE];
    MessageDigest digest = MessageDigest.getInstance("SHA-512");
    try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(new Stored(out))) {
      String manifest = "{\"name\":\"large\",\"version\":\"1.0.0\"}";
      put(tar, "package/package.json", manifest.getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < SIZE / 15; i++) {
        random.nextBytes(part);
        put(tar, "package/part" + i, part);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void put(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  /** Takes one request, keeps its body, and answers. */
  private static String keep(ServerSocket server, Path body) {
    try (Socket socket = server.accept();
        InputStream in = socket.getInputStream();
        OutputStream out = Files.newOutputStream(body)) {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        head.write(in.read());
      }
      String text = head.toString(StandardCharsets.ISO_8859_1);
      long left = Long.parseLong(text.replaceAll("(?s).*Content-Length: ([0-9]+).*", "$1"));
      byte[] buffer = new byte[64 * 1024];
      while (left > 0) {
        int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
          throw new IOException("the body is cut off");
        }
        out.write(buffer, 0, read);
        left -= read;
      }
      socket
          .getOutputStream()
          .write(
              "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}"
                  .getBytes(StandardCharsets.US_ASCII));
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The digest of what was attached. */
  private static String sent(Path body) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-512");
    try (JsonParser parser = new JsonMapper().createParser(body.toFile());
        OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.FIELD_NAME && parser.currentName().equals("data")) {
          parser.nextToken();
          parser.readBinaryValue(out);
          return new Sha512(HexFormat.of().formatHex(digest.digest())).hex();
        }
      }
    }
    throw new AssertionError("nothing is attached, of " + List.of(body));
  }

  /** Stores and does not compress, which takes its time. */
  private static final class Stored extends GZIPOutputStream {
    Stored(OutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.NO_COMPRESSION);
    }
  }
}
