package dev.packageforge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Approval;
import dev.packageforge.ApprovalSigner;
import dev.packageforge.Artifact;
import dev.packageforge.PackageId;
import dev.packageforge.PackedArtifact;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import dev.packageforge.Sha512;
import dev.packageforge.Spending;
import dev.packageforge.pipeline.CrashSimulation.Failure;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.LeaseState;
import dev.packageforge.queue.SaveResult;
import dev.packageforge.registry.PackageRegistry;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishRequest;
import dev.packageforge.registry.StoredVersion;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Shows that the simulation can see: each test breaks one rule of the protocol, and the simulation
 * must find a schedule on which that does harm.
 */
class ProtocolBugsTest {
  private static final Duration FOR_EVER = Duration.ofDays(10_000);

  @Test
  void acknowledgingAJobBeforeItIsDoneLosesTheRun() {
    ProtocolBug bug =
        new ProtocolBug() {
          @Override
          public Store store(Store sound) {
            return new ForwardingStore(sound) {
              @Override
              public Optional<Lease> lease(String worker, Duration length) {
                return super.lease(worker, FOR_EVER);
              }

              @Override
              public LeaseState renew(Lease lease, Duration length) {
                return super.renew(lease, FOR_EVER);
              }
            };
          }
        };

    caught(bug, Scenario.PUBLISHED, "I1: the run does not come to rest");
  }

  @Test
  void writesWithoutAFenceLetAStaleWorkerChangeThings() {
    ProtocolBug bug =
        new ProtocolBug() {
          @Override
          public Store store(Store sound) {
            return new Unfenced(sound);
          }
        };

    caught(bug, Scenario.PUBLISHED, "I7: append under a lease that is over");
  }

  /** Takes any lease for the newest one. */
  private static final class Unfenced extends ForwardingStore {
    private final Map<String, Lease> newest = new HashMap<>();

    Unfenced(Store sound) {
      super(sound);
    }

    @Override
    public Optional<Lease> lease(String worker, Duration length) {
      Optional<Lease> lease = super.lease(worker, length);
      lease.ifPresent(given -> newest.put(given.job().id(), given));
      return lease;
    }

    private Lease newest(Lease lease) {
      return newest.getOrDefault(lease.job().id(), lease);
    }

    @Override
    public SaveResult save(Lease lease, Run run, List<RunEvent> events) {
      return super.save(newest(lease), run, events);
    }

    @Override
    public boolean append(Lease lease, List<RunEvent> events) {
      return super.append(newest(lease), events);
    }

    @Override
    public boolean complete(Lease lease) {
      return super.complete(newest(lease));
    }
  }

  @Test
  void checkingNoRevisionLetsAnOldPictureOverwriteANewOne() {
    ProtocolBug bug =
        new ProtocolBug() {
          @Override
          public Store store(Store sound) {
            return new ForwardingStore(sound) {
              @Override
              public SaveResult decide(Run run, List<RunEvent> events, @Nullable Job next) {
                long stored = find(run.id()).orElseThrow().revision();
                return super.decide(revised(run, stored + 1), events, next);
              }
            };
          }
        };

    caught(bug, Scenario.PUBLISHED, "I7: revision");
  }

  private static Run revised(Run run, long revision) {
    return new Run(
        run.id(),
        run.request(),
        revision,
        run.state(),
        run.work(),
        run.spending(),
        run.ending(),
        run.createdAt());
  }

  @Test
  void acceptingARequestTwiceMakesTwoRuns() {
    ProtocolBug bug =
        new ProtocolBug() {
          @Override
          public Store store(Store sound) {
            return new ForwardingStore(sound) {
              @Override
              public Run create(Run run, Job job) {
                RunRequest asked = run.request();
                RunRequest keyless =
                    new RunRequest(asked.prompt(), asked.maxAttempts(), asked.budget(), "");
                return super.create(Run.accepted(run.id(), keyless, run.createdAt()), job);
              }
            };
          }
        };

    caught(bug, Scenario.PUBLISHED, "I1: one request");
  }

  @Test
  void decidingWithoutEnqueueingTheWorkLeavesTheRunLying() {
    ProtocolBug bug =
        new ProtocolBug() {
          @Override
          public Store store(Store sound) {
            return new ForwardingStore(sound) {
              @Override
              public SaveResult decide(Run run, List<RunEvent> events, @Nullable Job next) {
                return super.decide(run, events, null);
              }
            };
          }
        };

    caught(bug, Scenario.PUBLISHED, "I1: the run does not come to rest");
  }

