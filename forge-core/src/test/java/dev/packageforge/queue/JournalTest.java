package dev.packageforge.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.packageforge.Approval;
import dev.packageforge.Artifact;
import dev.packageforge.Attempt;
import dev.packageforge.Budget;
import dev.packageforge.Draft;
import dev.packageforge.PackageId;
import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.Sha512;
import dev.packageforge.Verdict;
import dev.packageforge.testing.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JournalTest {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final byte[] FILES = "the files of a draft".getBytes(UTF_8);
  private static final byte[] PACKED = "the artifact".getBytes(UTF_8);

  private final Path folder;
  private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-01T00:00:00Z"));
  private final SplittableRandom random = new SplittableRandom(7);
  private final FullDisk disk = new FullDisk();
  private InMemoryStore memory = new InMemoryStore(clock);
  private @Nullable Journal open;

  JournalTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void close() {
    if (open != null) {
      open.close();
    }
  }

  @ParameterizedTest
  @EnumSource(RunState.class)
  void runInAnyStateIsPutBackAfterTheStoreForgotIt(RunState state) {
    Journal journal = journal();
    Run run = in(journal, state);

    journal = wiped();
    assertThat(memory.find(run.id())).isEmpty();
    Optional<Lease> lease = journal.lease("ann", LEASE);

    assertThat(memory.find(run.id())).hasValue(run);
    assertThat(lease.isPresent()).isEqualTo(state.needsWorker());
    lease.ifPresent(
        held -> assertThat(held.job()).isEqualTo(Job.of(run.id(), "restored-" + run.revision())));
    for (Sha512 digest : run.contents()) {
      assertThat(memory.fetch(digest)).isPresent();
    }
    assertThat(journal.restoreLost()).as("once").isZero();
  }

  @Test
  void howManyWerePutBackIsTold() {
    Journal journal = journal();
    in(journal, RunState.AWAITING_APPROVAL);
    in(journal, RunState.PUBLISHED);
    in(journal, RunState.VERIFYING);

    journal = wiped();

    assertThat(journal.restoreLost()).isEqualTo(3);
    assertThat(journal.restoreLost()).isZero();
  }

  @Test
  void storeThatForgetsWhileTheJournalIsOpenIsNoticedWhenItSaysSo() {
    Forgetful store = new Forgetful(clock);
    Journal journal = around(store);
    Run run = in(journal, RunState.VERIFYING);

    store.wipe();
    assertThatThrownBy(() -> journal.lease("ann", LEASE))
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> assertThat(e.reason()).isEqualTo(QueueException.Reason.DATA_LOST));

    assertThat(journal.lease("ann", LEASE)).map(l -> l.job().run()).hasValue(run.id());
    assertThat(journal.find(run.id())).hasValue(run);
  }

  @Test
  void lossThatTheStoreToldSomebodyElseIsNoticedWithTheNextLease() {
    Forgetful store = new Forgetful(clock);
    Journal journal = around(store);
    Run run = in(journal, RunState.VERIFYING);
    assertThat(journal.restoreLost()).isZero();

    store.wipe();
    assertThatThrownBy(() -> store.port().paused()).isInstanceOf(QueueException.class);

    assertThat(journal.lease("ann", LEASE)).map(l -> l.job().run()).hasValue(run.id());
    assertThat(journal.find(run.id())).hasValue(run);
  }

  @Test
  void whatTheStoreKnowsBetterIsLeftAlone() {
    Journal journal = journal();
    Run run = in(journal, RunState.VERIFYING);
    Run newer = run.in(RunState.REPAIRING).in(RunState.VERIFYING);
    memory = new InMemoryStore(clock);
    memory.restore(newer, Job.of(run.id(), "other"));

    assertThat(reopened().restoreLost()).isZero();

    assertThat(memory.find(run.id())).hasValue(newer);
    assertThat(memory.lease("ann", LEASE)).map(l -> l.job().id()).hasValue(run.id() + "/other");
  }

  @Test
  void runThatSomebodyHoldsIsPutBackOnceTheyLetGo() {
    Journal journal = journal();
    Run run = in(journal, RunState.VERIFYING);
    memory = new InMemoryStore(clock);
    Run known = Run.accepted(run.id(), run.request(), run.createdAt());
    memory.create(known, Job.of(run.id(), "make"));
    Lease held = memory.lease("bob", LEASE).orElseThrow();

    journal = reopened();
    assertThat(journal.lease("ann", LEASE)).isEmpty();
    assertThat(memory.find(run.id())).hasValue(known);
    assertThat(memory.renew(held, LEASE)).isEqualTo(LeaseState.HELD);

    clock.advance(LEASE);
    assertThat(journal.lease("ann", LEASE))
        .map(l -> l.job().id())
        .hasValue(run.id() + "/restored-" + run.revision());
    assertThat(memory.find(run.id())).hasValue(run);
  }

  @Test
  void storeThatLostOnlyItsLastMomentsIsMended() {
    Forgetful store = new Forgetful(clock);
    Journal journal = around(store);
    Run run = in(journal, RunState.GENERATING);
    Lease lease = journal.lease(run.id(), "ann", LEASE).orElseThrow();
    Run paid = holding(run).in(RunState.VERIFYING);
    store.forgetNextSave();
    assertThat(journal.save(lease, paid, List.of())).isEqualTo(SaveResult.SAVED);
    assertThat(store.truth(run.id())).hasValue(run);

    assertThat(journal.save(lease, paid.in(RunState.REPAIRING), List.of()))
        .isEqualTo(SaveResult.STALE);
    clock.advance(LEASE);

    assertThat(journal.lease("ann", LEASE)).isPresent();
    assertThat(store.truth(run.id())).hasValue(paid);
  }

  @Test
  void runThatWasForgottenOnPurposeStaysForgotten() {
    Journal journal = journal();
    Run over = in(journal, RunState.FAILED);
    Run left = in(journal, RunState.AWAITING_APPROVAL);
    memory.decide(left.in(RunState.REJECTED), List.of(), null);
    clock.advance(Duration.ofDays(31));
    assertThat(memory.prune(Duration.ofDays(30), 100)).isEqualTo(2);

    assertThat(reopened().restoreLost()).isZero();

    assertThat(memory.find(over.id())).isEmpty();
    assertThat(memory.find(left.id())).isEmpty();
  }

  @Test
  void uploadThatWasAboutToBeginIsPutBackAsBegunWhateverBecameOfTheSave() {
    for (Forgetful.Fate fate : Forgetful.Fate.values()) {
      Forgetful store = new Forgetful(clock);
      Path own = folder.resolve(fate.name());
      Run begun;
      try (Journal journal = Journal.around(store.port(), own, clock)) {
        Run approved = in(journal, RunState.PUBLISHING, 0);
        Lease lease = journal.lease(approved.id(), "ann", LEASE).orElseThrow();
        begun =
            approved
                .with(approved.work().with(publication(approved).uploading()))
                .in(RunState.PUBLISHING);
        store.leaveSavesUnanswered(fate);
        Run next = begun;
        assertThatThrownBy(() -> journal.save(lease, next, List.of()))
            .isInstanceOf(QueueException.class);
      }
      InMemoryStore empty = new InMemoryStore(clock);
      try (Journal journal = Journal.around(empty, own, clock)) {
        assertThat(journal.lease("ann", LEASE)).isPresent();
        Run restored = empty.find(begun.id()).orElseThrow();
        assertThat(publication(restored).uploads()).as(fate.name()).isOne();
        assertThat(restored).isEqualTo(begun);
      }
    }
  }

  @Test
  void savesWhoseAnswerIsUnknownAreSettledByTheStoreIfItStillKnows() {
    for (Forgetful.Fate fate : Forgetful.Fate.values()) {
      Forgetful store = new Forgetful(clock);
      try (Journal journal = Journal.around(store.port(), folder.resolve(fate.name()), clock)) {
        Run run = in(journal, RunState.GENERATING);
        Lease lease = journal.lease(run.id(), "ann", LEASE).orElseThrow();
        Run paid = holding(run).in(RunState.VERIFYING);
        store.leaveSavesUnanswered(fate);
        assertThatThrownBy(() -> journal.save(lease, paid, List.of()))
            .isInstanceOf(QueueException.class);
        store.leaveSavesUnanswered(null);
        assertThat(journal.retry(lease, Duration.ZERO)).isTrue();

        assertThat(journal.lease("ann", LEASE)).isPresent();
        assertThat(store.truth(run.id())).as("paid for once").hasValue(paid);
      }
    }
  }

  @Test
  void revisionThatTheStoreRefusedDoesNotCount() {
    Journal journal = journal();
    Run run = in(journal, RunState.VERIFYING);
    Lease stale = journal.lease(run.id(), "ann", LEASE).orElseThrow();
    clock.advance(LEASE);
    assertThat(journal.save(stale, run.in(RunState.FAILED), List.of())).isEqualTo(SaveResult.STALE);

    wiped().restoreLost();

    assertThat(memory.find(run.id())).hasValue(run);
  }

  @Test
  void decisionThatWasRefusedLoudlyDoesNotCount() {
    Journal journal = journal();
    Run run = in(journal, RunState.AWAITING_APPROVAL);
    assertThatThrownBy(
            () -> journal.decide(run.in(RunState.PUBLISHING), List.of(), Job.of(run.id(), "make")))
        .isInstanceOf(IllegalArgumentException.class);

    wiped().restoreLost();

    assertThat(memory.find(run.id())).hasValue(run);
  }

  @Test
  void whatWasCountedBeforeTheLossIsCountedAnew() {
    Journal journal = journal();
    Run run = in(journal, RunState.PUBLISHING, 1);
    Run looked =
        run.with(run.work().with(publication(run).absent().absent()).with(new Run.Setbacks(3, 4)))
            .in(RunState.PUBLISHING);
    Lease lease = journal.lease(run.id(), "ann", LEASE).orElseThrow();
    assertThat(journal.save(lease, looked, List.of())).isEqualTo(SaveResult.SAVED);

    wiped().restoreLost();

    Run restored = memory.find(run.id()).orElseThrow();
    assertThat(restored.revision()).isEqualTo(looked.revision());
    assertThat(publication(restored).uploads()).isOne();
    assertThat(publication(restored).absences()).isZero();
    assertThat(restored.work().setbacks()).isEqualTo(Run.Setbacks.NONE);
  }

  @Test
  void bytesThatAnotherWorkerMadeAreKeptToo() {
    Run run = in(memory, RunState.VERIFYING);
    Journal journal = journal();
    Lease lease = journal.lease(run.id(), "ann", LEASE).orElseThrow();
    Run next = run.in(RunState.REPAIRING);
    assertThat(journal.save(lease, next, List.of())).isEqualTo(SaveResult.SAVED);

    wiped().restoreLost();

    assertThat(memory.find(run.id())).hasValue(next);
    assertThat(memory.fetch(Sha512.of(FILES))).isPresent();
  }

  @Test
  void lastLineThatWasCutCostsTheLastRevisionAtMost() throws IOException {
    Journal journal = journal();
    Run run = in(journal, RunState.GENERATING);
    long before = Files.size(log());
    Lease lease = journal.lease(run.id(), "ann", LEASE).orElseThrow();
    Run next = holding(run).in(RunState.VERIFYING);
    long begun = Files.size(log());
    journal.save(lease, next, List.of());
    journal.close();
    byte[] all = Files.readAllBytes(log());
    assertThat(begun).isBetween(before, (long) all.length - 100);

    // That every cut reads alike is shown where lines are read.
    for (int length : new int[] {(int) begun, (int) begun + 20, all.length - 1, all.length}) {
      Files.write(log(), Arrays.copyOf(all, length));
      wiped().restoreLost();
      assertThat(memory.find(run.id()))
          .as("%d bytes", length)
          .hasValue(length == all.length ? next : run);
    }
    assertThat(folder.resolve("runs.damaged")).doesNotExist();
  }

  @Test
  void damageElsewhereCostsNoOtherRun() throws IOException {
    Journal journal = journal();
    Run first = in(journal, RunState.AWAITING_APPROVAL);
    Run second = in(journal, RunState.AWAITING_APPROVAL);
    journal = reopened();
    journal.close();
    byte[] all = Files.readAllBytes(log());
    int at = new String(all, UTF_8).indexOf(first.id().value());
    all[at] ^= 1;
    Files.write(log(), all);

    wiped().restoreLost();

    assertThat(memory.find(first.id())).isEmpty();
    assertThat(memory.find(second.id())).hasValue(second);
    assertThat(folder.resolve("runs.damaged")).hasBinaryContent(all);
  }

  @Test
  void journalOfALaterVersionIsLeftAlone() throws IOException {
    journal().close();
    try (JournalFile file = new JournalFile(log(), JournalFile::open)) {
      file.replace(List.of("format 2", "song la"));
    }
    byte[] before = Files.readAllBytes(log());

    assertThatThrownBy(this::journal)
        .isInstanceOf(QueueException.class)
        .hasMessage("the journal has format 2, this version reads 1");
    assertThat(log()).hasBinaryContent(before);
  }

  @Test
  void nothingReachesTheStoreThatTheDiskDidNotTake() {
    for (FullDisk.When when : FullDisk.When.values()) {
      disk.roomy();
      Journal journal = journal();
      Run run = in(journal, RunState.GENERATING);
      Lease lease = journal.lease(run.id(), "ann", LEASE).orElseThrow();
      Run next = holding(run).in(RunState.VERIFYING);
      byte[] other = ("other " + when).getBytes(UTF_8);

      disk.full(when);
      QueueException e =
          catchThrowableOfType(QueueException.class, () -> journal.save(lease, next, List.of()));
      assertThat(e.reason()).isEqualTo(QueueException.Reason.FULL);
      assertThat(e.retryable()).isTrue();
      assertThat(e).hasMessageContaining("No space left").hasMessageContaining("journal");
      assertThatThrownBy(() -> journal.keep(other)).isInstanceOf(QueueException.class);
      assertThat(memory.find(run.id())).hasValue(run);
      assertThat(memory.fetch(Sha512.of(other))).isEmpty();

      disk.roomy();
      assertThat(journal.save(lease, next, List.of())).isEqualTo(SaveResult.SAVED);
      wiped().restoreLost();
      assertThat(memory.find(run.id())).as(when.name()).hasValue(next);
    }
  }

  @Test
  void whatNothingHangsOnDoesNotWaitForTheDisk() {
    Journal journal = journal();
    Run run = newRun();
    journal.create(run, Job.of(run.id(), "make"));
    Lease lease = journal.lease("ann", LEASE).orElseThrow();

    disk.full(FullDisk.When.AT_THE_END);

    Run next = run.in(RunState.GENERATING);
    assertThat(journal.save(lease, next, List.of())).isEqualTo(SaveResult.SAVED);
    disk.roomy();
  }

  @Test
  void runIsAcceptedEvenIfTheDiskIsFull() {
    Journal journal = journal();
    disk.full(FullDisk.When.AT_ONCE);

    Run run = newRun();
    assertThat(journal.create(run, Job.of(run.id(), "make"))).isEqualTo(run);
    assertThat(memory.find(run.id())).hasValue(run);
  }

  @Test
  void threadThatIsInterruptedSavesLikeAnyOther() {
    Journal journal = journal();
    Run run = in(journal, RunState.GENERATING);
    Lease lease = journal.lease(run.id(), "ann", LEASE).orElseThrow();
    Run next = holding(run).in(RunState.VERIFYING);

    Thread.currentThread().interrupt();
    journal.keep("more".getBytes(UTF_8));
    assertThat(journal.save(lease, next, List.of())).isEqualTo(SaveResult.SAVED);
    assertThat(Thread.interrupted()).isTrue();

    wiped().restoreLost();
    assertThat(memory.find(run.id())).hasValue(next);
  }

  @Test
  void runsThatAreOverAndTheirBytesAreDroppedExceptTheLast() throws IOException {
    Journal journal = journal();
    Run waiting = in(journal, RunState.AWAITING_APPROVAL);
    List<Run> over = new ArrayList<>();
    for (int i = 0; i < Journal.KEPT_FINAL + 5; i++) {
      Run run = newRun();
      byte[] own = ("files of " + i).getBytes(UTF_8);
      journal.create(run, Job.of(run.id(), "make"));
      Lease lease = journal.lease(run.id(), "ann", LEASE).orElseThrow();
      Draft draft = new Draft(1, Draft.Origin.MODEL, 0, journal.keep(own), List.of(), "");
      Run ended = run.with(run.work().with(draft)).in(RunState.FAILED);
      journal.save(lease, ended, List.of());
      journal.complete(lease);
      over.add(ended);
    }
    long grown = Files.size(log());
    assertThat(contents()).hasSize(Journal.KEPT_FINAL + 5 + 2);

    reopened().close();
    assertThat(Files.size(log())).isLessThan(grown);
    assertThat(contents()).hasSize(Journal.KEPT_FINAL + 2);

    wiped().restoreLost();
    assertThat(memory.find(waiting.id())).hasValue(waiting);
    assertThat(memory.find(over.get(4).id())).isEmpty();
    assertThat(memory.find(over.get(5).id())).hasValue(over.get(5));
  }

  @Test
  void fileThatGrowsIsMadeSmallWhileItIsInUse() throws IOException {
    Journal journal = journal();
    Run run = newRun();
    journal.create(run, Job.of(run.id(), "make"));
    long most = growUntilRewritten(journal);

    assertThat(most).isBetween(7L * 1024 * 1024, 9L * 1024 * 1024);
    wiped().restoreLost();
    assertThat(memory.find(run.id())).hasValue(run);
  }

  @Test
  void runsThatOthersFinishedAreDropped() throws IOException {
    Journal journal = journal();
    Run run = in(journal, RunState.AWAITING_APPROVAL);
    memory.decide(run.in(RunState.REJECTED), List.of(), null);

    reopened().restoreLost();
    reopened().close();

    assertThat(Files.readString(log())).doesNotContain(run.id().value());
    assertThat(contents()).isEmpty();
  }

  @Test
  void bytesThatNoRunNamesYetOutliveARewriting() throws IOException {
    Journal journal = journal();
    Sha512 digest = journal.keep("soon to be named".getBytes(UTF_8));
    growUntilRewritten(journal);

    assertThat(folder.resolve("contents").resolve(digest.hex())).exists();
    reopened().close();
    assertThat(folder.resolve("contents").resolve(digest.hex())).doesNotExist();
  }

  @Test
  void folderIsForOneJournalAtATime() {
    Journal journal = journal();

    QueueException e = catchThrowableOfType(QueueException.class, this::journalToo);
    assertThat(e.reason()).isEqualTo(QueueException.Reason.UNSUITABLE);
    assertThat(e).hasMessageContaining("in use by another worker");
    assertThat(e.remedy()).contains("folder of its own");

    journal.close();
    journalToo().close();
  }

  @Test
  void folderIsForOneProcessAtATime() throws Exception {
    Journal journal = journal();
    assertThat(other()).contains("in use by another worker");
    // Who tries in vain in this process must not let the other one in.
    assertThat(catchThrowableOfType(QueueException.class, this::journalToo)).isNotNull();
    assertThat(other()).contains("in use by another worker");

    journal.close();
    assertThat(other()).isEmpty();
  }

  @Test
  void folderThatCannotBeWrittenIsToldInASentence() throws IOException {
    Path file = Files.createFile(folder.resolve("not a folder"));

    assertThatThrownBy(() -> Journal.around(memory, file, clock))
        .isInstanceOf(QueueException.class)
        .hasMessageContaining("cannot be opened");
  }

  /** Opens the journal in another process, which says what went wrong, if anything did. */
  public static void main(String[] args) {
    Clock clock = Clock.systemUTC();
    try {
      Journal.around(new InMemoryStore(clock), Path.of(args[0]), clock).close();
    } catch (QueueException e) {
      System.out.print(e.getMessage());
    }
  }

  private String other() throws Exception {
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                JournalTest.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertThat(process.waitFor(60, SECONDS)).isTrue();
    return Files.readString(out);
  }

  private Journal journal() {
    if (open != null) {
      open.close();
    }
    Journal opened = Journal.around(memory, folder, clock, disk);
    open = opened;
    return opened;
  }

  private Journal around(Forgetful store) {
    Journal opened = Journal.around(store.port(), folder, clock);
    open = opened;
    return opened;
  }

  private Journal journalToo() {
    return Journal.around(memory, folder, clock, disk);
  }

  /** The journal after a restart of the worker. */
  private Journal reopened() {
    return journal();
  }

  /** The journal after a restart of the worker, before a store that has forgotten everything. */
  private Journal wiped() {
    memory = new InMemoryStore(clock);
    return journal();
  }

  /** Saves until the file is smaller than before; answers how large it was. */
  private long growUntilRewritten(Journal journal) throws IOException {
    String prompt = "x".repeat(RunRequest.MAX_PROMPT_BYTES);
    RunRequest request = new RunRequest(prompt, 3, Budget.ofDefaults(), "");
    Run run = Run.accepted(RunId.random(random), request, clock.instant());
    journal.create(run, Job.of(run.id(), "make"));
    Lease lease = journal.lease(run.id(), "ann", LEASE).orElseThrow();
    long before = 0;
    long size = Files.size(log());
    for (int i = 0; i < 2_000 && size > before; i++) {
      run = run.in(RunState.GENERATING);
      assertThat(journal.save(lease, run, List.of())).isEqualTo(SaveResult.SAVED);
      before = size;
      size = Files.size(log());
    }
    assertThat(size).isLessThan(before);
    return before;
  }

  private Path log() {
    return folder.resolve("runs.log");
  }

  private List<Path> contents() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("contents"))) {
      return files.toList();
    }
  }

  private Run newRun() {
    return Run.accepted(RunId.random(random), RunRequest.of("a slug maker"), clock.instant());
  }

  private <S extends JobQueue & RunStore> Run in(S store, RunState state) {
    return in(store, state, 1);
  }

  /** A run that a worker has brought to this state, with an upload begun; nobody holds it. */
  private <S extends JobQueue & RunStore> Run in(S store, RunState state, int uploads) {
    Run run = newRun();
    store.create(run, Job.of(run.id(), "make"));
    if (state == RunState.QUEUED) {
      return run;
    }
    Lease lease = store.lease(run.id(), "ann", LEASE).orElseThrow();
    run = run.in(RunState.GENERATING);
    assertThat(store.save(lease, run, List.of())).isEqualTo(SaveResult.SAVED);
    if (state != RunState.GENERATING) {
      store.keep(FILES);
      store.keep(PACKED);
      run = holding(run).in(state);
      if (state == RunState.PUBLISHING || state == RunState.PUBLISHED) {
        run = run.with(run.work().with(approved(run, uploads)));
      }
      assertThat(store.save(lease, run, List.of())).isEqualTo(SaveResult.SAVED);
    }
    boolean letGo = state.needsWorker() ? store.retry(lease, Duration.ZERO) : store.complete(lease);
    assertThat(letGo).isTrue();
    return run;
  }

  /** The same revision with a draft that passed. */
  private static Run holding(Run run) {
    Artifact artifact =
        new Artifact(
            new PackageId("a", "1.0.0"), Sha512.of(PACKED), PACKED.length, "a.tgz", List.of());
    return run.with(
        run.work()
            .with(new Draft(1, Draft.Origin.MODEL, 0, Sha512.of(FILES), List.of(), ""))
            .with(new Attempt(1, 1, new Verdict.Passed(artifact), List.of(), List.of())));
  }

  private static Run.Publication approved(Run run, int uploads) {
    Approval.Terms terms =
        Approval.Terms.of(run.id(), run.artifact().orElseThrow(), PublishOptions.publish());
    return new Run.Publication(
        new Approval(terms, "ann", Instant.parse("2026-01-01T01:00:00Z"), "n", "s"),
        uploads,
        0,
        null,
        null,
        null);
  }

  private static Run.Publication publication(Run run) {
    return Optional.ofNullable(run.work().publication()).orElseThrow();
  }
}
