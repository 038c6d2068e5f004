package dev.packageforge.npm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;

/**
 * The bytes of a version as they are kept: a line that tells what they are, then the bytes. They
 * were those that the registry's document promises when they were written.
 *
 * @param file where they are
 * @param length how many they are
 * @param since by when the version was surely published; empty if nobody keeps such times
 */
record KeptTarball(Path file, long length, Optional<Instant> since) {
  private static final JsonMapper JSON = new JsonMapper();

  /** How long the line is, its end included. */
  private static final int LINE = 128;

  /** What writes the bytes. */
  @FunctionalInterface
  interface Writing {
    void to(OutputStream out) throws IOException, GatewayRefusal, InterruptedException;
  }

  /** Writes the bytes, then the line in front of them. */
  static void write(Path file, Optional<Instant> since, Writing writing)
      throws IOException, GatewayRefusal, InterruptedException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.position(LINE);
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
      writing.to(out);
      out.flush();
      ObjectNode head = JSON.createObjectNode().put("length", channel.position() - LINE);
      since.ifPresent(at -> head.put("since", at.toString()));
      String line = String.format("%-" + (LINE - 1) + "s\n", JSON.writeValueAsString(head));
      channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)), 0);
    }
  }

  /**
   * Reads the line.
   *
   * @throws IOException if the file is not one of these, or not whole
   */
  static KeptTarball of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      JsonNode head = JSON.readTree(in.readNBytes(LINE));
      long length = head.path("length").asLong(-1);
      if (length != Files.size(file) - LINE) {
        throw new IOException("not all of a tarball that was kept");
      }
      return new KeptTarball(file, length, PackumentReader.time(head.path("since")));
    }
  }

  /** Whether it is known to be from before a moment, or from where no times are kept. */
  boolean isOld(Optional<Instant> latest) {
    return latest.isEmpty() || since.isEmpty() || !since.get().isAfter(latest.get());
  }

  /** The bytes alone. */
  InputStream open() throws IOException {
    FileChannel channel = FileChannel.open(file);
    try {
      return Channels.newInputStream(channel.position(LINE));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }
}
