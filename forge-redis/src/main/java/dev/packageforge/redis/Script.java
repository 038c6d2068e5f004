package dev.packageforge.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A Lua script and the digest the server knows it by.
 *
 * @param name for people
 * @param text what runs
 * @param sha1 of the text, in lower-case hex; names a script in Redis' protocol, and guards nothing
 * @param reads whether it writes nothing
 */
record Script(String name, String text, String sha1, boolean reads) {
  /** A script from its text. */
  static Script of(String name, String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return new Script(name, text, HexFormat.of().formatHex(digest), false);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }

  /** The script {@code name.lua} beside this class, after {@code common.lua}, which all share. */
  static Script load(String name) {
    return of(name, read("common") + "\n" + read(name));
  }

  /** The script {@code name.lua} after {@code common.lua} and these other parts, in order. */
  static Script load(String name, List<String> parts) {
    StringBuilder text = new StringBuilder(read("common"));
    parts.forEach(part -> text.append('\n').append(read(part)));
    return of(name, text.append('\n').append(read(name)).toString());
  }

  /** The same, as one that writes nothing. */
  Script reading() {
    return new Script(name, text, sha1, true);
  }

  private static String read(String name) {
    try (InputStream in = Script.class.getResourceAsStream(name + ".lua")) {
      if (in == null) {
        throw new IllegalStateException("no script " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
