package dev.packageforge.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Keeps what a command prints. */
final class Heard implements FrameListener {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final CompletableFuture<String> end = new CompletableFuture<>();

  @Override
  public synchronized void frame(boolean error, byte[] bytes) {
    (error ? err : out).writeBytes(bytes);
  }

  @Override
  public void ended(@Nullable Throwable why) {
    end.complete(why == null ? "" : why.toString());
  }

  /** Waits for the end; empty if the engine ended the stream. */
  String end() throws Exception {
    return end.get(30, TimeUnit.SECONDS);
  }

  synchronized String out() {
    return out.toString(UTF_8);
  }

  synchronized String err() {
    return err.toString(UTF_8);
  }
}
