package dev.packageforge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Cancellation;
import dev.packageforge.Ending;
import dev.packageforge.PackageId;
import dev.packageforge.PublishOptions;
import dev.packageforge.PublishOptions.Access;
import dev.packageforge.PublishOptions.Mode;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.Secret;
import dev.packageforge.Sha512;
import dev.packageforge.UploadState;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.registry.CatalogEntry;
import dev.packageforge.registry.PackageRegistry;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishRequest;
import dev.packageforge.registry.SecondFactor;
import dev.packageforge.registry.StoredVersion;
import dev.packageforge.registry.WebProof;
import dev.packageforge.testing.FakeToolchain;
import dev.packageforge.testing.ManualClock;
import dev.packageforge.testing.NoSandbox;
import dev.packageforge.testing.ScriptedLanguageModel;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of an upload while a registry takes its time, asks, or is not honest. */
@Timeout(30)
class PublishingTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final PublishOptions PUBLISH = PublishOptions.publish();
  private static final PublishOptions STAGE =
      new PublishOptions(Mode.STAGE, "latest", Access.PUBLIC);
  private static final int MAX_TURNS = 200;

  private final ManualClock clock = ManualClock.startingAt(START);
  private final InMemoryStore store = new InMemoryStore(clock);
  private final Registry registry = new Registry();

  @Test
  void theStepsOfAnUploadAreToldInOrder() throws Exception {
    Forge forge = forge(SecondFactor.NOBODY);

    Run run = published(forge, PUBLISH);

    assertThat(run.state()).isEqualTo(RunState.PUBLISHED);
    assertThat(told(forge, run))
        .containsExactly(
            UploadState.SENT, UploadState.ACCEPTED, UploadState.VISIBLE, UploadState.VERIFIED);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 130, 2_000})
  void aRegistryThatAcceptedIsWaitedForAsLongAsRegistriesTake(int minutes) throws Exception {
    registry.visibleFrom = START.plus(Duration.ofMinutes(minutes));
    Forge forge = forge(SecondFactor.NOBODY);

    Run run = published(forge, PUBLISH);

    assertThat(run.state()).isEqualTo(RunState.PUBLISHED);
    assertThat(registry.sent).hasSize(1);
    assertThat(clock.instant()).isAfterOrEqualTo(registry.visibleFrom);
    assertThat(told(forge, run))
        .containsExactly(
            UploadState.SENT, UploadState.ACCEPTED, UploadState.VISIBLE, UploadState.VERIFIED);
  }

  @Test
  void whatIsShownButNotServedYetIsVisibleAndNotPublished() throws Exception {
    registry.servedFrom = START.plus(Duration.ofHours(1));
    Forge forge = forge(SecondFactor.NOBODY);
    Run run = approved(forge, PUBLISH);
    forge.work();

    assertThat(forge.find(run.id()).orElseThrow().state()).isEqualTo(RunState.PUBLISHING);
    assertThat(told(forge, run)).endsWith(UploadState.VISIBLE).doesNotContain(UploadState.VERIFIED);

    assertThat(settled(forge, run).state()).isEqualTo(RunState.PUBLISHED);
    assertThat(told(forge, run))
        .containsOnlyOnce(UploadState.VISIBLE)
        .endsWith(UploadState.VERIFIED);
  }

  @Test
  void aRegistryThatServesOtherBytesThanItSaysIsFoundOut() throws Exception {
    registry.servedInstead = Sha512.of(new byte[] {1});

    Run run = published(forge(SecondFactor.NOBODY), PUBLISH);

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(run.ending()).extracting(Ending::reason).isEqualTo(Ending.Reason.ARTIFACT_CHANGED);
    assertThat(run.release()).isEmpty();
  }

  @Test
  void aRegistryThatNeverShowsWhatItAcceptedIsNotAskedToTakeItTwice() throws Exception {
    registry.visibleFrom = Instant.MAX;

    Run run = published(forge(SecondFactor.NOBODY), PUBLISH, Duration.ofHours(1));

    assertThat(run.ending())
        .extracting(Ending::reason)
        .isEqualTo(Ending.Reason.REGISTRY_UNAVAILABLE);
    assertThat(run.ending()).extracting(Ending::sentence).asString().contains("not known");
    assertThat(registry.sent).hasSize(1);
    assertThat(clock.instant()).isAfter(START.plus(Duration.ofDays(2)));
  }

  @Test
  void aVersionThatWasWithdrawnIsTakenAndNoSuccess() throws Exception {
    registry.answers.add(new PublishOutcome.Exists());

    Run run = published(forge(SecondFactor.NOBODY), PUBLISH);

    assertThat(run.ending()).extracting(Ending::reason).isEqualTo(Ending.Reason.VERSION_EXISTS);
    assertThat(registry.sent).hasSize(1);
    assertThat(clock.instant()).isBefore(START.plus(Duration.ofHours(6)));
  }

  @Test
  void anUploadThatArrivedLateIsOursWhenTheSecondOneFindsTheVersionTaken() throws Exception {
    registry.visibleFrom = START.plus(Duration.ofMinutes(90));
    registry.storeSilently = true;
    registry.answers.add(new PublishOutcome.Unknown("the connection was cut"));
    Forge forge = forge(SecondFactor.NOBODY);

    Run run = published(forge, PUBLISH, Duration.ofMinutes(1));

    assertThat(run.state()).isEqualTo(RunState.PUBLISHED);
    assertThat(told(forge, run)).contains(UploadState.TAKEN).endsWith(UploadState.VERIFIED);
    assertThat(registry.sent).hasSize(2);
  }

  @Test
  void aCodeFromWhoeverIsAtHandPublishesWithoutAnotherWord() throws Exception {
    registry.answers.add(new PublishOutcome.NeedsSecondFactor("a code, please"));
    registry.answers.add(new PublishOutcome.NeedsSecondFactor("that code was wrong"));
    Person person = new Person("111111", "222222");

    Run run = published(forge(person), PUBLISH);

    assertThat(run.state()).isEqualTo(RunState.PUBLISHED);
    assertThat(person.questions).containsExactly("a code, please", "that code was wrong");
    assertThat(registry.sent)
        .extracting(PublishRequest::code)
        .containsExactly(null, Secret.of("111111"), Secret.of("222222"));
  }

  @Test
  void aRegistryThatNeverLikesTheCodeIsNotAskedForEver() throws Exception {
    for (int i = 0; i < 10; i++) {
      registry.answers.add(new PublishOutcome.NeedsSecondFactor("a code, please"));
    }

    Run run = published(forge(new Person("1", "2", "3", "4", "5", "6")), PUBLISH);

    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(run.trouble()).map(Ending::reason).contains(Ending.Reason.REGISTRY_SECOND_FACTOR);
    assertThat(registry.sent).hasSize(4);
  }

  @Test
  void aPageThatThePersonVisitsStandsForACode() throws Exception {
    registry.answers.add(
        new PublishOutcome.NeedsSecondFactor("visit the page", page(Optional.of("from-page"))));
    Person person = new Person();

    Run run = published(forge(person), PUBLISH);

    assertThat(run.state()).isEqualTo(RunState.PUBLISHED);
    assertThat(person.visited).containsExactly(URI.create("https://registry.test/auth/1"));
    assertThat(registry.sent.get(1).code()).isEqualTo(Secret.of("from-page"));
  }

  @Test
  void aPageThatNobodyVisitsLeavesItToThePerson() throws Exception {
    registry.answers.add(
        new PublishOutcome.NeedsSecondFactor("visit the page", page(Optional.empty())));

    Run run = published(forge(new Person()), PUBLISH);

    assertThat(run.state()).isEqualTo(RunState.AWAITING_APPROVAL);
    assertThat(registry.sent).hasSize(1);
  }

  @Test
  void whatIsStagedIsReadBack() throws Exception {
    registry.showsStaged = true;
    Forge forge = forge(SecondFactor.NOBODY);

    Run run = published(forge, STAGE);

    assertThat(run.state()).isEqualTo(RunState.STAGED);
    assertThat(run.release()).map(release -> release.location()).contains("staged/a@1.0.0");
    assertThat(told(forge, run)).endsWith(UploadState.VERIFIED);
  }

  @Test
  void aStageWhoseAnswerWasLostIsFoundByReading() throws Exception {
    registry.showsStaged = true;
    registry.storeSilently = true;
    registry.answers.add(new PublishOutcome.Unknown("the connection was cut"));

    Run run = published(forge(SecondFactor.NOBODY), STAGE);

    assertThat(run.state()).isEqualTo(RunState.STAGED);
    assertThat(registry.sent).hasSize(1);
  }

  @Test
  void aRegistryThatDoesNotShowWhatIsStagedIsTakenAtItsWord() throws Exception {
    Run run = published(forge(SecondFactor.NOBODY), STAGE);

    assertThat(run.state()).isEqualTo(RunState.STAGED);
    assertThat(registry.sent).hasSize(1);
  }

  @Test
  void otherBytesThatAreStagedAreNotOurs() throws Exception {
    registry.showsStaged = true;
    registry.staged = new StoredVersion(id(), Sha512.of(new byte[] {7}), "staged/other");

    Run run = published(forge(SecondFactor.NOBODY), STAGE);

    assertThat(run.ending()).extracting(Ending::reason).isEqualTo(Ending.Reason.VERSION_EXISTS);
    assertThat(registry.sent).isEmpty();
  }

  private static String file() {
    return "@@@ "
        + ScriptedLanguageModel.MARKER
        + " file index.js\ngood\n@@@ "
        + ScriptedLanguageModel.MARKER
        + " end\n";
  }

  private static PackageId id() {
    return new PackageId("a", "1.0.0");
  }

  private static WebProof page(Optional<String> word) {
    return new WebProof() {
      @Override
      public URI page() {
        return URI.create("https://registry.test/auth/1");
      }

      @Override
      public Optional<Secret> await(Duration longest, Cancellation cancellation) {
        return word.map(Secret::of);
      }
    };
  }

  private Forge forge(SecondFactor person) {
    return Forge.builder()
        .model(ScriptedLanguageModel.replies("{\"name\":\"a\",\"summary\":\"s\"}", file()))
        .sandbox(new NoSandbox())
        .toolchain(new FakeToolchain())
        .registry(registry)
        .catalog(needed -> Optional.of(new CatalogEntry(needed.name(), "1.0.0", "")))
        .secondFactor(person)
        .store(store)
        .clock(clock)
        .random(new Random(5))
        .pulse(Pulse.none())
        .build();
  }

  private static Run approved(Forge forge, PublishOptions options) throws Exception {
    Run run = forge.drive(forge.submit(RunRequest.of("a thing")).id());
    return forge.approve(run.id(), "ada", options);
  }

  private Run published(Forge forge, PublishOptions options) throws Exception {
    return published(forge, options, Duration.ofMinutes(20));
  }

  private Run published(Forge forge, PublishOptions options, Duration step) throws Exception {
    return settled(forge, approved(forge, options), step);
  }

  private Run settled(Forge forge, Run run) throws Exception {
    return settled(forge, run, Duration.ofMinutes(20));
  }

  private Run settled(Forge forge, Run run, Duration step) throws Exception {
    for (int turn = 0; turn < MAX_TURNS; turn++) {
      forge.work();
      if (!forge.find(run.id()).orElseThrow().state().needsWorker()) {
        return forge.find(run.id()).orElseThrow();
      }
      clock.advance(step);
    }
    throw new AssertionError("still " + forge.find(run.id()).orElseThrow().state());
  }

  private static List<UploadState> told(Forge forge, Run run) throws InterruptedException {
    List<UploadState> told = new ArrayList<>();
    forge
        .events(run.id(), 0, 1_000, Duration.ZERO)
        .forEach(
            stored -> {
              if (stored.event() instanceof RunEvent.Uploaded uploaded) {
                told.add(uploaded.state());
              }
            });
    return told;
  }

  private static final class Person implements SecondFactor {
    private final Deque<String> codes;
    private final List<String> questions = new ArrayList<>();
    private final List<URI> visited = new ArrayList<>();

    Person(String... codes) {
      this.codes = new ArrayDeque<>(List.of(codes));
    }

    @Override
    public Optional<Secret> code(String question) {
      questions.add(question);
      return Optional.ofNullable(codes.poll()).map(Secret::of);
    }

    @Override
    public boolean visit(URI page) {
      return visited.add(page);
    }
  }

  /** One that shows and serves what it has when it likes. */
  private final class Registry implements PackageRegistry {
    private final Deque<PublishOutcome> answers = new ArrayDeque<>();
    private final List<PublishRequest> sent = new ArrayList<>();
    private @Nullable StoredVersion stored;
    private @Nullable StoredVersion staged;
    private Instant visibleFrom = Instant.MIN;
    private Instant servedFrom = Instant.MIN;
    private @Nullable Sha512 servedInstead;
    private boolean storeSilently;
    private boolean showsStaged;

    @Override
    public String description() {
      return "a registry that takes its time";
    }

    @Override
    public Optional<StoredVersion> find(PackageId id) {
      return clock.instant().isBefore(visibleFrom) ? Optional.empty() : Optional.ofNullable(stored);
    }

    @Override
    public Optional<Sha512> served(StoredVersion version) {
      if (clock.instant().isBefore(servedFrom)) {
        return Optional.empty();
      }
      return Optional.of(servedInstead == null ? version.digest() : servedInstead);
    }

    @Override
    public Optional<StoredVersion> findStaged(PackageId id) {
      return showsStaged ? Optional.ofNullable(staged) : Optional.empty();
    }

    @Override
    public PublishOutcome publish(PublishRequest request) {
      sent.add(request);
      PublishOutcome answer = answers.poll();
      if (answer != null && !storeSilently) {
        return answer;
      }
      if (stored != null || staged != null) {
        return new PublishOutcome.Exists();
      }
      Sha512 digest = request.packed().artifact().digest();
      if (request.options().mode() == Mode.STAGE) {
        staged = new StoredVersion(id(), digest, "staged/a@1.0.0");
      } else {
        stored = new StoredVersion(id(), digest, "there/a@1.0.0");
      }
      return answer == null ? new PublishOutcome.Accepted("taken") : answer;
    }
  }
}
