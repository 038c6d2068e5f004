package dev.packageforge.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.Artifact;
import dev.packageforge.Cancellation;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.PackageId;
import dev.packageforge.PublishOptions;
import dev.packageforge.Release;
import dev.packageforge.SandboxReport;
import dev.packageforge.Sha512;
import dev.packageforge.SourceFile;
import dev.packageforge.Step;
import dev.packageforge.StepReport;
import dev.packageforge.sandbox.Command;
import dev.packageforge.sandbox.ExecResult;
import dev.packageforge.sandbox.OutputListener;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import dev.packageforge.toolchain.TestFile;
import dev.packageforge.toolchain.Toolchain;
import dev.packageforge.toolchain.Verification;
import dev.packageforge.toolchain.VerificationListener;
import dev.packageforge.toolchain.VerificationRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link Toolchain} promises. Extend it, return a toolchain, a sandbox in which it can
 * work and a few drafts, inherit the tests.
 */
@Timeout(120)
public abstract class ToolchainContract {
  private static final int LONGEST_DIGEST = 6_500;
  private static final Duration SOON = Duration.ofSeconds(20);

  /** For the kits of this package and those who extend them. */
  protected ToolchainContract() {}

  /** The toolchain to be proven; it may be the same one each time. */
  protected abstract Toolchain toolchain();

  /** A sandbox that has what the toolchain needs; it may be the same one each time. */
  protected abstract Sandbox sandbox();

  /** A draft with nothing wrong and no dependencies. */
  protected abstract VerificationRequest good();

  /** One of whose tests one fails. */
  protected abstract VerificationRequest failingTest();

  /** One that could be packed, but tests nothing. */
  protected abstract VerificationRequest noTests();

  /** One whose own name is not the one it must have. */
  protected abstract VerificationRequest wrongName();

  /** One of whose tests one never ends. */
  protected abstract VerificationRequest endlessTest();

  @Test
  void aGoodDraftPassesWithTheArtifactThatWasTested() throws InterruptedException {
    Watched sandbox = new Watched(sandbox());
    Verification result = verify(good(), sandbox, VerificationListener.SILENT);
    assertThat(result)
        .as("%s", result)
        .isInstanceOfSatisfying(
            Verification.Passed.class,
            passed -> {
              Artifact artifact = passed.packed().artifact();
              byte[] bytes = passed.packed().bytes();
              assertThat(artifact.id()).isEqualTo(good().id());
              assertThat(artifact.digest()).isEqualTo(Sha512.of(bytes));
              assertThat(artifact.size()).isEqualTo(bytes.length);
              assertThat(artifact.entries()).extracting(Artifact.Entry::path).isSorted();
              assertThat(artifact.entries()).isNotEmpty();
            });
    assertThat(result.findings()).noneMatch(Finding::isError);
    assertThat(sandbox.opened.get()).isPositive();
    assertThat(sandbox.open.get()).isZero();
  }

  @Test
  void stepsComeInTheirOrderAndEachOnce() throws InterruptedException {
    for (VerificationRequest request : List.of(good(), failingTest(), wrongName())) {
      List<Step> steps = steps(verify(request, sandbox(), VerificationListener.SILENT));
      assertThat(steps).isNotEmpty().doesNotHaveDuplicates().isSorted();
    }
  }

  @Test
  void theListenerHearsEachStepBeginAndEnd() throws InterruptedException {
    for (VerificationRequest request : List.of(good(), failingTest(), wrongName())) {
      Heard heard = new Heard();
      Verification result = verify(request, sandbox(), heard);
      assertThat(heard.problems).isEmpty();
      assertThat(heard.reports).isEqualTo(result.steps());
    }
  }

  @Test
  void verifyingTwiceGivesTheSameBytes() throws InterruptedException {
    Verification first = verify(good(), sandbox(), VerificationListener.SILENT);
    Verification second = verify(good(), sandbox(), VerificationListener.SILENT);
    assertThat(digest(first)).isEqualTo(digest(second));
  }

  @Test
  void aFailingTestIsAnAnswerThatSaysWhichOne() throws InterruptedException {
    Watched sandbox = new Watched(sandbox());
    Verification.Failed first = failed(verify(failingTest(), sandbox, VerificationListener.SILENT));
    Verification.Failed second =
        failed(verify(failingTest(), sandbox, VerificationListener.SILENT));
    assertThat(first.failure().step()).isEqualTo(Step.TEST);
    assertThat(first.failure().headline()).isNotBlank().doesNotContain("\n");
    assertThat(first.failure().text()).isNotBlank().hasSizeLessThan(LONGEST_DIGEST);
    assertThat(first.failure().signature()).isEqualTo(second.failure().signature());
    assertThat(first.steps())
        .filteredOn(report -> report.state() == StepReport.State.FAILED)
        .extracting(StepReport::step)
        .containsExactly(Step.TEST);
    assertThat(sandbox.open.get()).isZero();
  }

