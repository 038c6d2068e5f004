package dev.packageforge.redis;

import java.io.IOException;
import java.nio.file.Path;

/** A process that has the server of a folder open until its input ends. */
final class EmbeddedRedisUser {
  private EmbeddedRedisUser() {}

  /** Prints where the server is, waits, closes it, and prints that. */
  public static void main(String[] arguments) throws IOException {
    EmbeddedRedis redis = EmbeddedRedis.open(Path.of(arguments[0]), arguments[1]);
    System.out.println(redis.address());
    while (System.in.read() >= 0) {
      System.out.println("still here");
    }
    redis.close();
    System.out.println("closed");
  }
}
