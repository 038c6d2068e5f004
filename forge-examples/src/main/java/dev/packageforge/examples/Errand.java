package dev.packageforge.examples;

import dev.packageforge.Draft;
import dev.packageforge.Ending;
import dev.packageforge.FileSet;
import dev.packageforge.PackedArtifact;
import dev.packageforge.PublishOptions;
import dev.packageforge.Release;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.Text;
import dev.packageforge.examples.JsonLines.Fields;
import dev.packageforge.llm.DemoLanguageModel;
import dev.packageforge.pipeline.ConflictException;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.SaveResult;
import dev.packageforge.queue.StoredEvent;
import dev.packageforge.registry.FolderRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Work on one run, up to what is handed out: shows the run, asks, says how it ended. */
final class Errand {
  /**
   * What was said on the command line.
   *
   * @param approved whether approval was given beforehand
   * @param manner how it goes to its registry
   * @param json whether programs read along
   * @param out where the sources go as well
   * @param tape whether answers are recorded or played
   */
  record Wishes(boolean approved, Manner manner, boolean json, @Nullable Path out, Tape tape) {
    boolean dryRun() {
      return manner.dryRun;
    }
  }

  /** How long what was made may take to be kept when a person wants to be gone at once. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private static final Duration STORE_PATIENCE = Duration.ofSeconds(60);
  private static final Duration STORE_REST = Duration.ofMillis(500);
  private static final int BATCH = 500;

  /** What stands before each line of a dry run. */
  private static final String DRY = "DRY RUN: ";

  private static final String NOT_APPROVED_NEXT =
      "Look at what is kept, then run it again at a terminal, or with --yes.";

  private static final String RAISE =
      "Raise the budget with "
          + Stream.of(
                  Setting.BUDGET_CALLS,
                  Setting.BUDGET_TOKENS,
                  Setting.BUDGET_DOLLARS,
                  Setting.BUDGET_MINUTES)
              .map(Setting::flag)
              .collect(Collectors.joining(", "))
          + ".";

  private final Surroundings around;
  private final Settings settings;
  private final Workshop workshop;
  private final Interrupts interrupts;
  private final Wishes wishes;
  private final AtHand atHand;
  private final PrintStream words;
  private final JsonLines json;
  private final AtomicBoolean toldTheEnd = new AtomicBoolean();
  private final CountDownLatch over = new CountDownLatch(1);
  private String unasked = "nobody could be asked";
  private volatile boolean wished;
  private boolean decided;
  private boolean prerelease;
  private long cursor;

  Errand(
      Surroundings around,
      Settings settings,
      Workshop workshop,
      Interrupts interrupts,
      AtHand atHand,
      Wishes wishes) {
    this.atHand = atHand;
    this.around = around;
    this.settings = settings;
    this.workshop = workshop;
    this.interrupts = interrupts;
    this.wishes = wishes;
    this.words = wishes.json() ? around.streams().err() : around.streams().out();
    this.json = new JsonLines(around.streams().out());
  }

  /** From a sentence to the end. */
  Exit run(RunRequest request) throws InterruptedException {
    greet();
    Run run = surely(() -> workshop.forge().submit(request));
    if (!wishes.json()) {
      words.println("Run " + RunFinder.shortened(run.id()));
    }
    sayWhereItIsRecorded(run.id());
    return carry(run, view(run.id()));
  }

  /** From what a run made to the end of its next version. */
  Exit refine(Run base, RunRequest change) throws InterruptedException {
    greet();
    Run run = surely(() -> workshop.forge().refine(base.id(), change));
    if (!wishes.json()) {
      words.println(
          "Run "
              + RunFinder.shortened(run.id())
              + ", the next version of "
              + Text.visible(NextVersion.base(base))
              + " of run "
              + RunFinder.shortened(base.id()));
    }
    sayWhereItIsRecorded(run.id());
    return carry(run, view(run.id()));
  }

  private void sayWhereItIsRecorded(RunId id) {
    wishes.tape().file(id).ifPresent(file -> words.println("recorded in " + file));
  }

  /** From a package that was made elsewhere to the end. */
  Exit bring(RunRequest request, String fileName, byte[] packed) throws InterruptedException {
    if (wishes.json()) {
      hello(false);
    }
    Run run = surely(() -> workshop.forge().bring(request, fileName, packed));
    if (!wishes.json()) {
      say("Run " + RunFinder.shortened(run.id()));
    }
    return carry(run, view(run.id()));
  }

