package dev.packageforge.examples.hostile;

import static java.util.Objects.requireNonNull;

import dev.packageforge.SandboxReport;
import dev.packageforge.npm.NpmToolchain;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;

/**
 * Lets cases loose in a sandbox, several at once, and watches this machine meanwhile. Beside each
 * stays a session that must not notice.
 *
 * <p>Never give cases to a sandbox that does not promise them: some of them end every process and
 * fill every disk that they can reach. {@link #all} leaves those out.
 */
public final class HostileRun {
  private final Sandbox sandbox;
  private final NpmToolchain toolchain;
  private final Path folder;
  private final Map<String, String> soundPackage;
  private final String probe;

  /**
   * Opens nothing.
   *
   * @param sandbox where cases run; stays its owner's to close
   * @param toolchain judges packages
   * @param folder where this machine is watched; for the watch to see all, everybody must be able
   *     to come to it
   * @throws IOException if a part of the corpus was not shipped
   */
  public HostileRun(Sandbox sandbox, NpmToolchain toolchain, Path folder) throws IOException {
    this.sandbox = requireNonNull(sandbox, "sandbox");
    this.toolchain = requireNonNull(toolchain, "toolchain");
    this.folder = folder;
    this.soundPackage = SoundPackage.shipped();
    this.probe = HostileCorpus.text("probe.pl");
  }

  /**
   * Runs the cases that this sandbox promises to hold.
   *
   * @param threads runs the lanes
   * @param lanes how many cases run at once
   * @return what came of each that was run, by number
   * @throws SandboxException if the sandbox cannot be used at all
   * @throws InterruptedException if this thread is interrupted
   */
  public List<CaseReport> all(List<HostileCase> cases, Executor threads, int lanes)
      throws InterruptedException {
    SandboxReport.Level level = sandbox.probe().level();
    Queue<HostileCase> waiting = new ConcurrentLinkedQueue<>();
    cases.stream().filter(each -> each.isPromisedBy(level)).forEach(waiting::add);
    Map<Integer, CaseReport> reports = new ConcurrentSkipListMap<>();
    List<FutureTask<Void>> running = new ArrayList<>();
    for (int i = 0; i < lanes; i++) {
      FutureTask<Void> lane = new FutureTask<>(() -> lane(waiting, reports), null);
      running.add(lane);
      threads.execute(lane);
    }
    try {
      for (FutureTask<Void> lane : running) {
        lane.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a lane of the corpus broke", e);
    } finally {
      running.forEach(lane -> lane.cancel(true));
    }
    return List.copyOf(reports.values());
  }

  private void lane(Queue<HostileCase> waiting, Map<Integer, CaseReport> reports) {
    for (HostileCase next = waiting.poll(); next != null; next = waiting.poll()) {
      try {
        reports.put(next.number(), run(next));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /**
   * Runs one case, whether this sandbox promises it or not.
   *
   * @throws InterruptedException if this thread is interrupted; its sessions are closed
   */
  public CaseReport run(HostileCase attack) throws InterruptedException {
    long start = System.nanoTime();
    List<String> complaints = new ArrayList<>();
    try (HostWatch watch = HostWatch.open(folder)) {
      if (attack.from() == SandboxReport.Level.CLOSED) {
        complaints.addAll(judge(attack, watch, new Untouched()));
      } else {
        try (Neighbour neighbour = Neighbour.open(sandbox)) {
          complaints.addAll(judge(attack, watch, sandbox));
          complaints.addAll(neighbour.complaints());
        }
      }
      complaints.addAll(watch.harm());
    } catch (SandboxException e) {
      complaints.add("Nothing was learned: " + e.getMessage());
    } catch (IllegalArgumentException | IllegalStateException e) {
      complaints.add("It broke what it was given to: " + e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new CaseReport(attack, complaints, Duration.ofNanos(System.nanoTime() - start));
  }

  private List<String> judge(HostileCase attack, HostWatch watch, Sandbox where)
      throws InterruptedException, IOException {
    if (attack.attack() instanceof Attack.Commands commands) {
      Map<String, String> files = new TreeMap<>(attack.files());
      files.put("probe.pl", probe);
      return new CommandTrial(commands, files, watch, where).complaints();
    }
    if (attack.attack() instanceof Attack.Asks asks) {
      return GatewayTrial.complaints(asks, watch, folder);
    }
    Attack.Judged given = (Attack.Judged) attack.attack();
    return new PackageTrial(given, attack.files(), soundPackage, watch, toolchain)
        .complaints(where, folder);
  }
}
