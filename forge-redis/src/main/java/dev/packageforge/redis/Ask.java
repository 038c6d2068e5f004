package dev.packageforge.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.queue.Job;
import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.RunCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a process that may only ask wants of those who may act. It is read as what a stranger wrote:
 * that it can be read says nothing of whether it may be done.
 */
sealed interface Ask {
  /** As the stream of asks holds it. */
  Map<String, String> fields();

  /** Accept a run. */
  record Create(Run run, Job job) implements Ask {
    @Override
    public Map<String, String> fields() {
      Map<String, String> fields = kind("create");
      fields.put("run", text(RunCodec.write(run)));
      fields.put("job", text(job));
      return fields;
    }
  }

  /** Store what a person decided. */
  record Decide(Run run, List<RunEvent> events, @Nullable Job next) implements Ask {
    public Decide {
      events = List.copyOf(events);
    }

    @Override
    public Map<String, String> fields() {
      Map<String, String> fields = kind("decide");
      fields.put("run", text(RunCodec.write(run)));
      for (int i = 0; i < events.size(); i++) {
        fields.put("event" + i, text(RunCodec.write(events.get(i))));
      }
      if (next != null) {
        fields.put("job", text(next));
      }
      return fields;
    }
  }

  /** Tell whoever works on a run to stop. */
  record Cancel(RunId run) implements Ask {
    @Override
    public Map<String, String> fields() {
      Map<String, String> fields = kind("cancel");
      fields.put("run", run.toString());
      return fields;
    }
  }

  /** Let the workers be heard. */
  record Look() implements Ask {
    @Override
    public Map<String, String> fields() {
      return kind("look");
    }
  }

  /**
   * Reads an ask.
   *
   * @throws QueueException if it cannot be read
   */
  static Ask of(Map<String, String> fields) {
    try {
      return switch (field(fields, "kind")) {
        case "create" -> new Create(run(fields), job(field(fields, "job")));
        case "decide" ->
            new Decide(
                run(fields),
                events(fields),
                fields.containsKey("job") ? job(field(fields, "job")) : null);
        case "cancel" -> new Cancel(new RunId(field(fields, "run")));
        case "look" -> new Look();
        default -> throw unreadable(null);
      };
    } catch (IllegalArgumentException e) {
      throw unreadable(e);
    }
  }

  private static Map<String, String> kind(String kind) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("kind", kind);
    return fields;
  }

  private static Run run(Map<String, String> fields) {
    return RunCodec.readRun(field(fields, "run").getBytes(US_ASCII));
  }

  private static List<RunEvent> events(Map<String, String> fields) {
    List<RunEvent> events = new ArrayList<>();
    String next = fields.get("event0");
    while (next != null) {
      events.add(RunCodec.readEvent(next.getBytes(US_ASCII)));
      next = fields.get("event" + events.size());
    }
    return events;
  }

  private static String text(byte[] json) {
    return new String(json, US_ASCII);
  }

  private static String text(Job job) {
    return job.run() + "\n" + job.priority() + "\n" + job.delay().toMillis() + "\n" + job.id();
  }

  private static Job job(String text) {
    String[] parts = text.split("\n", 4);
    if (parts.length != 4) {
      throw unreadable(null);
    }
    return new Job(
        parts[3],
        new RunId(parts[0]),
        Integer.parseInt(parts[1]),
        Duration.ofMillis(Long.parseLong(parts[2])));
  }

  private static String field(Map<String, String> fields, String name) {
    String value = fields.get(name);
    if (value == null) {
      throw unreadable(null);
    }
    return value;
  }

  private static QueueException unreadable(@Nullable Exception cause) {
    return new QueueException(
        QueueException.Reason.UNREADABLE,
        "An ask cannot be read.",
        "Look for who else writes to this queue; or update the side that is older.",
        cause);
  }
}