  /** From where a run stands to the end; what happened before is shown first. */
  Exit resume(Run run) throws InterruptedException {
    greet();
    sayWhereItIsRecorded(run.id());
    RunView view = view(run.id());
    catchUp(run.id(), view);
    view.note("Run " + RunFinder.shortened(run.id()) + " is taken up here.");
    return carry(run, view);
  }

  /** From an artifact to the registry; what happened before is not shown again. */
  Exit publish(Run run) throws InterruptedException {
    greetAbout(run);
    RunView view = view(run.id());
    catchUp(run.id(), wishes.json() ? view : RunView.NOBODY);
    return carry(run, view);
  }

  /** Asked once more if the answer was lost: the request has a key, so it is one run. */
  private static Run surely(Supplier<Run> asking) {
    try {
      return asking.get();
    } catch (QueueException e) {
      if (!e.retryable()) {
        throw e;
      }
      return asking.get();
    }
  }

  private Exit carry(Run run, RunView view) throws InterruptedException {
    interrupts.beforeStopping(() -> stopAtOnce(run.id(), view));
    interrupts.onFirst(() -> cancel(run.id(), view));
    if (interrupts.arrived() && Thread.interrupted()) {
      cancel(run.id(), view); // it came while the store was being opened
    }
    Run now;
    try {
      now = drive(run.id(), view);
      if (now.state() == RunState.AWAITING_APPROVAL) {
        now = decide(now, view);
      }
    } catch (QueueException e) {
      if (!toldTheEnd.get()) {
        throw e;
      }
      over.await(); // whoever tells the end has closed the store
      return Exit.INTERRUPTED;
    }
    if (!toldTheEnd.compareAndSet(false, true)) {
      over.await();
      return Exit.INTERRUPTED;
    }
    try {
      return conclude(now);
    } finally {
      over.countDown();
    }
  }

  private void catchUp(RunId id, RunView view) throws InterruptedException {
    List<StoredEvent> events = workshop.forge().events(id, cursor, BATCH, Duration.ZERO);
    while (!events.isEmpty()) {
      for (StoredEvent event : events) {
        view.show(event);
        cursor = event.cursor();
      }
      events = workshop.forge().events(id, cursor, BATCH, Duration.ZERO);
    }
  }

  /**
   * For who asks no model: what is said is of the one that answered, and nothing if it was live.
   */
  private void greetAbout(Run run) {
    boolean demo = demo(run);
    if (wishes.json()) {
      hello(demo);
    } else if (demo) {
      words.println(recorded());
    }
  }

  /** Whether recordings of ours made it; of a run that does not say, whether they would. */
  private boolean demo(Run run) {
    if (run.request().brought() != null) {
      return false;
    }
    List<String> authors =
        run.work().drafts().stream().map(Draft::author).filter(name -> !name.isEmpty()).toList();
    return authors.isEmpty()
        ? workshop.model().demo()
        : authors.contains(DemoLanguageModel.NAME) || wishes.tape().source().isPresent();
  }

  private void hello(boolean demo) {
    json.line(
        JsonLines.type("hello")
            .with("serverTime", around.clock().instant().toString())
            .with("version", ForgeCommand.version())
            .with("model", workshop.model().name())
            .with("demo", demo)
            .with("replay", wishes.tape().source().orElse(null))
            .with("dryRun", wishes.dryRun()));
  }

  private void greet() {
    boolean demo = workshop.model().demo();
    if (wishes.json()) {
      hello(demo);
    } else {
      words.println(
          demo
              ? recorded()
              : "Model " + workshop.model().name() + ", " + LiveModel.price(workshop.model()));
    }
  }

  /** Said first and last, where no model was asked. */
  private String recorded() {
    return wishes.tape().source().map(Words::replay).orElse(Words.DEMO);
  }

  private RunView view(RunId id) {
    Forge forge = workshop.forge();
    if (wishes.json()) {
      JsonView told =
          new JsonView(
              json,
              around.streams().err(),
              id,
              draft -> draft > 0 ? forge.files(id, draft) : NextVersion.before(forge, id));
      return wishes.dryRun() ? told.dry() : told;
    }
    HeldView view = new HeldView(new Narrator(Stage.on(around)));
    atHand.quietly(view);
    return view;
  }

