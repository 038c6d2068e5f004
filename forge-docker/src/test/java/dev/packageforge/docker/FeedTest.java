package dev.packageforge.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FeedTest {
  private final Feed feed = new Feed();

  private static <T> FutureTask<T> inBackground(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task, "feed");
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  @Test
  void moreThanItHoldsComesOutAsItWentIn() throws Exception {
    byte[] all = new byte[1_000_000];
    new Random(1).nextBytes(all);
    FutureTask<byte[]> read = inBackground(() -> feed.source().readAllBytes());
    feed.sink().write(all, 0, 333_333);
    feed.sink().write(all, 333_333, all.length - 333_333);
    feed.sink().close();
    assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo(all);
  }

  @Test
  void whatWasWrittenBeforeTheEndIsStillRead() throws Exception {
    feed.sink().write("last".getBytes(UTF_8));
    feed.sink().close();
    assertThat(feed.source().readAllBytes()).isEqualTo("last".getBytes(UTF_8));
    assertThatThrownBy(() -> feed.sink().write(1)).isInstanceOf(IOException.class);
  }

  @Test
  void aWriterWhoWaitsIsToldThatNobodyReads() throws Exception {
    FutureTask<Void> written =
        inBackground(
            () -> {
              feed.sink().write(new byte[1_000_000]);
              return null;
            });
    assertThat(feed.source().read()).isZero();
    feed.breakOff();
    assertThatThrownBy(() -> written.get(30, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IOException.class)
        .hasMessageContaining("gone");
    assertThat(feed.source().read()).isEqualTo(-1);
  }

  @Test
  void aReaderWhoWaitsCanBeInterrupted() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> feed.source().read()).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