  @Test
  void noTestIsNoProof() throws InterruptedException {
    failed(verify(noTests(), sandbox(), VerificationListener.SILENT));
  }

  @Test
  void anotherNameFailsBeforeAnythingRuns() throws InterruptedException {
    Watched sandbox = new Watched(sandbox());
    Verification.Failed failed = failed(verify(wrongName(), sandbox, VerificationListener.SILENT));
    assertThat(failed.failure().step()).isEqualTo(Step.INSPECT);
    assertThat(failed.findings()).anyMatch(Finding::isError);
    assertThat(sandbox.opened.get()).isZero();
  }

  @Test
  void aRefusalFailsBeforeAnythingRuns() throws InterruptedException {
    Watched sandbox = new Watched(sandbox());
    Finding refusal = Finding.error("path-outside-package", "", "It wanted out.", "");
    VerificationRequest refused =
        new VerificationRequest(good().id(), good().plan(), good().files(), List.of(refusal));
    Verification.Failed failed = failed(verify(refused, sandbox, VerificationListener.SILENT));
    assertThat(failed.findings()).contains(refusal);
    assertThat(failed.failure().text()).contains(refusal.code());
    assertThat(sandbox.opened.get()).isZero();
  }

  @Test
  void whatWasCancelledBeforeOpensNothing() {
    Watched sandbox = new Watched(sandbox());
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    assertThatThrownBy(
            () -> toolchain().verify(good(), sandbox, VerificationListener.SILENT, cancellation))
        .isInstanceOf(CancellationException.class);
    assertThat(sandbox.opened.get()).isZero();
  }

  @Test
  void cancellingStopsARunningTestSoonAndLeavesNoSession() {
    Watched sandbox = new Watched(sandbox());
    Cancellation cancellation = new Cancellation();
    long[] asked = new long[1];
    VerificationListener impatient =
        new Heard() {
          @Override
          public void line(Step step, String line) {
            if (step == Step.TEST) {
              asked[0] = asked[0] == 0 ? System.nanoTime() : asked[0];
              cancellation.cancel();
            }
          }
        };
    assertThatThrownBy(() -> toolchain().verify(endlessTest(), sandbox, impatient, cancellation))
        .isInstanceOf(CancellationException.class);
    assertThat(asked[0]).as("a line was heard").isNotZero();
    assertThat(Duration.ofNanos(System.nanoTime() - asked[0])).isLessThan(SOON);
    assertThat(sandbox.opened.get()).isPositive();
    assertThat(sandbox.open.get()).isZero();
  }

  @Test
  void anInterruptLeavesNoSession() {
    Watched sandbox = new Watched(sandbox());
    VerificationListener interrupting =
        new Heard() {
          @Override
          public void began(Step step) {
            if (step == Step.TEST) {
              Thread.currentThread().interrupt();
            }
          }
        };
    assertThatThrownBy(() -> verify(good(), sandbox, interrupting))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
    assertThat(sandbox.opened.get()).isPositive();
    assertThat(sandbox.open.get()).isZero();
  }

  @Test
  void theGoodPlanIsAccepted() {
    assertThat(toolchain().review(good().plan())).noneMatch(Finding::isError);
    assertThat(toolchain().houseRules()).isNotBlank();
    assertThat(toolchain().firstVersion()).isNotBlank();
  }

  @Test
  void whatIsRelevantAreFilesOfTheDraftEachOnce() throws InterruptedException {
    VerificationRequest failing = failingTest();
    Verification.Failed failed = failed(verify(failing, sandbox(), VerificationListener.SILENT));
    assertThat(toolchain().relevant(failing.files(), failed.failure()))
        .isNotEmpty()
        .doesNotHaveDuplicates()
        .isSubsetOf(paths(failing.files()));
  }

  @Test
  void testsAreFilesOfTheDraftEachOnce() {
    assertThat(toolchain().tests(good().files()))
        .extracting(TestFile::path)
        .doesNotHaveDuplicates()
        .isSubsetOf(paths(good().files()));
    assertThat(toolchain().tests(FileSet.empty())).isEmpty();
  }