  @Test
  void enqueueingTheWorkAfterDecidingLeavesTheRunLying() {
    ProtocolBug bug =
        new ProtocolBug() {
          @Override
          public Store personsStore(Store sound) {
            return new ForwardingStore(sound) {
              @Override
              public SaveResult decide(Run run, List<RunEvent> events, @Nullable Job next) {
                SaveResult result = super.decide(run, events, null);
                if (result == SaveResult.SAVED && next != null) {
                  enqueue(next);
                }
                return result;
              }
            };
          }
        };

    notSeenIfAllGoesWell(bug, Scenario.PUBLISHED);
    caught(bug, Scenario.PUBLISHED, "I1: the run does not come to rest");
  }

  @Test
  void completingTheJobBeforeTheLastSaveLeavesTheRunLying() {
    ProtocolBug bug =
        new ProtocolBug() {
          @Override
          public Store workersStore(Store sound) {
            return new CompletingFirst(sound);
          }
        };

    notSeenIfAllGoesWell(bug, Scenario.PUBLISHED);
    caught(bug, Scenario.PUBLISHED, "I1: the run does not come to rest");
  }

  /** Keeps the last save back until the job is completed. */
  private static final class CompletingFirst extends ForwardingStore {
    private @Nullable Run last;

    CompletingFirst(Store sound) {
      super(sound);
    }

    @Override
    public SaveResult save(Lease lease, Run run, List<RunEvent> events) {
      if (run.state().needsWorker()) {
        return super.save(lease, run, events);
      }
      last = run;
      return SaveResult.SAVED;
    }

    @Override
    public boolean complete(Lease lease) {
      boolean completed = super.complete(lease);
      Run kept = last;
      if (completed && kept != null) {
        decide(kept, List.of(), null);
      }
      last = null;
      return completed;
    }
  }

  @Test
  void forgettingThePlanAsksTheModelAgain() {
    ProtocolBug bug =
        new ProtocolBug() {
          @Override
          public Store workersStore(Store sound) {
            return new ForwardingStore(sound) {
              @Override
              public Optional<Run> find(RunId id) {
                return super.find(id)
                    .map(
                        run ->
                            run.state() == RunState.GENERATING
                                ? run.with(run.work().with(Run.Planning.NONE))
                                : run);
              }
            };
          }
        };

    notSeenIfAllGoesWell(bug, Scenario.PUBLISHED);
    caught(bug, Scenario.PUBLISHED, "I4: plan-1 was asked after its answer was stored");
  }

  @Test
  void forgettingTheDraftAsksTheModelAgain() {
    ProtocolBug bug =
        new ProtocolBug() {
          @Override
          public Store workersStore(Store sound) {
            return new ForwardingStore(sound) {
              @Override
              public Optional<Run> find(RunId id) {
                return super.find(id).map(ProtocolBugsTest::withoutFirstDraft);
              }
            };
          }
        };

    notSeenIfAllGoesWell(bug, Scenario.PUBLISHED);
    caught(bug, Scenario.PUBLISHED, "I4: write-1 was asked after its answer was stored");
  }

  private static Run withoutFirstDraft(Run run) {
    if (run.state() != RunState.VERIFYING || run.work().drafts().size() != 1) {
      return run;
    }
    Run.Work undrafted =
        new Run.Work(run.work().planning(), List.of(), List.of(), null, Run.Setbacks.NONE, null);
    return revised(run.with(undrafted).in(RunState.GENERATING), run.revision());
  }

  @Test
  void forgettingWhatWasSpentOverspends() {
    ProtocolBug bug =
        new ProtocolBug() {
          @Override
          public Store workersStore(Store sound) {
            return new ForwardingStore(sound) {
              @Override
              public Optional<Run> find(RunId id) {
                return super.find(id).map(run -> run.with(Spending.NONE));
              }
            };
          }
        };

    notSeenIfAllGoesWell(bug, Scenario.NO_SPARE_CALLS);
    caught(bug, Scenario.NO_SPARE_CALLS, "budget: ");
  }

  @Test
  void sendingAgainWithoutLookingIsSeen() {
    ProtocolBug bug =
        new ProtocolBug() {
          @Override
          public PackageRegistry workersRegistry(PackageRegistry sound) {
            return new ForwardingRegistry(sound) {
              @Override
              public Optional<StoredVersion> find(PackageId id) {
                return Optional.empty();
              }
            };
          }
        };

    caught(bug, Scenario.PUBLISHED, "I2: sent again without looking");
  }

