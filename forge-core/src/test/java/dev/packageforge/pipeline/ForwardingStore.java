package dev.packageforge.pipeline;

import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.Sha512;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.LeaseState;
import dev.packageforge.queue.RunStore;
import dev.packageforge.queue.SaveResult;
import dev.packageforge.queue.StoredEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store that does what another one does, until some method is overridden. */
class ForwardingStore implements Store {
  private final JobQueue queue;
  private final RunStore runs;

  <S extends JobQueue & RunStore> ForwardingStore(S store) {
    this.queue = store;
    this.runs = store;
  }

  @Override
  public boolean enqueue(Job job) {
    return queue.enqueue(job);
  }

  @Override
  public Optional<Lease> lease(String worker, Duration length) {
    return queue.lease(worker, length);
  }

  @Override
  public Optional<Lease> lease(RunId run, String worker, Duration length) {
    return queue.lease(run, worker, length);
  }

  @Override
  public LeaseState renew(Lease lease, Duration length) {
    return queue.renew(lease, length);
  }

  @Override
  public boolean complete(Lease lease) {
    return queue.complete(lease);
  }

  @Override
  public boolean retry(Lease lease, Duration rest) {
    return queue.retry(lease, rest);
  }

  @Override
  public boolean bury(Lease lease, String reason) {
    return queue.bury(lease, reason);
  }

  @Override
  public boolean await(Duration patience) throws InterruptedException {
    return queue.await(patience);
  }

  @Override
  public Listening listen(Lease lease, Runnable news) {
    return queue.listen(lease, news);
  }

  @Override
  public int rejoin(String worker) {
    return queue.rejoin(worker);
  }

  @Override
  public void pause(boolean paused) {
    queue.pause(paused);
  }

  @Override
  public boolean paused() {
    return queue.paused();
  }

  @Override
  public int prune(Duration age, int limit) {
    return runs.prune(age, limit);
  }

  @Override
  public String epoch() {
    return runs.epoch();
  }

  @Override
  public boolean restore(Run run, @Nullable Job job) {
    return runs.restore(run, job);
  }

  @Override
  public Run create(Run run, Job job) {
    return runs.create(run, job);
  }

  @Override
  public Optional<Run> find(RunId id) {
    return runs.find(id);
  }

  @Override
  public List<Run> newest(int limit) {
    return runs.newest(limit);
  }

  @Override
  public SaveResult save(Lease lease, Run run, List<RunEvent> events) {
    return runs.save(lease, run, events);
  }

  @Override
  public SaveResult decide(Run run, List<RunEvent> events, @Nullable Job next) {
    return runs.decide(run, events, next);
  }

  @Override
  public boolean requestCancel(RunId id) {
    return runs.requestCancel(id);
  }

  @Override
  public boolean append(Lease lease, List<RunEvent> events) {
    return runs.append(lease, events);
  }

  @Override
  public List<StoredEvent> events(RunId id, long after, int limit, Duration patience)
      throws InterruptedException {
    return runs.events(id, after, limit, patience);
  }

  @Override
  public Sha512 keep(byte[] content) {
    return runs.keep(content);
  }

  @Override
  public Optional<byte[]> fetch(Sha512 digest) {
    return runs.fetch(digest);
  }
}
