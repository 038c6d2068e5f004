package dev.packageforge.queue;

import dev.packageforge.testing.JobQueueContract;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class JournalQueueTest extends JobQueueContract {
  private final Path folder;
  private @Nullable Journal journal;

  JournalQueueTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Override
  protected JobQueue newQueue(Clock clock) {
    Journal opened = Journal.around(new InMemoryStore(clock), folder, clock);
    journal = opened;
    return opened;
  }

  @AfterEach
  void close() {
    if (journal != null) {
      journal.close();
    }
  }
}