  @Test
  void believingAnUploadThatWasNotReadBackIsSeen() {
    ProtocolBug bug =
        new ProtocolBug() {
          @Override
          public PackageRegistry workersRegistry(PackageRegistry sound) {
            return new Believing(sound);
          }
        };

    caught(bug, Scenario.PUBLISHED, "I9: published was said before");
    caught(bug, Scenario.PUBLISHED, "I9: published, but the registry does not hold");
  }

  /** Takes what was sent for what is there. */
  private static final class Believing extends ForwardingRegistry {
    private final Map<PackageId, StoredVersion> sent = new HashMap<>();

    Believing(PackageRegistry sound) {
      super(sound);
    }

    @Override
    public PublishOutcome publish(PublishRequest request) throws InterruptedException {
      Artifact artifact = request.packed().artifact();
      sent.put(artifact.id(), new StoredVersion(artifact.id(), artifact.digest(), "sent"));
      return super.publish(request);
    }

    @Override
    public Optional<StoredVersion> find(PackageId id) throws InterruptedException {
      StoredVersion believed = sent.get(id);
      return believed == null ? super.find(id) : Optional.of(believed);
    }
  }

  @Test
  void sendingBeforeTheRecordSaysSoIsSeen() {
    SendingFirst bug = new SendingFirst();

    caught(bug, Scenario.PUBLISHED, "I2: bytes were sent before the record said so");
  }

  /** Keeps the save that announces an upload back until the upload is over. */
  private static final class SendingFirst implements ProtocolBug {
    private final ThreadLocal<Runnable> announcement = ThreadLocal.withInitial(() -> () -> {});

    @Override
    public Store workersStore(Store sound) {
      announcement.remove();
      return new ForwardingStore(sound) {
        @Override
        public SaveResult save(Lease lease, Run run, List<RunEvent> events) {
          Run.Publication publication = run.work().publication();
          boolean announces =
              run.state() == RunState.PUBLISHING
                  && publication != null
                  && publication.uploads() > 0
                  && run.work().setbacks().rests() == 0;
          if (!announces) {
            return super.save(lease, run, events);
          }
          announcement.set(() -> sound.save(lease, run, events));
          return SaveResult.SAVED;
        }
      };
    }

    @Override
    public PackageRegistry workersRegistry(PackageRegistry sound) {
      return new ForwardingRegistry(sound) {
        @Override
        public PublishOutcome publish(PublishRequest request) throws InterruptedException {
          PublishOutcome outcome = super.publish(request);
          announcement.get().run();
          return outcome;
        }
      };
    }
  }

  @Test
  void takingALostAnswerForARefusalSendsBackWhatIsThere() {
    ProtocolBug bug =
        new ProtocolBug() {
          @Override
          public PackageRegistry workersRegistry(PackageRegistry sound) {
            return new ForwardingRegistry(sound) {
              @Override
              public PublishOutcome publish(PublishRequest request) throws InterruptedException {
                PublishOutcome outcome = super.publish(request);
                return outcome instanceof PublishOutcome.Unknown
                    ? new PublishOutcome.NotStored("no answer", "again")
                    : outcome;
              }
            };
          }
        };

    notSeenIfAllGoesWell(bug, Scenario.REFUSED_ONCE);
    caught(bug, Scenario.REFUSED_ONCE, "cancel: CANCELLED, but the registry holds");
  }

  @Test
  void notCheckingTheSignatureObeysAForger() {
    ProtocolBug bug =
        new ProtocolBug() {
          @Override
          public ApprovalSigner workersSigner(ApprovalSigner sound) {
            return Forgery.forger();
          }
        };

    caught(bug, Scenario.FORGED_SIGNATURE, "I3: ");
    caught(bug, Scenario.FORGED_UPLOAD, "I3: ");
  }

  @Test
  void notCheckingTheExpiryObeysAnOldWord() {
    ProtocolBug bug =
        new ProtocolBug() {
          @Override
          public Clock workersClock(Clock sound) {
            return Clock.offset(sound, Duration.ofHours(-2));
          }
        };

    caught(bug, Scenario.FORGED_EXPIRY, "I3: ");
  }

  @Test
  void notComparingTheTermsObeysAWordForSomethingElse() {
    ProtocolBug bug =
        new ProtocolBug() {
          @Override
          public Store workersStore(Store sound) {
            return new ForwardingStore(sound) {
              @Override
              public Optional<Run> find(RunId id) {
                return super.find(id).map(ProtocolBugsTest::takenForApproved);
              }
            };
          }
        };

    caught(bug, Scenario.FORGED_DIGEST, "I3: ");
    caught(bug, Scenario.FORGED_RUN, "I3: ");
    caught(bug, Scenario.FORGED_ARTIFACT, "I3: ");
  }

