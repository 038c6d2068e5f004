package dev.packageforge.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.redis.RedisProbe.Fact;
import dev.packageforge.redis.RedisProbe.State;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RedisProbeTest {
  private static final String PASSWORD = "hunter2-and-more";

  private final List<TestRedis> started = new ArrayList<>();

  @AfterEach
  void end() {
    started.forEach(TestRedis::close);
  }

  @Test
  void serverThatIsAsItShouldBeIsGoodInEverything() {
    for (var program : List.of(TestRedis.program(), TestRedis.oldProgram())) {
      TestRedis redis =
          TestRedis.start(program, List.of("--appendonly", "yes", "--appendfsync", "always"));
      started.add(redis);
      List<Fact> facts = RedisProbe.look(redis.address());

      assertThat(facts).allMatch(fact -> fact.state() == State.GOOD && fact.remedy().isEmpty());
      assertThat(facts)
          .extracting(Fact::subject)
          .containsExactly(
              "connection", "encryption", "version", "role", "eviction", "persistence", "memory");
      assertThat(of(facts, "version").sentence()).matches("\\d+\\.\\d+\\.\\d+");
    }
  }

  @Test
  void whatForgetsJobsIsToldWithARemedy() {
    expect(start(), "persistence", State.WARNING, "all jobs are gone");
    expect(start("--save", "3600 1"), "persistence", State.WARNING, "snapshots only");
    expect(
        start("--appendonly", "yes", "--appendfsync", "everysec"),
        "persistence",
        State.WARNING,
        "the last second is gone");
    expect(
        start("--appendonly", "yes", "--appendfsync", "no"),
        "persistence",
        State.WARNING,
        "appendfsync no");
    expect(
        start("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"),
        "eviction",
        State.BAD,
        "throws jobs away");
    expect(
        start("--maxmemory", "100mb", "--maxmemory-policy", "volatile-ttl"),
        "eviction",
        State.WARNING,
        "volatile-ttl");
    expect(start("--maxmemory-policy", "allkeys-lru"), "eviction", State.WARNING, "as it stands");
    expect(start("--maxmemory", "100kb"), "memory", State.WARNING, "used of 0.1 MB");
  }

  @Test
  void replicaAndClusterAreTold() {
    TestRedis primary = start();
    expect(
        start("--replicaof", TestRedis.HOST, "" + primary.port()),
        "role",
        State.BAD,
        "a replica of 127.0.0.1");
    expect(start("--cluster-enabled", "yes"), "cluster", State.BAD, "state: fail");
  }

  @Test
  void whatThisUserMayNotSeeIsNotGuessed() {
    TestRedis redis =
        start(
            "--appendonly",
            "yes",
            "--user",
            "anna",
            "on",
            ">" + PASSWORD,
            "~*",
            "+@all",
            "-config",
            "--user",
            "bert",
            "on",
            ">" + PASSWORD,
            "~*",
            "+@all",
            "-info",
            "-config");

    List<Fact> anna = RedisProbe.look(as("anna", redis));
    assertThat(of(anna, "persistence").sentence()).contains("does not let this user see");
    assertThat(anna).allMatch(fact -> fact.state() == State.GOOD);
    List<Fact> bert = RedisProbe.look(as("bert", redis));
    assertThat(of(bert, "version").state()).isEqualTo(State.GOOD);
    assertThat(of(bert, "eviction").sentence()).contains("does not say");
    assertThat(of(bert, "persistence").state()).isEqualTo(State.WARNING);
    assertThat(anna + "" + bert).doesNotContain(PASSWORD);
  }

  @Test
  void serverThatCannotBeReachedIsTheOnlyThingToTell() {
    TestRedis redis = start();
    RedisAddress address = as("nobody", redis);

    assertThat(RedisProbe.look(address))
        .singleElement()
        .satisfies(
            fact -> {
              assertThat(fact.state()).isEqualTo(State.BAD);
              assertThat(fact.sentence()).contains("does not accept this name");
              assertThat(fact.remedy()).isNotBlank();
              assertThat(fact.toString()).doesNotContain(PASSWORD);
            });
  }

  private TestRedis start(String... settings) {
    TestRedis redis = TestRedis.start(TestRedis.program(), List.of(settings));
    started.add(redis);
    return redis;
  }

  private static RedisAddress as(String user, TestRedis redis) {
    return RedisAddress.parse(
        "redis://" + user + ":" + PASSWORD + "@" + TestRedis.HOST + ":" + redis.port());
  }

  private static void expect(TestRedis redis, String subject, State state, String told) {
    Fact fact = of(RedisProbe.look(redis.address()), subject);
    assertThat(fact.sentence()).contains(told);
    assertThat(fact.state()).isEqualTo(state);
    assertThat(fact.remedy()).isNotBlank();
  }

  private static Fact of(List<Fact> facts, String subject) {
    return facts.stream().filter(fact -> fact.subject().equals(subject)).findFirst().orElseThrow();
  }
}
