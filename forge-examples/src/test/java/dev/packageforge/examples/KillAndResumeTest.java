package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.Run;
import dev.packageforge.RunId;
import dev.packageforge.RunState;
import dev.packageforge.redis.EmbeddedRedis;
import dev.packageforge.redis.RedisProgram;
import dev.packageforge.redis.RedisStore;
import dev.packageforge.testing.Requirement;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real processes on a real Redis: killed at any moment, resumed, watched and told to stop. */
class KillAndResumeTest {
  /** Model calls of the demo's slug maker: a plan, a draft, a repair. */
  private static final int CALLS = 3;

  private RealForge forge;

  /** When a process is killed: just after it has told of this. */
  enum Moment {
    PLANNING("\"state\":\"generating\"", "\"calls\":1"),
    WRITING("\"type\":\"file\"", "\"draft\":1"),
    VERIFYING("\"type\":\"step\"", "\"id\":\"test\",\"state\":\"running\""),
    REPAIRING("\"type\":\"file\"", "\"draft\":2"),
    VERIFYING_AGAIN("\"type\":\"step\",\"attempt\":2", "\"id\":\"pack\""),
    AWAITING_APPROVAL("\"state\":\"awaiting-approval\"", ""),
    PUBLISHING("\"type\":\"approved\"", "");

    private final String one;
    private final String other;

    Moment(String one, String other) {
      this.one = one;
      this.other = other;
    }

    boolean is(String line) {
      return line.contains(one) && line.contains(other);
    }
  }

  @BeforeEach
  void begin(@TempDir Path folder) throws InterruptedException, IOException {
    Node.need();
    boolean runs = RedisProgram.find(folder, System.getenv("PATH")).isPresent();
    Requirement.need("redis", runs, "no redis-server runs here");
    forge = new RealForge(folder);
  }

  @ParameterizedTest
  @EnumSource(Moment.class)
  void aKilledRunIsResumedToItsEndWithoutASecondCallForAFinishedStep(Moment moment)
      throws Exception {
    Process killed = start(moment);
    try (BufferedReader out = RealForge.reader(killed)) {
      RealForge.readUntil(out, moment::is);
      RealForge.kill(killed);
    }
    Run before = newest();
    assertThat(before.state().isFinal()).as(before.state().label()).isFalse();
    boolean inACall =
        before.state() == RunState.QUEUED
            || before.state() == RunState.GENERATING
            || before.state() == RunState.REPAIRING;

    RealForge.Ended resumed = forge.run("resume", "--yes");
    assertThat(resumed.exit()).as(resumed.out()).isZero();
    assertThat(resumed.out())
        .contains("is taken up here.", "published slug-maker@1.0.0")
        .containsOnlyOnce("✓ draft 1 ")
        .containsOnlyOnce("✓ draft 2 ");

    Run after = newest();
    assertThat(after.id()).isEqualTo(before.id());
    assertThat(after.state()).isEqualTo(RunState.PUBLISHED);
    assertThat(after.work().drafts()).hasSize(2);
    assertThat(after.work().drafts()).containsAll(before.work().drafts());
    assertThat(after.work().attempts()).hasSize(2).containsAll(before.work().attempts());
    assertThat(after.work().publication())
        .isNotNull()
        .extracting(Run.Publication::uploads)
        .isEqualTo(1);
    // A call whose process died in it must be made again, and stays in the account; no other is.
    assertThat(after.spending().calls()).isBetween(CALLS, inACall ? CALLS + 1 : CALLS);
    assertThat(forge.servers()).isEmpty();
  }

  @Test
  void aRunThatIsNotDisturbedMakesThreeCallsAndLeavesNoServer() throws Exception {
    RealForge.Ended ended = forge.run("new", "a slug maker", "--yes");
    assertThat(ended.exit()).as(ended.out()).isZero();
    assertThat(forge.servers()).isEmpty();
    assertThat(newest().spending().calls()).isEqualTo(CALLS);
  }

  @Test
  void aRunIsFollowedAndCancelledFromOtherProcessesOnTheSameServer() throws Exception {
    Process worked = start(Moment.WRITING);
    try (BufferedReader out = RealForge.reader(worked)) {
      RealForge.readUntil(out, Moment.VERIFYING::is);
      List<ProcessHandle> servers = forge.servers();
      assertThat(servers).hasSize(1);
      Process follower = forge.start("logs", "-f");
      try (BufferedReader lines = RealForge.reader(follower)) {
        RealForge.readUntil(lines, line -> line.contains(" │ "));
        RealForge.Ended cancelled = forge.run("cancel");
        assertThat(cancelled.exit()).as(cancelled.out()).isZero();
        assertThat(cancelled.out()).contains("is cancelled");
        assertThat(forge.servers()).as("shared, and still needed").isSubsetOf(servers);
        assertThat(follower.waitFor(60, TimeUnit.SECONDS)).as("the follower ends").isTrue();
        assertThat(follower.exitValue()).isZero();
      }
      RealForge.readUntil(out, line -> line.contains("\"type\":\"end\""));
    }
    assertThat(worked.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(worked.exitValue()).isEqualTo(Exit.INTERRUPTED.code());
    assertThat(forge.servers()).isEmpty();
    assertThat(newest().state()).isEqualTo(RunState.CANCELLED);
  }

  @Test
  void aRunIsMadeApprovedAndPublishedByThreeProcesses() throws Exception {
    RealForge.Ended made = forge.run("new", "a slug maker");
    assertThat(made.exit()).as(made.out()).isEqualTo(Exit.REFUSED.code());
    String id = RunFinder.shortened(newest().id());
    assertThat(made.out()).contains("publish " + id, "approve " + id);
    assertThat(forge.run("approve", id, "--yes").exit()).isZero();
    RealForge.Ended published = forge.run("publish", id);
    assertThat(published.exit()).as(published.out()).isZero();
    assertThat(published.out()).contains("published slug-maker@1.0.0");
    RealForge.Ended runs = forge.run("runs");
    assertThat(runs.out()).contains(id + "   published", "slug-maker@1.0.0");
  }

  @Test
  void whatAKilledProcessHadInHandIsCancelledAtOnce() throws Exception {
    Process killed = start(Moment.WRITING);
    try (BufferedReader out = RealForge.reader(killed)) {
      RealForge.readUntil(out, Moment.WRITING::is);
      RealForge.kill(killed);
    }
    RealForge.Ended cancelled = forge.run("cancel");
    assertThat(cancelled.exit()).as(cancelled.out()).isZero();
    assertThat(newest().state()).isEqualTo(RunState.CANCELLED);
  }

  /** A run that stands still at the question if it is to be killed there. */
  private Process start(Moment moment) throws IOException {
    String[] line = {"new", "a slug maker", "--json", "--demo-pace", "0.1"};
    if (moment == Moment.AWAITING_APPROVAL) {
      return forge.start(Map.of("forge.person", "yes"), line);
    }
    return forge.start("new", "a slug maker", "--json", "--demo-pace", "0.1", "--yes");
  }

  private Run newest() {
    Path redis = forge.data().resolve("redis");
    try (EmbeddedRedis server = EmbeddedRedis.open(redis, System.getenv("PATH"));
        RedisStore store = RedisStore.builder(server.address()).build()) {
      RunId id = store.newest(1).get(0).id();
      return store.find(id).orElseThrow();
    }
  }
}
