package dev.packageforge.redis;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Stores on the server that tests share, each on a queue of its own, closed together. */
final class Stores implements AutoCloseable {
  private final List<RedisStore> stores = new ArrayList<>();

  static RedisAddress address() {
    return RedisAddress.parse("redis://" + TestRedis.HOST + ":" + TestRedis.shared().port());
  }

  RedisStore open(Clock clock) {
    return keep(RedisStore.builder(address()).queue(TestRedis.newQueue()).clock(clock).build());
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
