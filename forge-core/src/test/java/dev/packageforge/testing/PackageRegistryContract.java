package dev.packageforge.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.PackageId;
import dev.packageforge.PackedArtifact;
import dev.packageforge.PublishOptions;
import dev.packageforge.PublishOptions.Access;
import dev.packageforge.PublishOptions.Mode;
import dev.packageforge.Sha512;
import dev.packageforge.registry.PackageRegistry;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishRequest;
import dev.packageforge.registry.StoredVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link PackageRegistry} promises. Extend it, return a registry, inherit the tests.
 *
 * <p>A registry may refuse a name, version or mode, but not {@code slug-maker}, {@code
 * @demo/slug-maker}, or a plain version.
 */
@Timeout(60)
public abstract class PackageRegistryContract {
  private static final String NAME = "slug-maker";
  private static final int RIVALS = 8;

  /** For those who extend it. */
  protected PackageRegistryContract() {}

  /** A fresh, empty registry for each test; within a test always the same. */
  protected abstract PackageRegistry registry();

  /**
   * An artifact with these bytes in it. Default: they are all of it; a registry that reads what it
   * is given needs more.
   */
  protected PackedArtifact artifact(String name, String version, byte[] content) {
    return Artifacts.packed(name, version, content);
  }

  private PackedArtifact packed(String name, String version, byte[] content) {
    return artifact(name, version, content);
  }

  private PackedArtifact packed(String name, String version, String text) {
    return artifact(name, version, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void saysWhereItIs() {
    assertThat(registry().description()).isNotBlank().isEqualTo(registry().description());
  }

  @Test
  void holdsNothingAtFirst() throws InterruptedException {
    assertThat(registry().find(new PackageId(NAME, "1.0.0"))).isEmpty();
  }

  @Test
  void whatWasPublishedIsFound() throws InterruptedException {
    PackedArtifact packed = packed(NAME, "1.0.0", "the bytes");
    assertThat(publish(packed)).isInstanceOf(PublishOutcome.Accepted.class);
    StoredVersion stored = registry().find(packed.artifact().id()).orElseThrow();
    assertThat(stored.id()).isEqualTo(packed.artifact().id());
    assertThat(stored.digest()).isEqualTo(packed.artifact().digest());
    assertThat(stored.location()).isNotBlank();
  }

  @Test
  void nothingElseIsFound() throws InterruptedException {
    publish(packed(NAME, "1.0.0", "the bytes"));
    assertThat(registry().find(new PackageId(NAME, "1.0.1"))).isEmpty();
    assertThat(registry().find(new PackageId("slug-make", "1.0.0"))).isEmpty();
    assertThat(registry().find(new PackageId("@demo/slug-maker", "1.0.0"))).isEmpty();
  }

  @Test
  void aNameWithAScopeIsAsGoodAsAnother() throws InterruptedException {
    PackedArtifact scoped = packed("@demo/slug-maker", "1.0.0", "scoped");
    PackedArtifact plain = packed(NAME, "1.0.0", "plain");
    assertThat(publish(scoped)).isInstanceOf(PublishOutcome.Accepted.class);
    assertThat(publish(plain)).isInstanceOf(PublishOutcome.Accepted.class);
    assertThat(digest(scoped)).isEqualTo(scoped.artifact().digest());
    assertThat(digest(plain)).isEqualTo(plain.artifact().digest());
  }

  @Test
  void aVersionIsPublishedOnce() throws InterruptedException {
    PackedArtifact packed = packed(NAME, "1.0.0", "the bytes");
    publish(packed);
    assertThat(publish(packed)).isInstanceOf(PublishOutcome.Exists.class);
    assertThat(digest(packed)).isEqualTo(packed.artifact().digest());
  }

  @Test
  void aStoredVersionNeverChanges() throws InterruptedException {
    PackedArtifact first = packed(NAME, "1.0.0", "first");
    publish(first);
    assertThat(publish(packed(NAME, "1.0.0", "other"))).isInstanceOf(PublishOutcome.Exists.class);
    assertThat(digest(first)).isEqualTo(first.artifact().digest());
  }

  @Test
  void aStoredVersionStaysWhenTheNextOneComes() throws InterruptedException {
    PackedArtifact first = packed(NAME, "1.0.0", "first");
    PackedArtifact second = packed(NAME, "1.0.1", "second");
    publish(first);
    assertThat(publish(second)).isInstanceOf(PublishOutcome.Accepted.class);
    assertThat(digest(first)).isEqualTo(first.artifact().digest());
    assertThat(digest(second)).isEqualTo(second.artifact().digest());
  }

  @Test
  void anyBytesAreKept() throws InterruptedException {
    byte[] bytes = new byte[300_000];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31 + (i >> 8));
    }
    PackedArtifact packed = packed(NAME, "2.0.0-beta.1", bytes);
    assertThat(publish(packed)).isInstanceOf(PublishOutcome.Accepted.class);
    assertThat(digest(packed)).isEqualTo(packed.artifact().digest());
  }

