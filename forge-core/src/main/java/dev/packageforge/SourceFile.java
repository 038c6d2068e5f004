package dev.packageforge;

import static java.util.Objects.requireNonNull;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One text file of a draft. Immutable, and always safe to write below a folder: {@link
 * #pathProblem} lists what is refused.
 *
 * @param path where it goes below the package's root, with forward slashes
 * @param content the whole text; UTF-8 when it is written
 */
public record SourceFile(String path, String content) {
  /** Bytes one file may have: 512 KiB. */
  public static final int MAX_BYTES = 512 * 1024;

  private static final int MAX_PATH = 200;
  private static final int MAX_SEGMENT = 100;
  private static final int MAX_DEPTH = 12;
  private static final Set<String> RESERVED_ON_WINDOWS =
      Set.of(
          "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7",
          "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
          "com¹", "com²", "com³", "lpt¹", "lpt²", "lpt³", "conin$", "conout$");
  private static final Pattern PERCENT_CODE = Pattern.compile("%[0-9a-fA-F]{2}");

  /** Refuses a path or a content that {@link #pathProblem} or {@link #contentProblem} names. */
  public SourceFile {
    requireNonNull(content, "content");
    pathProblem(path).or(() -> contentProblem(content)).ifPresent(SourceFile::refuse);
  }

  private static void refuse(String problem) {
    throw new IllegalArgumentException(problem);
  }

  /** Bytes of the content in UTF-8. */
  public int size() {
    return bytes().length;
  }

  /** The content in UTF-8. */
  public byte[] bytes() {
    return content.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Why this is no path inside a package, as a sentence; empty if it is one. Refused: absolute,
   * drive and UNC paths, {@code .} and {@code ..}, empty segments, backslashes, characters that
   * Windows forbids or that cannot be seen, percent codes, names Windows reserves, text that is not
   * in Unicode form NFC, more than 200 bytes of UTF-8, 100 a segment, or 12 levels.
   */
  public static Optional<String> pathProblem(String path) {
    if (path.isEmpty()) {
      return Optional.of("a path is empty");
    }
    String fault = fault(path);
    return fault.isEmpty()
        ? Optional.empty()
        : Optional.of("the path \"" + Text.visible(path, 80) + "\" " + fault);
  }

  private static String fault(String path) {
    if (bytes(path) > MAX_PATH) {
      return "is longer than " + MAX_PATH + " bytes";
    }
    if (path.startsWith("/") || path.contains("\\") || path.contains(":")) {
      return "is not relative to the package";
    }
    if (path.codePoints().anyMatch(c -> Text.isHidden(c) || "<>\"|?*".indexOf(c) >= 0)) {
      return "holds a character that file systems refuse";
    }
    if (PERCENT_CODE.matcher(path).find()) {
      return "holds a percent code";
    }
    if (!Normalizer.isNormalized(path, Normalizer.Form.NFC)) {
      return "is not in Unicode form NFC";
    }
    String[] segments = path.split("/", -1);
    if (segments.length > MAX_DEPTH) {
      return "is deeper than " + MAX_DEPTH + " levels";
    }
    for (String segment : segments) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        return "leaves the package or names no file";
      }
      if (bytes(segment) > MAX_SEGMENT) {
        return "has a name over " + MAX_SEGMENT + " bytes";
      }
      String stem = segment.split("\\.", 2)[0].strip().toLowerCase(Locale.ROOT);
      if (segment.endsWith(".")
          || segment.endsWith(" ")
          || segment.startsWith(" ")
          || RESERVED_ON_WINDOWS.contains(stem)) {
        return "cannot exist on every system";
      }
    }
    return "";
  }

  private static int bytes(String text) {
    return text.length() > MAX_PATH ? text.length() : text.getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * Why this is no text of a package, as a sentence; empty if it is. Refused: NUL characters, lone
   * surrogates, more than {@link #MAX_BYTES}.
   */
  public static Optional<String> contentProblem(String content) {
    if (content.indexOf('\0') >= 0) {
      return Optional.of("the content holds a NUL character, so it is not text");
    }
    try {
      int bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(content)).remaining();
      return bytes > MAX_BYTES
          ? Optional.of("the content has " + bytes + " bytes, more than " + MAX_BYTES)
          : Optional.empty();
    } catch (CharacterCodingException e) {
      return Optional.of("the content is not well-formed Unicode");
    }
  }
}
