package dev.packageforge.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What a process says first. Nothing behind it is read. */
final class FirstLine {
  private static final int MAX = 4096;

  private FirstLine() {}

  /**
   * Waits for a whole line, or for the end.
   *
   * @return without the line's end; what was too long is cut
   * @throws IOException if it does not come in time; the process is then killed
   */
  static String of(Process process, Duration patience) throws IOException, InterruptedException {
    FutureTask<String> line = new FutureTask<>(() -> read(process.getInputStream()));
    Thread reader = new Thread(line, "forge-sandbox-first-line");
    reader.setDaemon(true);
    reader.start();
    boolean heard = false;
    try {
      String text = line.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      heard = true;
      return text;
    } catch (TimeoutException e) {
      throw new IOException("it said nothing for " + patience.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new IOException("its output could not be read", e);
    } finally {
      if (!heard) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }

  static String read(InputStream in) throws IOException {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int next = in.read();
    while (next >= 0 && next != '\n' && said.size() < MAX) {
      said.write(next);
      next = in.read();
    }
    return said.toString(StandardCharsets.UTF_8);
  }
}
