package dev.packageforge.examples.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Makes a tarball line by line, writing the blocks itself, because every library refuses to make
 * the worst. Words are parted by a space; {@code \s}, {@code \n} and {@code \}{@code u202e} stand
 * for characters.
 *
 * <ul>
 *   <li>{@code sound}: the files of the sound package
 *   <li>{@code file PATH TEXT}, {@code mode OCTAL PATH TEXT}, {@code folder PATH}
 *   <li>{@code entry FLAG PATH TARGET}: an entry of any type, such as 2 for a symbolic link
 *   <li>{@code zeros PATH MIB}, {@code many PATH COUNT}
 *   <li>{@code pax KEY VALUE}: an extended header for the entry that follows
 *   <li>{@code long PATH TEXT}: a file whose name is in an entry of its own, as GNU does it
 *   <li>{@code huge PATH}: a file that says it has 8 GiB less one byte, and has nothing
 *   <li>{@code checksum PATH}: a file whose header does not add up
 *   <li>{@code end}: the end, so that what follows is behind it
 * </ul>
 *
 * <p>Of the whole: {@code plain} leaves it uncompressed, {@code cut BYTES} takes from its end,
 * {@code open} leaves out the end of the tar, {@code append TEXT} puts a text behind everything,
 * {@code twice} puts it there a second time.
 */
final class TarRecipe {
  private static final int BLOCK = 512;
  private static final int MIB = 1024 * 1024;
  private static final long HUGE = 077777777777L;

  private final Map<String, String> sound;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final OutputStream tar;
  private boolean open;
  private int cut;
  private boolean twice;
  private String appended = "";

  private TarRecipe(Map<String, String> sound, boolean plain) throws IOException {
    this.sound = sound;
    this.tar = plain ? bytes : new Quick(bytes);
  }

  /** Compresses as fast as can be: what is large here is zeros. */
  private static final class Quick extends GZIPOutputStream {
    Quick(OutputStream out) throws IOException {
      super(out, 1 << 16);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }

  /**
   * Makes a tarball.
   *
   * @param recipe its lines
   * @param sound the files of the sound package, by path below its root
   */
  static byte[] make(String recipe, Map<String, String> sound) {
    try {
      boolean plain = recipe.lines().anyMatch("plain"::equals);
      TarRecipe tarball = new TarRecipe(sound, plain);
      for (String line : recipe.lines().filter(each -> !each.isBlank()).toList()) {
        String[] words = line.split(" ", 4);
        for (int i = 0; i < words.length; i++) {
          words[i] = unescaped(words[i]);
        }
        tarball.add(words);
      }
      return tarball.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void add(String[] words) throws IOException {
    switch (words[0]) {
      case "sound" -> {
        for (Map.Entry<String, String> each : sound.entrySet()) {
          file("package/" + each.getKey(), each.getValue(), 0644);
        }
      }
      case "file" -> file(words[1], rest(words, 2), 0644);
      case "mode" -> file(words[2], rest(words, 3), Integer.parseInt(words[1], 8));
      case "folder" -> header(words[1], '5', 0755, 0, "");
      case "entry" -> header(words[2], words[1].charAt(0), 0644, 0, rest(words, 3));
      case "zeros" -> zeros(words[1], Integer.parseInt(words[2]));
      case "many" -> {
        for (int i = 0; i < Integer.parseInt(words[2]); i++) {
          file(words[1] + i, "", 0644);
        }
      }
      case "pax" -> content("PaxHeader", 'x', pax(words[1], rest(words, 2)));
      case "long" -> {
        content("././@LongLink", 'L', words[1] + "\0");
        file("short", rest(words, 2), 0644);
      }
      case "huge" -> header(words[1], '0', 0644, HUGE, "");
      case "checksum" -> {
        byte[] header = block(words[1], '0', 0644, 0, "");
        header[148] = '7';
        tar.write(header);
      }
      case "end" -> tar.write(new byte[2 * BLOCK]);
      case "plain" -> {}
      case "open" -> open = true;
      case "twice" -> twice = true;
      case "cut" -> cut = Integer.parseInt(words[1]);
      case "append" -> appended = rest(words, 1);
      default -> throw new IllegalArgumentException("no such ingredient: " + words[0]);
    }
  }

  private static String rest(String[] words, int from) {
    return String.join(
        " ", Arrays.asList(words).subList(Math.min(from, words.length), words.length));
  }

  private byte[] finish() throws IOException {
    if (!open) {
      tar.write(new byte[2 * BLOCK]);
    }
    tar.close();
    byte[] whole = bytes.toByteArray();
    byte[] made = Arrays.copyOf(whole, whole.length - cut);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(made);
    if (twice) {
      all.writeBytes(made);
    }
    all.writeBytes(appended.getBytes(StandardCharsets.UTF_8));
    return all.toByteArray();
  }

  private void file(String path, String text, int mode) throws IOException {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    header(path, '0', mode, content.length, "");
    padded(content);
  }

  private void content(String path, char type, String text) throws IOException {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    header(path, type, 0644, content.length, "");
    padded(content);
  }

  private void zeros(String path, int mebibytes) throws IOException {
    header(path, '0', 0644, (long) mebibytes * MIB, "");
    byte[] zeros = new byte[MIB];
    for (int i = 0; i < mebibytes; i++) {
      tar.write(zeros);
    }
  }

  private void padded(byte[] content) throws IOException {
    tar.write(content);
    tar.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
  }

  private void header(String path, char type, int mode, long size, String target)
      throws IOException {
    tar.write(block(path, type, mode, size, target));
  }

  /** A header of POSIX ustar. A name over 100 bytes is parted at a slash. */
  private static byte[] block(String path, char type, int mode, long size, String target) {
    byte[] block = new byte[BLOCK];
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    int parting = 0;
    if (name.length > 100) {
      parting = path.lastIndexOf('/', 150);
      put(block, 345, path.substring(0, parting), 155);
    }
    put(block, 0, parting > 0 ? path.substring(parting + 1) : path, 100);
    put(block, 100, String.format("%07o", mode), 8);
    put(block, 108, "0000000", 8);
    put(block, 116, "0000000", 8);
    put(block, 124, String.format("%011o", size), 12);
    put(block, 136, "00000000000", 12);
    Arrays.fill(block, 148, 156, (byte) ' ');
    block[156] = (byte) type;
    put(block, 157, target, 100);
    put(block, 257, "ustar\00000", 8);
    int sum = 0;
    for (byte each : block) {
      sum += each & 0xff;
    }
    put(block, 148, String.format("%06o\0 ", sum), 8);
    return block;
  }

  private static void put(byte[] block, int at, String text, int most) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, block, at, Math.min(bytes.length, most));
  }

  /** A record of an extended header, which begins with its own length. */
  private static String pax(String key, String value) {
    String text = " " + key + "=" + value + "\n";
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    int length = bytes + String.valueOf(bytes).length();
    if (String.valueOf(length).length() > String.valueOf(bytes).length()) {
      length++;
    }
    return length + text;
  }

  private static String unescaped(String word) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < word.length(); i++) {
      char each = word.charAt(i);
      char next = i + 1 < word.length() ? word.charAt(i + 1) : ' ';
      if (each == '\\' && next == 'u' && i + 6 <= word.length()) {
        out.append((char) Integer.parseInt(word.substring(i + 2, i + 6), 16));
        i += 5;
      } else if (each == '\\' && (next == 's' || next == 'n')) {
        out.append(next == 's' ? ' ' : '\n');
        i++;
      } else {
        out.append(each);
      }
    }
    return out.toString();
  }
}