  @Test
  void aDryRunStoresNothing() throws InterruptedException {
    PackedArtifact packed = packed(NAME, "1.0.0", "the bytes");
    PublishOutcome outcome =
        registry().publish(new PublishRequest(packed, PublishOptions.dryRun()));
    assertThat(outcome)
        .isInstanceOfSatisfying(
            PublishOutcome.NotSent.class, sent -> assertThat(sent.location()).isNotBlank());
    assertThat(registry().find(packed.artifact().id())).isEmpty();
    assertThat(publish(packed)).isInstanceOf(PublishOutcome.Accepted.class);
  }

  @Test
  void aStageIsAcceptedOrRefusedWithAWayOutButNeverAPublish() throws InterruptedException {
    PackedArtifact packed = packed(NAME, "1.0.0", "the bytes");
    PublishOptions stage = new PublishOptions(Mode.STAGE, "latest", Access.PUBLIC);
    PublishOutcome outcome = registry().publish(new PublishRequest(packed, stage));
    if (outcome instanceof PublishOutcome.Refused refused) {
      assertThat(refused.sentence()).isNotBlank();
      assertThat(refused.remedy()).isNotBlank();
    } else {
      assertThat(outcome).isInstanceOf(PublishOutcome.Accepted.class);
    }
    assertThat(registry().find(packed.artifact().id())).isEmpty();
  }

  @Test
  void aRestrictedReleaseUnderAnotherTagIsARelease() throws InterruptedException {
    PackedArtifact packed = packed("@demo/slug-maker", "1.0.0", "the bytes");
    PublishOptions options = new PublishOptions(Mode.PUBLISH, "next", Access.RESTRICTED);
    assertThat(registry().publish(new PublishRequest(packed, options)))
        .isInstanceOf(PublishOutcome.Accepted.class);
    assertThat(digest(packed)).isEqualTo(packed.artifact().digest());
  }

  @Test
  void ofManyRivalsOneWinsAndItsBytesAreStored() throws Exception {
    List<PackedArtifact> rivals = new ArrayList<>();
    List<Callable<PublishOutcome>> publishes = new ArrayList<>();
    CyclicBarrier together = new CyclicBarrier(RIVALS);
    for (int i = 0; i < RIVALS; i++) {
      PackedArtifact rival = packed(NAME, "1.0.0", "rival " + i);
      rivals.add(rival);
      publishes.add(
          () -> {
            together.await(20, TimeUnit.SECONDS);
            return publish(rival);
          });
    }
    List<PublishOutcome> outcomes = atOnce(publishes);
    List<Sha512> winners = new ArrayList<>();
    for (int i = 0; i < RIVALS; i++) {
      if (outcomes.get(i) instanceof PublishOutcome.Accepted) {
        winners.add(rivals.get(i).artifact().digest());
      } else {
        assertThat(outcomes.get(i)).isInstanceOf(PublishOutcome.Exists.class);
      }
    }
    assertThat(winners).containsExactly(digest(rivals.get(0)));
  }

  @Test
  void differentPackagesDoNotWaitForOneAnothersFate() throws Exception {
    List<Callable<PublishOutcome>> publishes = new ArrayList<>();
    for (int i = 0; i < RIVALS; i++) {
      PackedArtifact packed = packed(i % 2 == 0 ? NAME : "@demo/x" + i, "1." + i + ".0", "n" + i);
      publishes.add(() -> publish(packed));
    }
    assertThat(atOnce(publishes))
        .hasSize(RIVALS)
        .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(PublishOutcome.Accepted.class));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"..", ".", "/etc", "../escape", "a/../../b", "@x", "@/x", "@x/", "a\\..\\b"})
  void aHostileNameIsNeverFoundAndNeverAccepted(String name) throws InterruptedException {
    PackedArtifact packed = packed(name, "1.0.0", "evil");
    assertThat(publish(packed)).isInstanceOf(PublishOutcome.Refused.class);
    assertThat(registry().find(packed.artifact().id())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"slug-maker,..", "slug-maker,../../x", "slug-maker,/etc", "slug-maker,1/2"})
  void aHostileVersionIsNeverFoundAndNeverAccepted(String name, String version)
      throws InterruptedException {
    PackedArtifact packed = packed(name, version, "evil");
    assertThat(publish(packed)).isInstanceOf(PublishOutcome.Refused.class);
    assertThat(registry().find(packed.artifact().id())).isEmpty();
  }

  @Test
  void anInterruptIsHeard() throws InterruptedException {
    PackedArtifact packed = packed(NAME, "1.0.0", "the bytes");
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> registry().find(packed.artifact().id()))
        .isInstanceOf(InterruptedException.class);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> publish(packed)).isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
    Optional<StoredVersion> stored = registry().find(packed.artifact().id());
    assertThat(stored.map(StoredVersion::digest))
        .isIn(Optional.empty(), Optional.of(packed.artifact().digest()));
  }

  private PublishOutcome publish(PackedArtifact packed) throws InterruptedException {
    return registry().publish(new PublishRequest(packed, PublishOptions.publish()));
  }

  private Sha512 digest(PackedArtifact packed) throws InterruptedException {
    return registry().find(packed.artifact().id()).orElseThrow().digest();
  }

  private static <T> List<T> atOnce(List<Callable<T>> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(work.size());
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(work)) {
        results.add(future.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }
}
