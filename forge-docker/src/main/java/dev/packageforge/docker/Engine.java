package dev.packageforge.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import dev.packageforge.Text;
import dev.packageforge.docker.Wire.Ask;
import dev.packageforge.docker.Wire.Reply;
import dev.packageforge.sandbox.SandboxException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A container engine that answered, and what we ask of it. For many threads. No call takes longer
 * than its deadline. An engine that is away, silent or in trouble is a {@link SandboxException}
 * that may be retried; one that refuses what we ask for is one that may not.
 *
 * <p>Calls that begin something can be interrupted. Those that look, move bytes or clean up cannot:
 * they are bounded, and keep the interrupt for whoever comes next.
 */
final class Engine implements AutoCloseable {
  private static final int NOT_MODIFIED = 304;
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int SERVER_ERROR = 500;

  private final Wire wire;
  private final EngineFacts facts;
  private final Deadlines deadlines;
  private final String prefix;
  private final @Nullable String runtime;

  /**
   * How long an engine may take.
   *
   * @param call for an answer
   * @param start for a container to start, which waits for the kernel and the disk
   * @param transfer for an archive to arrive
   */
  record Deadlines(Duration call, Duration start, Duration transfer) {
    static final Deadlines DEFAULT =
        new Deadlines(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(60));
  }

  Engine(Wire wire, EngineFacts facts, Deadlines deadlines, @Nullable String runtime) {
    this.wire = wire;
    this.facts = facts;
    this.deadlines = deadlines;
    this.prefix = "/v" + facts.api();
    this.runtime = runtime;
  }

  EngineFacts facts() {
    return facts;
  }

  /** The runtime that was chosen by setting; null for the engine's own choice. */
  @Nullable String runtime() {
    return runtime;
  }

  /** Asks for a sign of life. */
  void ping() {
    Reply reply = wire.callThrough(Ask.of("GET", "/_ping"), deadlines.call());
    if (!reply.ok()) {
      throw refused("was asked for a sign of life", reply, true);
    }
  }

  /** Creates a container that does not run yet; it is removed by the engine once it has run. */
  String create(ContainerPlan plan) throws InterruptedException {
    byte[] body = Json.write(Profile.container(plan, facts, runtime));
    Reply reply =
        wire.make(
            Ask.json("POST", prefix + "/containers/create", body),
            deadlines.start(),
            orphan -> idOf(orphan).ifPresent(this::remove));
    return idOf(reply)
        .orElseThrow(
            () -> {
              boolean ours = reply.status() == BAD_REQUEST || reply.status() == NOT_FOUND;
              return refused("was asked to create a container", reply, !ours);
            });
  }

  private static Optional<String> idOf(Reply reply) {
    String id = reply.ok() ? reply.body().path("Id").asText("") : "";
    return id.isEmpty() ? Optional.empty() : Optional.of(id);
  }

  /**
   * Starts a container whose first process lives as long as the line to it. If this fails the
   * container may be there, and may run: remove it.
   */
  Holder attachAndStart(String container) throws InterruptedException {
    String path = prefix + "/containers/" + container;
    Conversation line;
    try {
      line =
          wire.converse(
              Ask.of("POST", path + "/attach?stream=1&stdin=1&stdout=1&stderr=1"),
              deadlines.call());
    } catch (Refusal e) {
      throw refused("was asked for a line to a container", e.reply(), true);
    }
    boolean started = false;
    try {
      Reply reply = wire.call(Ask.of("POST", path + "/start"), deadlines.start());
      if (!reply.ok() && reply.status() != NOT_MODIFIED) {
        throw refused("was asked to start a container", reply, reply.status() != BAD_REQUEST);
      }
      started = true;
      return new Holder(line);
    } finally {
      if (!started) {
        line.close();
      }
    }
  }

  /** Starts a command in a container. If this fails it may have started: sweep. */
  Exec exec(String container, ExecPlan plan, FrameListener listener) throws InterruptedException {
    ObjectNode body = Json.object();
    body.put("AttachStdin", true).put("AttachStdout", true).put("AttachStderr", true);
    body.put("User", plan.user()).put("WorkingDir", plan.folder());
    ArrayNode line = body.putArray("Cmd");
    plan.line().forEach(line::add);
    ArrayNode environment = body.putArray("Env");
    plan.environment().forEach((name, value) -> environment.add(name + "=" + value));
    Reply made =
        wire.call(
            Ask.json("POST", prefix + "/containers/" + container + "/exec", Json.write(body)),
            deadlines.call());
    String id = idOf(made).orElseThrow(() -> refused("was asked to prepare a command", made, true));
    ObjectNode start = Json.object().put("Detach", false).put("Tty", false);
    Conversation conversation;
    try {
      conversation =
          wire.converse(
              Ask.json("POST", prefix + "/exec/" + id + "/start", Json.write(start)),
              deadlines.start());
    } catch (Refusal e) {
      throw refused("was asked to start a command", e.reply(), true);
    }
    boolean heard = false;
    try {
      wire.inBackground(() -> pump(conversation, listener));
      heard = true;
    } finally {
      if (!heard) {
        conversation.close();
      }
    }
    return new Exec(id, conversation);
  }