  /** Works on, through a store that does not answer for a while. */
  private Run drive(RunId id, RunView view) throws InterruptedException {
    long silentSince = 0;
    while (true) {
      try {
        return driveOnce(id, view);
      } catch (QueueException e) {
        if (!mayAnswerAgain(e)) {
          throw e;
        }
        long now = System.nanoTime();
        if (silentSince == 0) {
          silentSince = now;
          view.note("The store does not answer; trying again…");
        }
        if (now - silentSince > STORE_PATIENCE.toNanos()) {
          throw new CommandException(
              Exit.OUTSIDE,
              "The store has not answered for "
                  + Words.time(STORE_PATIENCE)
                  + ": "
                  + e.getMessage(),
              "When it answers again: " + say("resume", id),
              e);
        }
        if (over.await(STORE_REST.toMillis(), TimeUnit.MILLISECONDS)) {
          throw e;
        }
      }
    }
  }

  private boolean mayAnswerAgain(QueueException e) {
    return workshop.shelf().lasts()
        && e.retryable()
        && e.reason() != QueueException.Reason.DATA_LOST;
  }

  private Run driveOnce(RunId id, RunView view) throws InterruptedException {
    Watch watch =
        new Watch(
            (after, limit, patience) -> workshop.forge().events(id, after, limit, patience),
            view,
            cursor);
    try (watch) {
      return workshop.forge().drive(id);
    } catch (ConflictException gone) {
      // The loss of a store's memory is told once, and may have been told to the watch.
      for (Throwable told : gone.getSuppressed()) {
        if (told instanceof QueueException lost) {
          throw lost;
        }
      }
      throw gone;
    } finally {
      cursor = watch.cursor();
    }
  }

  /** The first Ctrl-C. */
  private void cancel(RunId id, RunView view) {
    view.note("Cancelling… (once more to stop at once)");
    try {
      wished = true;
      workshop.forge().cancel(id, settings.approver());
    } catch (ConflictException tooLate) {
      view.note(tooLate.getMessage() + " " + tooLate.remedy());
    }
  }

