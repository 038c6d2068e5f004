package dev.packageforge.redis;

import dev.packageforge.Sha512;
import dev.packageforge.queue.QueueException;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Bytes under their digests, in chunks. Safe for use by many threads. */
final class RedisBlobs {
  static final int CHUNK = 256 * 1024;

  /** What no run has named for so long was kept by a worker that died before it could. */
  static final long LOOSE_MILLIS = Duration.ofDays(90).toMillis();

  private static final int FETCHED_AT_ONCE = 16;

  private final Script keep;
  private final Script fetch;
  private final Script drop;
  private final Caller caller;
  private final Keyspace keys;

  RedisBlobs(Scripts scripts, Caller caller, Keyspace keys) {
    this.keep = scripts.get("keep");
    this.fetch = scripts.get("fetch");
    this.drop = scripts.get("drop");
    this.caller = caller;
    this.keys = keys;
  }

  Sha512 keep(byte[] content) {
    byte[] copy = content.clone();
    Sha512 digest = Sha512.of(copy);
    List<String> where = List.of(keys.meta, keys.blob(digest), keys.refs, keys.loose);
    int last = Math.max(0, (copy.length - 1) / CHUNK);
    List<Caller.Asked> calls = new ArrayList<>();
    for (int i = 0; i <= last; i++) {
      byte[] chunk = Arrays.copyOfRange(copy, i * CHUNK, Math.min(copy.length, (i + 1) * CHUNK));
      // The size comes last: without it nothing counts as kept.
      Object size = i == last ? copy.length : "";
      calls.add(new Caller.Asked(where, List.of(digest.hex(), i, chunk, size)));
    }
    if (calls.size() == 1) {
      caller.number(keep, where, calls.get(0).arguments().toArray());
    } else {
      caller.askAll(keep, calls);
    }
    return digest;
  }

  Optional<byte[]> fetch(Sha512 digest) {
    return fetch(digest, keys.blob(digest));
  }

  /** What was handed in under this digest by who may only ask. */
  Optional<byte[]> fetchGiven(Sha512 digest) {
    return fetch(digest, keys.given(digest));
  }

  private Optional<byte[]> fetch(Sha512 digest, String key) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    long size = Long.MAX_VALUE;
    for (int from = 0; content.size() < size; from += FETCHED_AT_ONCE) {
      List<?> answer =
          Caller.asList(caller.ask(fetch, List.of(keys.meta, key), from, FETCHED_AT_ONCE));
      String told = Caller.asText(answer.get(0));
      if (told.isEmpty()) {
        return Optional.empty();
      }
      size = size(told, digest);
      int before = content.size();
      for (Object chunk : answer.subList(1, answer.size())) {
        content.writeBytes(Caller.asBytes(chunk));
      }
      if (content.size() == before) {
        // A chunk is missing, or there is nothing to read.
        break;
      }
    }
    byte[] bytes = content.toByteArray();
    if (!Sha512.of(bytes).equals(digest)) {
      throw damaged(digest);
    }
    return Optional.of(bytes);
  }

  /** Drops contents that nobody needed for long. */
  void drop(List<Sha512> digests) {
    if (!digests.isEmpty()) {
      List<String> where = new ArrayList<>(List.of(keys.meta, keys.refs, keys.loose));
      digests.forEach(digest -> where.add(keys.blob(digest)));
      List<Object> arguments = new ArrayList<>(List.of(LOOSE_MILLIS));
      digests.forEach(digest -> arguments.add(digest.hex()));
      caller.number(drop, where, arguments.toArray());
    }
  }

  private static long size(String text, Sha512 digest) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw damaged(digest);
    }
  }

  private static QueueException damaged(Sha512 digest) {
    return new QueueException(
        QueueException.Reason.UNREADABLE,
        "what is kept in Redis under " + digest.abbreviated() + " is damaged",
        "cancel the run that needs it and ask for it again, or restore Redis from a backup",
        null);
  }
}