  private static void pump(Conversation conversation, FrameListener listener) {
    Throwable why = null;
    try {
      Frames frames = new Frames(conversation.body());
      for (byte[] bytes = frames.next(); bytes != null; bytes = frames.next()) {
        listener.frame(frames.error(), bytes);
      }
    } catch (IOException | RuntimeException | Error e) {
      why = e;
    } finally {
      conversation.close();
      listener.ended(why);
    }
  }

  /** What the engine knows of a command. */
  ExecEnd inspect(String exec) {
    Reply reply =
        wire.callThrough(Ask.of("GET", prefix + "/exec/" + exec + "/json"), deadlines.call());
    if (!reply.ok()) {
      throw refused("was asked about a command", reply, true);
    }
    JsonNode node = reply.body();
    JsonNode code = node.path("ExitCode");
    boolean running = node.path("Running").asBoolean(true);
    return new ExecEnd(
        running, running || !code.isInt() ? OptionalInt.empty() : OptionalInt.of(code.asInt()));
  }

  /**
   * Unpacks an archive in a container, as the engine's own user: owners are those that the archive
   * names, and a folder that it does not name belongs to root.
   *
   * @param path an absolute folder of the container, in a place that may be written
   * @param tar not compressed
   */
  void putArchive(String container, String path, InputStream tar) {
    String query = "?noOverwriteDirNonDir=1&path=" + Json.escaped(path);
    Reply reply =
        wire.callThrough(
            new Ask(
                "PUT",
                prefix + "/containers/" + container + "/archive" + query,
                "application/x-tar",
                tar),
            deadlines.transfer());
    if (!reply.ok()) {
      throw refused("was asked to unpack files in a container", reply, true);
    }
  }

  /** What is done with an archive while it arrives. */
  interface ArchiveReader<T> {
    T read(InputStream tar) throws IOException;
  }

  /**
   * Packs a file or folder of a container. A symbolic link at the end of the path is packed as a
   * link; one before is followed, inside the container.
   *
   * @return empty if there is nothing at that path
   */
  <T> Optional<T> getArchive(String container, String path, ArchiveReader<T> reader) {
    Ask ask =
        Ask.of("GET", prefix + "/containers/" + container + "/archive?path=" + Json.escaped(path));
    Object outcome =
        wire.<Object>through(
            ask,
            deadlines.transfer(),
            response ->
                response.getStatusCode() < BAD_REQUEST
                    ? Optional.of(reader.read(response.getBody()))
                    : Wire.whole(response));
    if (outcome instanceof Reply reply) {
      String said = said(reply);
      if (reply.status() == NOT_FOUND && !said.contains("No such container")) {
        return Optional.empty();
      }
      throw refused("was asked to pack files of a container", reply, true);
    }
    @SuppressWarnings("unchecked") // what is no reply is what the reader gave
    Optional<T> read = (Optional<T>) outcome;
    return read;
  }

  /** Kills all processes of a container. One that does not run, or is not there, is fine. */
  void kill(String container) {
    Reply reply =
        wire.callThrough(
            Ask.of("POST", prefix + "/containers/" + container + "/kill"), deadlines.call());
    if (!reply.ok() && reply.status() != NOT_FOUND && reply.status() != CONFLICT) {
      throw refused("was asked to kill a container", reply, true);
    }
  }

  /** Kills and removes a container and what it wrote. One that is not there is fine. */
  void remove(String container) {
    Reply reply =
        wire.callThrough(
            Ask.of("DELETE", prefix + "/containers/" + container + "?force=1&v=1"),
            deadlines.start());
    boolean going = reply.status() == CONFLICT && said(reply).contains("already in progress");
    if (!reply.ok() && reply.status() != NOT_FOUND && !going) {
      throw refused("was asked to remove a container", reply, true);
    }
  }

  /** Containers that carry all of these labels, running or not. */
  List<Found> containers(Map<String, String> labels) {
    Reply reply =
        wire.callThrough(
            Ask.of("GET", prefix + "/containers/json?all=1&filters=" + filter(labels)),
            deadlines.call());
    if (!reply.ok()) {
      throw refused("was asked for its containers", reply, true);
    }
    List<Found> found = new ArrayList<>();
    for (JsonNode node : reply.body()) {
      found.add(
          new Found(
              node.path("Id").asText(),
              Json.strings(node.path("Labels")),
              node.path("State").asText().equals("running")));
    }
    return List.copyOf(found);
  }

