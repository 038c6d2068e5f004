package dev.packageforge.examples.chaos;

import dev.packageforge.PackageId;
import dev.packageforge.PackedArtifact;
import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunState;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.LeaseState;
import dev.packageforge.queue.RunStore;
import dev.packageforge.queue.SaveResult;
import dev.packageforge.registry.PackageRegistry;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishRequest;
import dev.packageforge.registry.StoredVersion;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A rule of the protocol, broken on purpose between the real worker and its ports, and the kind of
 * violation that must come of it.
 */
enum ChaosBug implements ChaosPorts.Assembly {
  /** Lets go of the job, and only then does what it was for. */
  COMPLETES_BEFORE_IT_PUBLISHES("lost:") {
    @Override
    public Forge.Builder of(ChaosPorts ports) {
      Wrong store =
          wrong(
              ports,
              (name, arguments, sound) -> {
                Object answer = sound.call();
                if (answer instanceof Optional<?> found
                    && found.isPresent()
                    && found.get() instanceof Lease lease) {
                  HELD.set(lease);
                }
                return answer;
              });
      return ports
          .parts()
          .store(store)
          .registry(
              new WrongRegistry(ports.registry()) {
                @Override
                public PublishOutcome publish(PublishRequest request) throws InterruptedException {
                  Lease lease = HELD.get();
                  if (lease != null) {
                    store.complete(lease);
                  }
                  return super.publish(request);
                }
              });
    }
  },

  /** Sends again at once when an answer is lost. */
  DOES_NOT_LOOK_BEFORE_IT_SENDS_AGAIN("twice:") {
    @Override
    public Forge.Builder of(ChaosPorts ports) {
      return ports
          .parts()
          .registry(
              new WrongRegistry(ports.registry()) {
                @Override
                public PublishOutcome publish(PublishRequest request) throws InterruptedException {
                  PublishOutcome outcome = super.publish(request);
                  return outcome instanceof PublishOutcome.Unknown
                      ? super.publish(request)
                      : outcome;
                }
              });
    }
  },

  /** Believes that what was sent has arrived. */
  DOES_NOT_READ_BACK("false:") {
    @Override
    public Forge.Builder of(ChaosPorts ports) {
      Map<PackageId, StoredVersion> sent = new ConcurrentHashMap<>();
      return ports
          .parts()
          .registry(
              new WrongRegistry(ports.registry()) {
                @Override
                public PublishOutcome publish(PublishRequest request) throws InterruptedException {
                  PackageId id = request.packed().artifact().id();
                  sent.put(
                      id, new StoredVersion(id, request.packed().artifact().digest(), "there"));
                  return super.publish(request);
                }

                @Override
                public Optional<StoredVersion> find(PackageId id) throws InterruptedException {
                  StoredVersion believed = sent.get(id);
                  return believed == null ? super.find(id) : Optional.of(believed);
                }
              });
    }
  },

  /** Publishes what passed, without anybody's word. */
  DOES_NOT_WAIT_FOR_APPROVAL("unapproved:") {
    @Override
    public Forge.Builder of(ChaosPorts ports) {
      return ports
          .parts()
          .store(
              wrong(
                  ports,
                  (name, arguments, sound) -> {
                    if (name.equals("save")
                        && arguments[1] instanceof Run run
                        && run.state() == RunState.AWAITING_APPROVAL) {
                      PackedArtifact packed =
                          new PackedArtifact(
                              run.artifact().orElseThrow(),
                              ports
                                  .store()
                                  .fetch(run.artifact().orElseThrow().digest())
                                  .orElseThrow());
                      ports
                          .registry()
                          .publish(new PublishRequest(packed, PublishOptions.publish()));
                    }
                    return sound.call();
                  }));
    }
  },

  /** Sends something else than what was approved. */
  PUBLISHES_OTHER_BYTES("unapproved:") {
    @Override
    public Forge.Builder of(ChaosPorts ports) {
      return ports
          .parts()
          .registry(
              new WrongRegistry(ports.registry()) {
                @Override
                public PublishOutcome publish(PublishRequest request) throws InterruptedException {
                  return super.publish(
                      new PublishRequest(
                          Others.than(request.packed().artifact()), request.options()));
                }
              });
    }
  },

