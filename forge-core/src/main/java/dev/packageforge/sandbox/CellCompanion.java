package dev.packageforge.sandbox;

import dev.packageforge.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A companion in a cell: it shares the loopback device with the commands, and nothing else; they
 * see neither it nor its files.
 */
final class CellCompanion implements Companion {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Process process;
  private final CellKeeper keeper;

  private CellCompanion(Process process, Cell cell) {
    this.process = process;
    this.keeper = new CellKeeper(process, cell, Integer.MAX_VALUE);
  }

  /** Starts it, and sees that it is confined. */
  static CellCompanion start(ProcessBuilder builder, String mark, Cell cell)
      throws InterruptedException {
    boolean started = false;
    CellCompanion companion;
    try {
      Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
      companion = new CellCompanion(process, cell);
    } catch (IOException e) {
      throw failed(String.valueOf(e.getMessage()), e);
    }
    try {
      String line = FirstLine.of(companion.process, PATIENCE);
      if (!line.equals(mark) || !companion.keeper.confined()) {
        throw failed(line, null);
      }
      companion.input().write("\n".getBytes(StandardCharsets.UTF_8));
      companion.input().flush();
      started = true;
      return companion;
    } catch (IOException e) {
      throw failed(String.valueOf(e.getMessage()), e);
    } finally {
      if (!started) {
        companion.close();
      }
    }
  }

  private static SandboxException failed(String why, @Nullable Exception cause) {
    return new SandboxException(
        "A sandbox's companion could not be started: " + Text.visible(why, 300),
        "Try again; if it stays so, use another sandbox.",
        true,
        cause);
  }

  @Override
  public InputStream output() {
    return process.getInputStream();
  }

  @Override
  public OutputStream input() {
    return process.getOutputStream();
  }

  @Override
  public void close() {
    keeper.kill();
  }
}
