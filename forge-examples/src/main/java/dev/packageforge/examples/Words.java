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
