package dev.packageforge.examples;

import dev.packageforge.Artifact;
import dev.packageforge.PackagePlan;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How sizes, times and counts read. */
final class Words {
  /** Said wherever the demo's work is shown. */
  static final String DEMO = "DEMO: recorded answers; no live model was asked";

  private static final int KILO = 1000;
  private static final String[] UNITS = {" kB", " MB", " GB"};

  private Words() {}

  /** Said wherever recordings were played. */
  static String replay(String from) {
    return "REPLAY: recorded answers from " + from + "; no live model was asked";
  }

  /** {@code 412 B}, {@code 1.9 kB}, {@code 12 MB}, {@code 86 GB}. */
  static String size(long bytes) {
    if (bytes < KILO) {
      return bytes + " B";
    }
    double value = (double) bytes / KILO;
    int unit = 0;
    while (value >= KILO && unit < UNITS.length - 1) {
      value /= KILO;
      unit++;
    }
    return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value) + UNITS[unit];
  }

  /** {@code 0.4 s}, {@code 41 s}, {@code 2 min 5 s}. */
  static String time(Duration time) {
    double seconds = time.toMillis() / 1e3;
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = time.toSeconds();
    return whole < 60 ? whole + " s" : whole / 60 + " min " + whole % 60 + " s";
  }

  /** With a capital letter and a full stop, as the words of libraries often are not. */
  static String sentence(String text) {
    if (text.isEmpty()) {
      return text;
    }
    String begun = text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    return begun.matches("(?s).*[.!?…]") ? begun : begun + ".";
  }

  /** {@code 41 s}, {@code 5 min}, {@code 3 h}, {@code 12 d}: how long ago something was. */
  static String age(Duration age) {
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return seconds / 60 + " min";
    }
    return age.toHours() < 48 ? age.toHours() + " h" : age.toDays() + " d";
  }

  /** {@code $0.0123}; the model of the demo costs nothing. */
  static String cost(long microDollars) {
    return microDollars == 0 ? "–" : String.format(Locale.ROOT, "$%.4f", microDollars / 1e6);
  }

  /** {@code 1 file}, {@code 2 files}, {@code no files}. */
  static String count(int number, String one, String many) {
    return switch (number) {
      case 0 -> "no " + many;
      case 1 -> "1 " + one;
      default -> number + " " + many;
    };
  }

  /** Why a file could not be read or written, in words that people know. */
  static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "a file is in the way";
    }
    if (e instanceof NotDirectoryException) {
      return "it is not a folder";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return "the folder is not empty";
    }
    String why = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
    return why == null || why.isEmpty()
        ? "the system did not say why"
        : why.substring(0, 1).toLowerCase(Locale.ROOT) + why.substring(1);
  }

  /** How many columns of a terminal a text takes, about: East Asian ones and emoji take two. */
  static int columns(String text) {
    return text.codePoints().map(Words::columns).sum();
  }

  private static int columns(int point) {
    int type = Character.getType(point);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    boolean wide =
        Character.isIdeographic(point)
            || (point >= 0x1100 && point <= 0x115F)
            || (point >= 0x2E80 && point <= 0xA4CF)
            || (point >= 0xAC00 && point <= 0xD7A3)
            || (point >= 0xFF01 && point <= 0xFF60)
            || (point >= 0x1F300 && point <= 0x1FAFF);
    return wide ? 2 : 1;
  }

  /** A text that is too long ends in an ellipsis. */
  static String clipped(String text, int columns) {
    if (columns(text) <= columns) {
      return text;
    }
    StringBuilder clipped = new StringBuilder();
    int taken = 1;
    for (int point : text.codePoints().toArray()) {
      taken += columns(point);
      if (taken > columns) {
        break;
      }
      clipped.appendCodePoint(point);
    }
    return clipped.append('…').toString();
  }

  /**
   * A text in lines of at most so many columns, broken between words; a word that is longer has a
   * line of its own.
   *
   * @param indent what the second line and all others begin with
   */
  static List<String> wrapped(String text, int columns, String indent) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (columns(rest) > columns) {
      int from = rest.length() - rest.stripLeading().length();
      int space = -1;
      for (int next = rest.indexOf(' ', from); next >= 0; next = rest.indexOf(' ', next + 1)) {
        if (space >= 0 && columns(rest.substring(0, next)) > columns) {
          break;
        }
        space = next;
      }
      if (space < 0 || rest.substring(space).isBlank()) {
        break;
      }
      lines.add(rest.substring(0, space).stripTrailing());
      rest = indent + rest.substring(space).stripLeading();
    }
    lines.add(rest);
    return lines;
  }

  static String dependencies(PackagePlan plan) {
    return plan.dependencies().isEmpty()
        ? "no dependencies"
        : plan.dependencies().stream()
            .map(d -> d.name() + " " + d.range())
            .collect(Collectors.joining(", ", "builds on ", ""));
  }

  static long unpacked(List<Artifact.Entry> entries) {
    return entries.stream().mapToLong(Artifact.Entry::size).sum();
  }
}
