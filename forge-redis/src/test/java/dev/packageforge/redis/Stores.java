package dev.packageforge.redis;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Stores, usually on the server that tests share, each on a queue of its own, closed together. */
final class Stores implements AutoCloseable {
  private final List<RedisStore> stores = new ArrayList<>();
  private final RedisAddress server;

  Stores() {
    this(address());
  }

  /** On another server than the one that tests share. */
  Stores(RedisAddress server) {
    this.server = server;
  }

  static RedisAddress address() {
    return RedisAddress.parse("redis://" + TestRedis.HOST + ":" + TestRedis.shared().port());
  }

  RedisStore open(Clock clock) {
    return keep(RedisStore.builder(server).queue(TestRedis.newQueue()).clock(clock).build());
  }

  RedisStore keep(RedisStore store) {
    stores.add(store);
    return store;
  }

  @Override
  public void close() {
    stores.forEach(RedisStore::close);
  }
}