  /** The second Ctrl-C: what would be lost is kept, if that is quick. */
  private void stopAtOnce(RunId id, RunView view) {
    if (toldTheEnd.compareAndSet(false, true)) {
      Thread last =
          new Thread(
              () -> {
                view.settle();
                lastWords(id);
                workshop.shelf().close();
                over.countDown();
              },
              "last words");
      last.setDaemon(true);
      last.start();
    }
    try {
      if (!over.await(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
        boolean lasts = workshop.shelf().lasts();
        ForgeCommand.complain(
            around.streams().err(),
            lasts ? "Stopped at once." : "Stopped at once; what was made may be lost.",
            lasts ? "See where it stands: " + say("show", id) : "Run it again.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lastWords(RunId id) {
    boolean goesOn = wished && takeBack(id);
    Run run = workshop.forge().find(id).orElseThrow();
    Optional<Path> kept = keep(run);
    Run.Publication publication = run.work().publication();
    String published = "nothing was published.";
    if (run.state() == RunState.PUBLISHED) {
      published = name(run) + " was published.";
    } else if (publication != null && publication.uploads() > 0) {
      published = "whether " + name(run) + " was published is not known.";
    }
    if (wishes.json()) {
      json.line(end(run, Exit.INTERRUPTED, kept, Optional.empty()));
    }
    complain("Stopped at once; " + published, afterStopping(run, goesOn, kept));
  }

  private String afterStopping(Run run, boolean goesOn, Optional<Path> kept) {
    String files = kept.map(path -> "What was made is kept in " + path + ".").orElse("");
    if (workshop.shelf().lasts() && !run.state().isFinal()) {
      String next =
          goesOn || !wished
              ? "From the last finished step on: " + say("resume", run.id())
              : "Whoever works on it was asked to cancel it; see: " + say("show", run.id());
      return files.isEmpty() ? next : next + "; what was made so far is kept in " + kept.get();
    }
    return files.isEmpty() ? "Run it again; there was nothing to keep." : files;
  }

  /**
   * Takes back the wish of the first Ctrl-C: who wants to be gone at once may want to go on later.
   * The job that this process has is given up first, for its worker would obey the wish.
   */
  private boolean takeBack(RunId id) {
    Shelf shelf = workshop.shelf();
    Run run = shelf.runs().find(id).orElseThrow();
    if (!shelf.lasts() || !run.state().needsWorker()) {
      return false;
    }
    Run.Publication publication = run.work().publication();
    if (publication != null && publication.uploads() > 0) {
      return true; // then the wish came too late anyway
    }
    shelf.jobs().rejoin(shelf.worker());
    Run on = run.with(run.work().with(Run.Setbacks.NONE)).in(run.state());
    Job job = Job.of(id, "resume-" + on.revision());
    return shelf.runs().decide(on, List.of(RunEvent.State.of(on)), job) == SaveResult.SAVED;
  }

  // Approval

  private Run decide(Run run, RunView view) throws InterruptedException {
    RunId id = run.id();
    boolean asks = !wishes.approved() && !wishes.dryRun() && around.streams().person();
    PrintStream where = asks && !wishes.json() ? around.streams().talk() : words;
    if (!wishes.json()) {
      where.println();
      String mark = wishes.dryRun() ? DRY : "";
      ApprovalPanel.lines(run, place(run), wishes.manner().options())
          .forEach(line -> where.println(mark + line));
      changes(run).forEach(line -> where.println(mark + line));
    }
    if (!wishes.manner().tagged() && isPrerelease(run)) {
      unasked = "it is a prerelease, and nobody said under which tag";
      prerelease = true;
      return run;
    }
    if (!wishes.approved() && !wishes.dryRun()) {
      if (!around.streams().person()) {
        return run;
      }
      Question question = new Question();
      interrupts.onFirst(
          () -> {
            where.println();
            cancel(id, view);
            question.abandon();
          });
      if (interrupts.arrived()) {
        return cancelled(id);
      }
      String text =
          (wishes.manner().stage ? "Stage " : "Publish ")
              + name(run)
              + (wishes.manner().stage ? " at " : " to ")
              + place(run)
              + "? [y/N] ";
      Question.Answer answer = question.ask(text, around.streams().in(), where);
      if (interrupts.arrived()) {
        return cancelled(id);
      }
      if (answer == Question.Answer.NONE) {
        unasked = "the input ended before there was an answer";
        return run;
      }
      if (answer == Question.Answer.UNCLEAR) {
        unasked = "the answer was neither a yes nor a no";
        return run;
      }
      if (answer == Question.Answer.NO) {
        return workshop.forge().reject(id, settings.approver());
      }
      interrupts.onFirst(() -> cancel(id, view));
    }
    try {
      workshop.forge().approve(id, settings.approver(), wishes.manner().options().at(target(run)));
    } catch (ConflictException somebodyElseDecided) {
      return workshop.forge().find(id).orElse(run);
    }
    decided = true;
    return drive(id, view);
  }

  /** A run that waits is over at once, whoever of the two that hear a Ctrl-C comes first. */
  private Run cancelled(RunId id) {
    return workshop.forge().cancel(id, settings.approver());
  }

  /** The place that is approved, in its registry's own words. */
  private String target(Run run) {
    return workshop.registry().apply(run).place(run.artifact().orElseThrow().id());
  }

  /** Where it goes, for people. */
  private String place(Run run) {
    return workshop.places().apply(run);
  }

  /** A version that is not for everybody yet; as {@code latest} everybody would get it. */
  private static boolean isPrerelease(Run run) {
    return run.request().brought() != null
        && run.artifact().orElseThrow().id().version().replaceFirst("\\+.*", "").contains("-");
  }

  // The end

  private Exit conclude(Run run) {
    Ending ending = ending(run);
    Exit exit;
    Optional<Path> kept = Optional.empty();
    if (ending != null) {
      exit = exit(run, ending);
      kept = keep(run);
    } else if (run.state() == RunState.AWAITING_APPROVAL) {
      exit = decided && run.release().isPresent() ? Exit.DONE : Exit.REFUSED;
      kept = keep(run);
    } else {
      exit = Exit.DONE;
    }
    Optional<Path> sources = Optional.empty();
    Path out = wishes.out();
    if (out != null && run.bestDraft().isPresent()) {
      sources = handOut(run, out);
      if (sources.isEmpty() && exit == Exit.DONE) {
        exit = Exit.NOT_READY;
      }
    }
    if (wishes.json()) {
      json.line(end(run, exit, kept, sources));
    }
    tell(run, exit, kept, sources);
    return exit;
  }

  /** A registry that is a folder is no service outside this machine. */
  private Exit exit(Run run, Ending ending) {
    boolean here =
        ending.reason() == Ending.Reason.REGISTRY_UNAVAILABLE
            && run.work().publication() != null
            && workshop.registry().apply(run) instanceof FolderRegistry;
    return here ? Exit.NOT_READY : Exit.of(ending.reason());
  }

  private void tell(Run run, Exit exit, Optional<Path> kept, Optional<Path> sources) {
    Ending ending = ending(run);
    Optional<Release> release = run.release();
    if (ending != null) {
      complain(ending.sentence(), ending.nextStep());
      if (ending.reason() == Ending.Reason.INTERNAL) {
        around.streams().err().println("log in " + LogFile.in(settings.data()));
      }
    } else if (exit == Exit.REFUSED) {
      complain(notApproved(run), notApprovedNext(run));
    } else if (!wishes.json()) {
      words.println();
      NextVersion.lines(run).stream().limit(1).forEach(this::say);
      release.ifPresent(done -> success(run, done));
    }
    if (!wishes.json()) {
      kept.ifPresent(path -> say("kept in " + path));
      if (run.work().drafts().isEmpty() && run.request().brought() == null) {
        say("nothing to keep: no draft was finished");
      }
      sources.ifPresent(path -> say("sources in " + path));
      if (demo(run)) {
        say(recorded());
      }
    }
    wishes.tape().warning().ifPresent(this::note);
  }

  /** Why there was no success; without the promise of drafts where there are none. */
  private @Nullable Ending ending(Run run) {
    Ending ending = run.trouble().orElse(null);
    if (ending != null && ending.reason() == Ending.Reason.REGISTRY_SECOND_FACTOR) {
      return new Ending(ending.reason(), ending.sentence(), withACode(run));
    }
    if (ending != null && ending.reason() == Ending.Reason.BUDGET_EXHAUSTED) {
      return new Ending(ending.reason(), ending.sentence(), RAISE);
    }
    if (ending == null || ending.reason() != Ending.Reason.CANCELLED) {
      return ending;
    }
    return run.work().drafts().isEmpty()
        ? new Ending(Ending.Reason.CANCELLED, ending.sentence(), "Run it again.")
        : ending;
  }

  private String withACode(Run run) {
    return workshop.shelf().lasts()
        ? "With the code at hand, at a terminal: "
            + say("publish", run.id())
            + "; a script leaves it in "
            + AtHand.VARIABLE
            + "."
        : "Run it again at a terminal with the code at hand, or leave it in "
            + AtHand.VARIABLE
            + ".";
  }

  private void say(String line) {
    words.println((wishes.dryRun() ? DRY : "") + line);
  }

  private void success(Run run, Release release) {
    String id = Text.visible(release.id().toString());
    if (release.mode() == PublishOptions.Mode.DRY_RUN) {
      words.println(DRY + id + " was not published; all else was done");
      words.println(DRY + "it would be at " + Text.visible(release.location()));
      words.println(DRY + release.digest().integrity());
      return;
    }
    boolean staged = release.mode() == PublishOptions.Mode.STAGE;
    if (!staged && workshop.registry().apply(run) instanceof FolderRegistry folder) {
      warnOfTag(folder, release);
    }
    words.println(staged ? "staged, to be released at the registry: " + id : "published " + id);
    words.println(release.digest().integrity());
    words.println(
        staged
            ? "at " + Text.visible(release.location())
            : workshop.toolchain().installCommand(release));
    if (words.checkError()) {
      note(id + " is published: " + workshop.toolchain().installCommand(release));
    }
  }

  private void warnOfTag(FolderRegistry folder, Release release) {
    String tag = wishes.manner().options().tag();
    Optional<String> points = folder.tagged(release.id().name(), tag);
    if (!points.equals(Optional.of(release.id().version()))) {
      note(
          "warning: the tag "
              + tag
              + " could not be set to "
              + release.id()
              + "; the version itself is there.");
    }
  }

  private Fields refused(Run run) {
    return new Fields()
        .with("type", "/help/problems/not-approved")
        .with("reason", "not-approved")
        .with("detail", notApproved(run))
        .with("nextStep", notApprovedNext(run));
  }

  private String notApproved(Run run) {
    return name(run) + " passed its tests and was not approved: " + unasked + ".";
  }

  private String notApprovedNext(Run run) {
    if (prerelease) {
      return "Say it, for example: "
          + (workshop.shelf().lasts()
              ? say("publish", run.id())
              : around.command() + " publish FILE")
          + " --tag next";
    }
    return workshop.shelf().lasts()
        ? "Look at it, then publish it: "
            + say("publish", run.id())
            + "; or only approve it, for a worker to publish: "
            + say("approve", run.id())
        : NOT_APPROVED_NEXT;
  }

  /** What a person types for another command on this run. */
  private String say(String command, RunId id) {
    return around.command() + " " + command + " " + RunFinder.shortened(id);
  }

  private Fields end(Run run, Exit exit, Optional<Path> kept, Optional<Path> sources) {
    Ending ending = ending(run);
    Fields fields =
        JsonLines.type("end")
            .with("id", run.id().value())
            .with("exit", exit.code())
            .with("state", state(run))
            .with("demo", demo(run))
            .with("dryRun", isDry(run))
            .with("registry", run.artifact().isPresent() ? place(run) : null);
    run.artifact()
        .ifPresent(
            artifact ->
                fields
                    .with("name", artifact.id().name())
                    .with("version", artifact.id().version())
                    .with("digest", artifact.digest().integrity()));
    run.release()
        .ifPresent(
            release -> {
              boolean dry = release.mode() == PublishOptions.Mode.DRY_RUN;
              fields.with("mode", JsonView.slug(release.mode()));
              if (!dry) {
                fields.with("location", release.location());
                if (release.mode() == PublishOptions.Mode.PUBLISH) {
                  fields.with("installCommand", workshop.toolchain().installCommand(release));
                }
              }
            });
    RunRequest.Base base = run.request().base();
    return fields
        .with("baseVersion", base == null ? null : base.version())
        .with("recording", wishes.tape().file(run.id()).map(Path::toString).orElse(null))
        .with("kept", kept.map(Path::toString).orElse(null))
        .with("sources", sources.map(Path::toString).orElse(null))
        .with(
            "reason",
            exit == Exit.REFUSED && ending == null ? refused(run) : JsonView.reason(ending));
  }

  private boolean isDry(Run run) {
    return wishes.dryRun()
        || run.release().filter(r -> r.mode() == PublishOptions.Mode.DRY_RUN).isPresent();
  }

  private static String state(Run run) {
    boolean dry =
        run.release().filter(r -> r.mode() == PublishOptions.Mode.DRY_RUN).isPresent()
            && run.state() == RunState.AWAITING_APPROVAL;
    return dry ? "dry-run-done" : JsonView.slug(run.state());
  }

  private void complain(String sentence, String nextStep) {
    words.flush();
    ForgeCommand.complain(around.streams().err(), Text.visible(sentence), Text.visible(nextStep));
  }

  /** Writes what would die with this process: the best draft, and the artifact if there is one. */
  private Optional<Path> keep(Run run) {
    Optional<FileSet> best = best(run);
    if (best.isEmpty()) {
      return Optional.empty();
    }
    Optional<PackedArtifact> packed =
        run.artifact().map(artifact -> workshop.forge().artifact(run.id()));
    String name = run.id().value();
    Path usual = settings.data().resolve("kept");
    try {
      return Optional.of(Kept.keep(usual, name, best.get(), packed));
    } catch (IOException e) {
      note("The draft could not be kept in " + usual + ": " + Words.reason(e) + ".");
    }
    Path other = Path.of(around.property("java.io.tmpdir").orElse("."));
    try {
      return Optional.of(Kept.keep(other, "package-forge-" + name, best.get(), packed));
    } catch (IOException e) {
      note("The draft could not be kept in " + other + " either: " + Words.reason(e) + ".");
      return Optional.empty();
    }
  }

  private Optional<Path> handOut(Run run, Path out) {
    try {
      Kept.handOut(out, best(run).orElseThrow());
      return Optional.of(out);
    } catch (IOException e) {
      complain(
          "The sources could not be written to " + out + ": " + Words.reason(e) + ".",
          "Make room or choose another folder, and run it again; nothing was left there.");
      return Optional.empty();
    }
  }

  private void note(String sentence) {
    around.streams().err().println("forge: " + Text.visible(sentence));
  }

  /** Which files are others than in the version before, if there is one that is still kept. */
  private List<String> changes(Run run) {
    FileSet before = NextVersion.before(workshop.forge(), run.id());
    return before.count() == 0 ? List.of() : NextVersion.changes(before, best(run).orElseThrow());
  }

  private Optional<FileSet> best(Run run) {
    return run.bestDraft().map(Draft::number).map(n -> workshop.forge().files(run.id(), n));
  }

  private static String name(Run run) {
    return Text.visible(run.artifact().orElseThrow().id().toString());
  }
}