  private static Run takenForApproved(Run run) {
    Run.Publication publication = run.work().publication();
    if (publication == null) {
      return run;
    }
    Approval given = publication.approval();
    Approval.Terms terms =
        Approval.Terms.of(run.id(), run.artifact().orElseThrow(), given.terms().options());
    Approval taken =
        SimulatedWorld.SIGNER.sign(
            terms, given.approver(), given.expires(), new SplittableRandom(1));
    return run.with(
        run.work()
            .with(
                new Run.Publication(
                    taken,
                    publication.uploads(),
                    0,
                    publication.reached(),
                    publication.release(),
                    null)));
  }

  @Test
  void sendingWhateverTheStoreHandsOutIsSeen() {
    ProtocolBug bug =
        new ProtocolBug() {
          @Override
          public PackageRegistry workersRegistry(PackageRegistry sound) {
            return new ForwardingRegistry(sound) {
              @Override
              public PublishOutcome publish(PublishRequest request) throws InterruptedException {
                return super.publish(
                    new PublishRequest(swapped(request.packed().artifact()), request.options()));
              }
            };
          }
        };

    caught(bug, Scenario.PUBLISHED, "I3: ");
  }

  private static PackedArtifact swapped(Artifact artifact) {
    byte[] bytes = Forgery.otherBytes();
    return new PackedArtifact(
        new Artifact(
            artifact.id(), Sha512.of(bytes), bytes.length, artifact.fileName(), artifact.entries()),
        bytes);
  }

  @Test
  void notHearingAWishToCancelLosesIt() {
    ProtocolBug bug =
        new ProtocolBug() {
          @Override
          public Store workersStore(Store sound) {
            return new ForwardingStore(sound) {
              @Override
              public LeaseState renew(Lease lease, Duration length) {
                LeaseState state = super.renew(lease, length);
                return state == LeaseState.LOST ? state : LeaseState.HELD;
              }
            };
          }
        };

    caught(bug, Scenario.PUBLISHED, "cancel: accepted, yet");
  }

  @Test
  void lettingAWishToCancelDieWithTheWorkerLosesIt() {
    ProtocolBug bug =
        new ProtocolBug() {
          @Override
          public Store store(Store sound) {
            return new WishOfOneLease(sound);
          }
        };

    caught(bug, Scenario.PUBLISHED, "cancel: accepted, yet");
  }

  /** Tells a wish to whoever held the lease when it was uttered, and to nobody else. */
  private static final class WishOfOneLease extends ForwardingStore {
    private long newest;
    private long wished = -1;

    WishOfOneLease(Store sound) {
      super(sound);
    }

    @Override
    public Optional<Lease> lease(String worker, Duration length) {
      Optional<Lease> lease = super.lease(worker, length);
      lease.ifPresent(given -> newest = given.number());
      return lease;
    }

    @Override
    public boolean requestCancel(RunId id) {
      wished = newest;
      return super.requestCancel(id);
    }

    @Override
    public LeaseState renew(Lease lease, Duration length) {
      LeaseState state = super.renew(lease, length);
      boolean another = lease.number() != wished;
      return state == LeaseState.CANCEL_REQUESTED && another ? LeaseState.HELD : state;
    }
  }

  @Test
  void notListeningAtTheLastMomentLosesAWishToCancel() {
    ProtocolBug bug =
        new ProtocolBug() {
          @Override
          public Store workersStore(Store sound) {
            return new ForwardingStore(sound) {
              @Override
              public LeaseState renew(Lease lease, Duration length) {
                boolean waits = find(lease.job().run()).orElseThrow().state().waitsForPerson();
                LeaseState state = super.renew(lease, length);
                return waits && state != LeaseState.LOST ? LeaseState.HELD : state;
              }
            };
          }
        };

    notSeenIfAllGoesWell(bug, Scenario.PUBLISHED);
    caught(bug, Scenario.PUBLISHED, "cancel: accepted, yet AWAITING_APPROVAL");
  }

  private static void caught(ProtocolBug bug, Scenario scenario, String violation) {
    Optional<Failure> failure = new CrashSimulation(bug).findFailure(scenario, violation);

    assertThat(failure).as("a schedule that shows \"%s\"", violation).isPresent();
  }

  private static void notSeenIfAllGoesWell(ProtocolBug bug, Scenario scenario) {
    assertThat(new CrashSimulation(bug).calm(scenario).failures()).isEmpty();
  }
}