  /** Stores each step only when the next one is to be stored. */
  STORES_A_STEP_AFTER_THE_NEXT("before:") {
    @Override
    public Forge.Builder of(ChaosPorts ports) {
      Map<Object, Late> late = new ConcurrentHashMap<>();
      return ports
          .parts()
          .store(
              wrong(
                  ports,
                  (name, arguments, sound) -> {
                    if (name.equals("save")
                        && arguments[0] instanceof Lease lease
                        && arguments[1] instanceof Run run) {
                      Late before = late.remove(lease);
                      if (before != null) {
                        before.sound().call();
                      }
                      if (run.state() == RunState.GENERATING) {
                        late.put(lease, new Late(sound));
                        return SaveResult.SAVED;
                      }
                    }
                    return sound.call();
                  }));
    }
  },

  /** Does not hear that a person wants it to stop. */
  IGNORES_A_WISH_TO_CANCEL("cancel:") {
    @Override
    public Forge.Builder of(ChaosPorts ports) {
      return ports
          .parts()
          .store(
              wrong(
                  ports,
                  (name, arguments, sound) -> {
                    Object answer = sound.call();
                    return answer == LeaseState.CANCEL_REQUESTED ? LeaseState.HELD : answer;
                  }));
    }
  },

  /** Goes on without telling anybody. */
  TELLS_NOTHING("log:") {
    @Override
    public Forge.Builder of(ChaosPorts ports) {
      return ports
          .parts()
          .store(
              wrong(
                  ports,
                  (name, arguments, sound) -> {
                    if (name.equals("save")
                        && arguments[0] instanceof Lease lease
                        && arguments[1] instanceof Run run
                        && run.state().isFinal()) {
                      return ports.store().save(lease, run, List.<RunEvent>of());
                    }
                    return sound.call();
                  }));
    }
  };

  private final String violation;

  ChaosBug(String violation) {
    this.violation = violation;
  }

  /** How a sentence begins that the judge must say. */
  String violation() {
    return violation;
  }

  /** Whether it shows only where answers are lost. */
  boolean needsFaults() {
    return this == DOES_NOT_LOOK_BEFORE_IT_SENDS_AGAIN || this == DOES_NOT_READ_BACK;
  }

  /** A store with a rule broken. */
  interface Wrong extends JobQueue, RunStore {}

  /** A call as it would be without the bug. */
  @FunctionalInterface
  interface Sound {
    @Nullable Object call() throws Throwable;
  }

  /** What becomes of a call. */
  @FunctionalInterface
  interface Meddling {
    @Nullable Object with(String name, Object[] arguments, Sound sound) throws Throwable;
  }

  private record Late(Sound sound) {}

  private static final ThreadLocal<@Nullable Lease> HELD = new ThreadLocal<>();

  private static Wrong wrong(ChaosPorts ports, Meddling meddling) {
    return (Wrong)
        Proxy.newProxyInstance(
            Wrong.class.getClassLoader(),
            new Class<?>[] {Wrong.class},
            (proxy, method, arguments) ->
                meddling.with(
                    method.getName(),
                    arguments == null ? new Object[0] : arguments,
                    () -> {
                      boolean jobs = method.getDeclaringClass().isInstance(ports.queue());
                      try {
                        return method.invoke(jobs ? ports.queue() : ports.store(), arguments);
                      } catch (InvocationTargetException e) {
                        throw e.getCause() == null ? e : e.getCause();
                      }
                    }));
  }

  /** A registry with a rule broken. */
  private static class WrongRegistry implements PackageRegistry {
    private final PackageRegistry sound;

    WrongRegistry(PackageRegistry sound) {
      this.sound = sound;
    }

    @Override
    public String description() {
      return sound.description();
    }

    @Override
    public Optional<StoredVersion> find(PackageId id) throws InterruptedException {
      return sound.find(id);
    }

    @Override
    public PublishOutcome publish(PublishRequest request) throws InterruptedException {
      return sound.publish(request);
    }
  }
}