  /** Volumes that carry all of these labels. */
  List<Found> volumes(Map<String, String> labels) {
    Reply reply =
        wire.callThrough(
            Ask.of("GET", prefix + "/volumes?filters=" + filter(labels)), deadlines.call());
    if (!reply.ok()) {
      throw refused("was asked for its volumes", reply, true);
    }
    List<Found> found = new ArrayList<>();
    for (JsonNode node : reply.body().path("Volumes")) {
      found.add(
          new Found(
              node.path("Name").asText(), Json.strings(node.path("Labels")), /* running= */ false));
    }
    return List.copyOf(found);
  }

  /** Makes a volume on the engine's disk. One of that name that is already there is kept. */
  void createVolume(String name, Map<String, String> labels) {
    ObjectNode body = Json.object().put("Name", name).put("Driver", "local");
    ObjectNode marks = body.putObject("Labels");
    labels.forEach(marks::put);
    Reply reply =
        wire.callThrough(
            Ask.json("POST", prefix + "/volumes/create", Json.write(body)), deadlines.call());
    if (!reply.ok()) {
      throw refused("was asked to make a volume", reply, true);
    }
  }

  /**
   * Removes a volume. One that is not there is fine.
   *
   * @return whether it is gone; false if a container uses it
   */
  boolean removeVolume(String name) {
    Reply reply =
        wire.callThrough(
            Ask.of("DELETE", prefix + "/volumes/" + Json.escaped(name)), deadlines.call());
    if (reply.status() == CONFLICT) {
      return false;
    }
    if (!reply.ok() && reply.status() != NOT_FOUND) {
      throw refused("was asked to remove a volume", reply, true);
    }
    return true;
  }

  /**
   * Hears what happens to containers with these labels, from now until closed. Returns once the
   * engine listens.
   */
  EngineEvents events(Map<String, String> labels, EventListener listener)
      throws InterruptedException {
    return EngineEvents.open(this, labels, listener);
  }

  /** Opens the engine's stream of events. */
  Response eventStream(Map<String, String> labels, String since) throws InterruptedException {
    ObjectNode filters = Json.object();
    filters.putArray("type").add("container");
    ArrayNode kinds = filters.putArray("event");
    List.of("oom", "die", "exec_die", "destroy").forEach(kinds::add);
    ArrayNode marks = filters.putArray("label");
    labels.forEach((name, value) -> marks.add(name + "=" + value));
    String query = "?filters=" + Json.escaped(Json.text(filters));
    if (!since.isEmpty()) {
      query += "&since=" + since;
    }
    try {
      return wire.listen(Ask.of("GET", prefix + "/events" + query), deadlines.call());
    } catch (Refusal e) {
      throw refused("was asked for its events", e.reply(), true);
    }
  }

  void inBackground(Runnable work) {
    wire.inBackground(work);
  }

  /** Images of this engine. */
  ImageStore images() {
    return new ImageStore(this, wire, prefix, deadlines);
  }

  private static String filter(Map<String, String> labels) {
    ObjectNode filters = Json.object();
    ArrayNode marks = filters.putArray("label");
    labels.forEach((name, value) -> marks.add(name + "=" + value));
    return Json.escaped(Json.text(filters));
  }

  static String said(Reply reply) {
    JsonNode node = reply.body();
    String message = node.path("message").asText(node.path("cause").asText(""));
    return Text.visible(message, 600);
  }

  /** What the engine will not do, with its own words. */
  SandboxException refused(String asked, Reply reply, boolean retryable) {
    String said = said(reply);
    String remedy =
        retryable
            ? "See the engine's own log; it may be overloaded, or out of disk."
            : "Change the setting that the engine names, or use an engine that offers it.";
    if (said.contains("no space left on device")) {
      remedy = "Free some space on the engine's disk.";
    } else if (reply.status() == NOT_FOUND && said.contains("No such image")) {
      remedy = "Let the sandbox fetch its image again, or load it into the engine.";
    }
    String code = reply.status() >= SERVER_ERROR ? "failed" : "refused";
    return new SandboxException(
        "The container engine at "
            + facts.address()
            + " "
            + asked
            + " and "
            + code
            + " ("
            + reply.status()
            + "): "
            + (said.isEmpty() ? "it gave no reason" : said)
            + ".",
        remedy,
        retryable,
        null);
  }

  @Override
  public void close() {
    wire.close();
  }
}