  @Test
  void aNextVersionIsAnotherOneAndTheSameEachTime() {
    Toolchain toolchain = toolchain();
    FileSet files = good().files();
    String first = toolchain.firstVersion();
    String next = toolchain.nextVersion(first, files, files);
    assertThat(next).isNotEqualTo(first);
    assertThat(toolchain.nextVersion(first, files, files)).isEqualTo(next);
    assertThat(toolchain.nextVersion(next, files, files)).isNotIn(first, next);
    assertThat(toolchain.nextVersion(first, files, FileSet.empty())).isNotEqualTo(first);
  }

  @Test
  void whatIsStampedTwiceIsAsIfStampedOnce() {
    FileSet files = good().files();
    FileSet once = toolchain().stamped(files, "3.2.1");
    assertThat(paths(once)).isEqualTo(paths(files));
    assertThat(toolchain().stamped(once, "3.2.1")).isEqualTo(once);
    assertThat(toolchain().stamped(once, good().id().version())).isEqualTo(files);
    assertThat(toolchain().stamped(FileSet.empty(), "3.2.1")).isEqualTo(FileSet.empty());
  }

  @Test
  void theInstallCommandNamesTheRelease() {
    PackageId id = good().id();
    Release release =
        new Release(
            id, Sha512.of(new byte[0]), PublishOptions.Mode.PUBLISH, "somewhere", Instant.EPOCH);
    assertThat(toolchain().installCommand(release)).contains(id.name());
  }

  private Verification verify(
      VerificationRequest request, Sandbox sandbox, VerificationListener listener)
      throws InterruptedException {
    return toolchain().verify(request, sandbox, listener, Cancellation.never());
  }

  private static List<String> paths(FileSet files) {
    return files.files().stream().map(SourceFile::path).toList();
  }

  private static Verification.Failed failed(Verification result) {
    assertThat(result).isInstanceOf(Verification.Failed.class);
    return (Verification.Failed) result;
  }

  private static Sha512 digest(Verification result) {
    assertThat(result).as("%s", result).isInstanceOf(Verification.Passed.class);
    return ((Verification.Passed) result).packed().artifact().digest();
  }

  private static List<Step> steps(Verification result) {
    return result.steps().stream().map(StepReport::step).toList();
  }

  /** Hears, and notes whatever is out of order. */
  private static class Heard implements VerificationListener {
    final List<StepReport> reports = new ArrayList<>();
    final List<String> problems = new ArrayList<>();
    private final List<Step> open = new ArrayList<>();

    @Override
    public void began(Step step) {
      if (!open.isEmpty()) {
        problems.add(step + " began within " + open);
      }
      open.add(step);
    }

    @Override
    public void line(Step step, String line) {
      if (!open.contains(step)) {
        problems.add("a line of " + step + " outside it");
      }
    }

    @Override
    public void ended(StepReport report) {
      if (!open.remove(report.step())) {
        problems.add(report.step() + " ended without a beginning");
      }
      reports.add(report);
    }
  }

  /** Counts sessions. */
  private static final class Watched implements Sandbox {
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger open = new AtomicInteger();
    private final Sandbox inner;

    Watched(Sandbox inner) {
      this.inner = inner;
    }

    @Override
    public SandboxReport probe() {
      return inner.probe();
    }

    @Override
    public SandboxSession open(SandboxSpec spec) throws InterruptedException {
      SandboxSession session = inner.open(spec);
      opened.incrementAndGet();
      open.incrementAndGet();
      return new WatchedSession(session, open);
    }
  }

  private static final class WatchedSession implements SandboxSession {
    private final SandboxSession inner;
    private final AtomicInteger open;
    private boolean closed;

    WatchedSession(SandboxSession inner, AtomicInteger open) {
      this.inner = inner;
      this.open = open;
    }

    @Override
    public void put(String path, byte[] content) {
      inner.put(path, content);
    }

    @Override
    public ExecResult exec(Command command, OutputListener output, Cancellation cancellation)
        throws InterruptedException {
      return inner.exec(command, output, cancellation);
    }

    @Override
    public void cutNetwork() {
      inner.cutNetwork();
    }

    @Override
    public byte[] take(String path, long maxBytes) {
      return inner.take(path, maxBytes);
    }

    @Override
    public void close() {
      inner.close();
      if (!closed) {
        closed = true;
        open.decrementAndGet();
      }
    }
  }
}
