package dev.packageforge.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/** A real cluster: three servers that own the slots, and one that copies the second. */
final class TestCluster implements AutoCloseable {
  private static final int SLOTS = 16384;
  private static final int OWNERS = 3;

  private final List<TestRedis> servers = new ArrayList<>();
  private final Watchman watchman = new Watchman();

  /** Returns once all slots are served. */
  TestCluster() {
    for (int i = 0; i <= OWNERS; i++) {
      servers.add(
          TestRedis.start(
              TestRedis.program(),
              List.of(
                  "--cluster-enabled",
                  "yes",
                  "--cluster-port",
                  "{bus}",
                  "--cluster-node-timeout",
                  "1500",
                  "--cluster-require-full-coverage",
                  "no",
                  "--appendonly",
                  "yes",
                  "--appendfsync",
                  "always",
                  "--repl-diskless-sync-delay",
                  "0")));
    }
    for (TestRedis other : servers.subList(1, servers.size())) {
      String[] self = Answers.text(ask(other, "NODES")).split(" ", -1)[1].split("[:@,]", -1);
      ask(servers.get(0), "MEET", TestRedis.HOST, self[1], self[2]);
    }
    for (int i = 0; i < OWNERS; i++) {
      ask(
          servers.get(i),
          "ADDSLOTSRANGE",
          "" + i * SLOTS / OWNERS,
          "" + ((i + 1) * SLOTS / OWNERS - 1));
    }
    TestRedis copy = servers.get(OWNERS);
    until(() -> Answers.text(ask(copy, "NODES")).contains(id(servers.get(1))));
    until(() -> accepted(copy, "REPLICATE", id(servers.get(1))));
    for (TestRedis server : servers) {
      until(() -> info(server).contains("cluster_state:ok"));
      until(() -> info(server).contains("cluster_known_nodes:4"));
    }
    until(() -> info(copy).contains("cluster_slots_ok:" + SLOTS));
  }

  /** An owner; the third is never killed. */
  TestRedis owner(int number) {
    return servers.get(number);
  }

  /** The address of one server; who knows it finds the others. */
  RedisAddress address(int number) {
    return servers.get(number).address();
  }

  /** Whose number is the slot of this key, by what the last server says. */
  int slot(String key) {
    return ((Long) ask(servers.get(2), "KEYSLOT", key)).intValue();
  }

  /** Moves a slot with all that is in it, as an operator would. */
  void move(int slot, int from, int to) {
    TestRedis source = servers.get(from);
    TestRedis target = servers.get(to);
    ask(target, "SETSLOT", "" + slot, "IMPORTING", id(source));
    ask(source, "SETSLOT", "" + slot, "MIGRATING", id(target));
    while (ask(source, "GETKEYSINSLOT", "" + slot, "1") instanceof List<?> keys
        && !keys.isEmpty()) {
      CommandArguments migrate =
          Link.command(Command.MIGRATE, TestRedis.HOST, "" + target.port(), keys.get(0), "0");
      on(source, migrate.add("5000"));
    }
    for (TestRedis each : List.of(target, source, servers.get(3 - from - to))) {
      ask(each, "SETSLOT", "" + slot, "NODE", id(target));
    }
  }

  /** Whether the copy has all that the second server holds. */
  boolean copied() {
    Map<String, String> info =
        Answers.info(on(servers.get(1), Link.command(Command.INFO, "replication")));
    String offset = info.getOrDefault("master_repl_offset", "");
    return info.getOrDefault("slave0", "").contains("offset=" + offset + ",");
  }

  /** Waits for something that happens by itself. */
  static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    CountDownLatch never = new CountDownLatch(1);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("in time").isNegative();
      try {
        assertThat(never.await(20, TimeUnit.MILLISECONDS)).isFalse();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    servers.forEach(TestRedis::close);
    watchman.close();
  }

  private String id(TestRedis server) {
    return Answers.text(ask(server, "MYID"));
  }

  private String info(TestRedis server) {
    return Answers.text(ask(server, "INFO"));
  }

  private boolean accepted(TestRedis server, Object... words) {
    try {
      return ask(server, words) != null;
    } catch (JedisDataException e) {
      return false;
    }
  }

  private Object ask(TestRedis server, Object... words) {
    return on(server, Link.command(Command.CLUSTER, words));
  }

  private Object on(TestRedis server, CommandArguments command) {
    RedisAddress address = server.address();
    Place place = address.places().get(0);
    Deadline deadline = Deadline.in(JedisCommands.PATIENCE);
    try (Link link =
        new Dialer(address, watchman, new Route(List.of(place))).dial(place, deadline)) {
      return link.call(command);
    }
  }
}
