package dev.packageforge.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the library's own log goes, so that no stack trace gets between a person and the command's
 * words. The file is made by the first line; at a mebibyte a new one begins, and one is kept.
 */
final class LogFile extends Handler {
  private static final int MAX_BYTES = 1024 * 1024;
  private static final int FILES = 2;

  private final Path folder;
  private @Nullable FileHandler open;
  private boolean given;

  LogFile(Path data) {
    this.folder = data.resolve("log");
  }

  /** The newest file of the log that is kept below a data folder. */
  static Path in(Path data) {
    return data.resolve("log").resolve("forge.0.log");
  }

  /**
   * From now on everything that is logged in this process goes here and nowhere else, unless there
   * is such a file already.
   */
  void install() {
    Logger root = Logger.getLogger("");
    if (Stream.of(root.getHandlers()).anyMatch(LogFile.class::isInstance)) {
      return;
    }
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(this);
  }

  @Override
  public synchronized void publish(LogRecord line) {
    if (!isLoggable(line)) {
      return;
    }
    if (open == null && !given) {
      given = true;
      open = open();
    }
    if (open != null) {
      open.publish(line);
    }
  }

  private @Nullable FileHandler open() {
    try {
      Files.createDirectories(folder);
      String pattern = folder.toString().replace("%", "%%") + "/forge.%g.log";
      FileHandler handler = new FileHandler(pattern, MAX_BYTES, FILES, /* append= */ true);
      handler.setFormatter(new SimpleFormatter());
      return handler;
    } catch (IOException e) {
      // A log that cannot be written must not stop the work that it would tell of.
      return null;
    }
  }

  @Override
  public synchronized void flush() {
    if (open != null) {
      open.flush();
    }
  }

  @Override
  public synchronized void close() {
    if (open != null) {
      open.close();
      open = null;
    }
  }
}
