package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
  @Test
  void theFileBeginsWithTheFirstLine(@TempDir Path data) throws IOException {
    LogFile log = new LogFile(data);
    Logger logger = Logger.getAnonymousLogger();
    logger.setUseParentHandlers(false);
    logger.addHandler(log);
    assertThat(data).isEmptyDirectory();
    logger.log(Level.SEVERE, "it broke", new IllegalStateException("here"));
    log.close();
    assertThat(Files.readString(LogFile.in(data)))
        .contains("it broke", "IllegalStateException: here");
  }

  @Test
  void aLogThatCannotBeWrittenStopsNothing(@TempDir Path data) throws IOException {
    Files.writeString(data.resolve("log"), "in the way");
    LogFile log = new LogFile(data);
    Logger logger = Logger.getAnonymousLogger();
    logger.setUseParentHandlers(false);
    logger.addHandler(log);
    logger.severe("it broke");
    log.close();
    assertThat(data.resolve("log")).hasContent("in the way");
  }
}
