package dev.packageforge.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.packageforge.queue.QueueException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.resps.StreamEntry;

/** Commands as plain as can be. */
final class LoopbackCommands implements Commands {
  private final int port;
  private final RedisClient redis;

  LoopbackCommands(int port) {
    this.port = port;
    this.redis = RedisClient.create(TestRedis.HOST, port);
  }

  @Override
  public Object run(Script script, List<String> keys, List<byte[]> arguments) {
    List<byte[]> where = keys.stream().map(key -> key.getBytes(UTF_8)).toList();
    try {
      return redis.evalsha(script.sha1().getBytes(UTF_8), where, arguments);
    } catch (JedisNoScriptException e) {
      return redis.eval(script.text().getBytes(UTF_8), where, arguments);
    } catch (JedisConnectionException e) {
      throw new QueueException(e.toString(), "", e);
    }
  }

  @Override
  public List<Object> runAll(Script script, List<Call> calls) {
    List<Object> answers = new ArrayList<>();
    for (Call call : calls) {
      answers.add(run(script, call.keys(), call.arguments()));
    }
    return answers;
  }

  @Override
  public Tail tail() {
    return new PlainTail();
  }

  @Override
  public void close() {
    redis.close();
  }

  private final class PlainTail implements Tail {
    private final String group = "g" + UUID.randomUUID();
    private volatile @Nullable Jedis jedis;
    private final AtomicLong opened = new AtomicLong();
    private volatile boolean woken;

    @Override
    public List<Entry> read(List<String> streams, Duration patience) {
      try {
        Jedis open = jedis;
        if (open == null) {
          open =
              new Jedis(
                  new HostAndPort(TestRedis.HOST, port),
                  DefaultJedisClientConfig.builder().blockingSocketTimeoutMillis(70_000).build());
          jedis = open;
          for (String stream : streams) {
            group(open, stream);
          }
          opened.incrementAndGet();
        }
        Map<String, StreamEntryID> from = new LinkedHashMap<>();
        streams.forEach(stream -> from.put(stream, StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY));
        if (woken) {
          woken = false;
          return List.of();
        }
        XReadGroupParams how =
            new XReadGroupParams().noAck().count(500).block((int) patience.toMillis());
        List<Map.Entry<String, List<StreamEntry>>> read = open.xreadGroup(group, "tail", how, from);
        List<Entry> entries = new ArrayList<>();
        if (read != null) {
          for (Map.Entry<String, List<StreamEntry>> stream : read) {
            for (StreamEntry entry : stream.getValue()) {
              entries.add(new Entry(stream.getKey(), entry.getID().toString(), entry.getFields()));
            }
          }
        }
        return entries;
      } catch (JedisException e) {
        jedis = null;
        if (woken) {
          woken = false;
          return List.of();
        }
        throw new QueueException(
            e.toString().contains("NOGROUP")
                ? QueueException.Reason.DATA_LOST
                : QueueException.Reason.UNAVAILABLE,
            e.toString(),
            "",
            e);
      }
    }

    private void group(Jedis open, String stream) {
      try {
        open.xgroupCreate(stream, group, StreamEntryID.XGROUP_LAST_ENTRY, true);
      } catch (JedisDataException e) {
        if (!e.toString().contains("BUSYGROUP")) {
          throw e;
        }
      }
    }

    @Override
    public long opened() {
      return opened.get();
    }

    @Override
    public void wake() {
      woken = true;
      Jedis open = jedis;
      if (open != null) {
        try {
          open.getConnection().forceDisconnect();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }

    @Override
    public void close() {
      Jedis open = jedis;
      if (open != null) {
        open.close();
      }
    }
  }
}
