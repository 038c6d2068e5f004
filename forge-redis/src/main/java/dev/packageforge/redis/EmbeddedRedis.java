package dev.packageforge.redis;

import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.QueueException.Reason;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A Redis server of one's own, which keeps its data in a folder.
 *
 * <p>All processes that open the same folder share one server: the first starts it, the last stops
 * it. It listens on this machine only, asks for a password that stands in a file only its owner may
 * read, and writes each change to disk before it answers. If it dies while somebody has it open, it
 * is started again on its data; if that somebody is killed, it goes on, and the next who opens the
 * folder takes it over.
 *
 * <pre>{@code
 * try (EmbeddedRedis redis = EmbeddedRedis.open(folder, System.getenv("PATH"));
 *     RedisStore store = RedisStore.builder(redis.address()).build()) { ... }
 * }</pre>
 */
public final class EmbeddedRedis implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRedis.class);
  private static final String HOLDER = "package-forge-holder";
  private static final String HOST = "127.0.0.1";
  private static final Duration START = Duration.ofSeconds(20);
  private static final Duration LOADING = Duration.ofMinutes(10);
  private static final Duration STOP = Duration.ofSeconds(15);
  private static final Duration FAREWELL = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration STEP = Duration.ofMillis(10);
  private static final int MOST_PORTS = 8;
  private static final int MOST_REVIVALS = 3;
  private static final int LOG_LINES = 3;
  private static final long LONGEST_LOG = 1 << 20;
  private static final FileAttribute<?>[] NO_ATTRIBUTES = {};

  private final Path folder;
  private final RedisProgram program;
  private final Watchman watchman = new Watchman();
  private volatile RedisAddress address;
  private volatile Link holder;
  private volatile boolean closed;

  private EmbeddedRedis(Path folder, RedisProgram program) throws IOException {
    this.folder = folder;
    this.program = program;
    Running running = FolderLock.during(folder, () -> foundOrStarted(false));
    address = running.address;
    holder = running.holder;
    Thread keeper = new Thread(this::keep, "redis-keeper");
    keeper.setDaemon(true);
    keeper.start();
  }

  /** A server that answers, and the connection that says that somebody needs it. */
  private record Running(RedisAddress address, Link holder) {}

  /**
   * Starts the server of a folder, or joins those who use it.
   *
   * @param folder where it keeps its data; made if it is not there
   * @param searchPath where to look for a redis-server, as in the variable PATH; null for nowhere.
   *     See {@link RedisProgram#find}
   * @throws QueueException {@code UNSUITABLE} if no redis-server runs on this machine, or the
   *     folder cannot be used; {@code FULL} if there is no space; {@code UNAVAILABLE} if the server
   *     does not come up
   */
  public static EmbeddedRedis open(Path folder, @Nullable String searchPath) {
    Path home = made(folder);
    try {
      return with(home, RedisProgram.find(home, searchPath));
    } catch (IOException e) {
      throw unusable(home, e);
    }
  }

  static EmbeddedRedis with(Path folder, Optional<RedisProgram> found) throws IOException {
    RedisProgram program =
        found.orElseThrow(
            () ->
                new QueueException(
                    Reason.UNSUITABLE,
                    "no redis-server of version 6.2 or newer runs on this machine",
                    "install Redis, or give the address of one that runs elsewhere",
                    null));
    return new EmbeddedRedis(made(folder), program);
  }

  /** Where it is, password included. After the server died, perhaps another one. */
  public RedisAddress address() {
    return address;
  }

  /** What runs. */
  public RedisProgram program() {
    return program;
  }

  /** Stops the server if nobody else uses it. Close what uses {@link #address} first. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    try {
      boolean stopped = FolderLock.during(folder, this::stopIfUnused);
      LOG.debug("The Redis server of {} {}", folder, stopped ? "was stopped" : "is still used");
    } catch (IOException | QueueException e) {
      LOG.warn("The Redis server of {} may still run: {}", folder, e.getMessage());
    } finally {
      holder.close();
      watchman.close();
    }
  }

  // --- finding ---------------------------------------------------------------------------------

  /** The server that runs already, if one does. */
  private Optional<Running> found() throws IOException {
    Optional<RedisAddress> known = endpoint();
    if (known.isEmpty()) {
      return Optional.empty();
    }
    // Where the process lives it is waited for: a second one on the same files would ruin them.
    Deadline deadline = Deadline.in(START);
    while (true) {
      Optional<Running> running = joined(known.get());
      if (running.isPresent()) {
        return running;
      }
      Optional<ProcessHandle> process = process();
      if (process.isEmpty()) {
        return Optional.empty();
      }
      if (deadline.passed()) {
        throw new QueueException(
            "the Redis server of " + folder + " does not answer",
            "end the process " + process.get().pid() + ", and try again",
            null);
      }
      LockSupport.parkNanos(STEP.toNanos());
    }
  }

  /** Joins those who use a server, if it answers, is ours, and has read its data. */
  private Optional<Running> joined(RedisAddress at) {
    Link link;
    try {
      link = dialer(at).dial(at.places().get(0), Deadline.in(JedisCommands.PATIENCE));
    } catch (QueueException e) {
      // Gone, or a stranger on its port who knows nothing of our password.
      return Optional.empty();
    }
    boolean ours = false;
    try {
      Deadline loading = Deadline.in(LOADING);
      while (true) {
        link.until(Deadline.in(JedisCommands.PATIENCE));
        Map<String, String> info = Answers.info(link.call(Link.command(Command.INFO)));
        if (!Path.of(info.getOrDefault("config_file", "")).equals(settings())) {
          return Optional.empty();
        }
        if (!"1".equals(info.get("loading"))) {
          break;
        }
        if (loading.passed()) {
          return Optional.empty();
        }
        LockSupport.parkNanos(STEP.toNanos());
      }
      link.call(Link.command(Command.CLIENT, "SETNAME", HOLDER));
      ours = true;
      return Optional.of(new Running(at, link));
    } catch (JedisException e) {
      return Optional.empty();
    } finally {
      if (!ours) {
        link.close();
      }
    }
  }

  private Dialer dialer(RedisAddress at) {
    return new Dialer(at, watchman, new Route(at.places()));
  }

  private Optional<RedisAddress> endpoint() throws IOException {
    if (!Files.exists(folder.resolve("endpoint"))) {
      return Optional.empty();
    }
    try {
      return Optional.of(RedisAddress.parse(Files.readString(folder.resolve("endpoint")).strip()));
    } catch (IllegalArgumentException e) {
      // Half written, by a disk that was full: as if it were not there.
      return Optional.empty();
    }
  }

  /** The server's process, if it lives. */
  private Optional<ProcessHandle> process() throws IOException {
    return pid().flatMap(ProcessHandle::of).filter(this::isOurs);
  }

  private Optional<Long> pid() throws IOException {
    Path file = folder.resolve("redis.pid");
    String pid = Files.exists(file) ? Files.readString(file).strip() : "";
    return pid.matches("\\d{1,10}") ? Optional.of(Long.valueOf(pid)) : Optional.empty();
  }

  /** Whether it is a server of this folder; the number of one that died may be another's by now. */
  private boolean isOurs(ProcessHandle process) {
    if (!process.isAlive()) {
      return false;
    }
    Path kernel = Path.of("/proc", Long.toString(process.pid()));
    if (Files.isDirectory(kernel)) {
      try {
        // A process that ended, and that nobody asked how, has no folder any more.
        return Files.isSameFile(kernel.resolve("cwd"), folder);
      } catch (IOException e) {
        return false;
      }
    }
    return process.info().command().map(name -> name.contains("redis-server")).orElse(false);
  }

  // --- starting --------------------------------------------------------------------------------

  private Running start() throws IOException {
    if (!program.readsManyFiles() && Files.isDirectory(folder.resolve("appendonlydir"))) {
      throw new QueueException(
          Reason.UNSUITABLE,
          "the data in "
              + folder
              + " was written by Redis 7 or newer, and only "
              + program.version()
              + " is on this machine",
          "install Redis 7 or newer",
          null);
    }
    Optional<RedisAddress> last = endpoint();
    String password =
        last.flatMap(RedisAddress::password).map(secret -> secret.reveal()).orElse(random());
    // The same port again: whoever used the server before finds it there.
    int port = last.isPresent() ? last.get().places().get(0).port() : freePort();
    for (int i = 0; i < MOST_PORTS; i++) {
      RedisAddress at = RedisAddress.parse("redis://:" + password + "@" + HOST + ":" + port);
      Files.deleteIfExists(folder.resolve("redis.pid"));
      privately(folder.resolve("endpoint"), at.written().reveal() + "\n");
      privately(settings(), settings(port, password));
      Optional<Running> running = tryToStart(at);
      if (running.isPresent()) {
        return running.get();
      }
      port = freePort();
    }
    throw new QueueException(
        "no port was free for the Redis server of " + folder, "try again", null);
  }

  /** Empty if something else has the port. */
  private Optional<Running> tryToStart(RedisAddress at) throws IOException {
    Path log = folder.resolve("redis.log");
    if (Files.exists(log) && Files.size(log) > LONGEST_LOG) {
      Files.delete(log);
    }
    long logged = Files.exists(log) ? Files.size(log) : 0;
    String said = launched();
    Deadline deadline = Deadline.in(START);
    while (true) {
      Optional<Running> running = joined(at);
      if (running.isPresent()) {
        return running;
      }
      String words = said + written(log, logged);
      if (words.contains("Address already in use")) {
        return joined(at);
      }
      Optional<Long> pid = pid();
      boolean lives = process().isPresent();
      // Where it did not come as far as its pid file, this is its last word.
      boolean gaveUp = !lives && (pid.isPresent() || words.contains("xiting"));
      if (gaveUp || !said.isEmpty() || deadline.passed()) {
        throw ended(words, log);
      }
      LockSupport.parkNanos(STEP.toNanos());
    }
  }

  /** What the program said if it ended at once; nothing if it went on by itself. */
  private String launched() throws IOException {
    Process process =
        RedisProgram.bare(program.path().toString(), settings().toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(START.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return "it did not detach itself";
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QueueException(
          "the start of the Redis server of " + folder + " was interrupted", "try again", e);
    }
    return process.exitValue() == 0 ? "" : said + "exit code " + process.exitValue();
  }

  private QueueException ended(String words, Path log) {
    List<String> lines = words.lines().filter(line -> !line.isBlank()).toList();
    String last =
        String.join(" / ", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    boolean full = words.contains("No space left");
    return new QueueException(
        full ? Reason.FULL : Reason.UNAVAILABLE,
        "the Redis server of "
            + folder
            + (full ? " found no space to write" : " ended while it started")
            + (last.isEmpty() ? "" : ": " + last),
        full ? "free some space on that disk" : "read " + log,
        null);
  }

  private Path settings() {
    return folder.resolve("redis.conf");
  }

  private String settings(int port, String password) {
    return String.join(
        "\n",
        "# Written by each start of the server.",
        "bind " + HOST,
        "port " + port,
        "protected-mode yes",
        "requirepass " + password,
        "daemonize yes",
        "dir " + quoted(folder),
        "pidfile " + quoted(folder.resolve("redis.pid")),
        "logfile " + quoted(folder.resolve("redis.log")),
        "save \"\"",
        "appendonly yes",
        "appendfsync always",
        "aof-load-truncated yes",
        "maxmemory-policy noeviction",
        "");
  }

  // --- keeping and stopping --------------------------------------------------------------------

  /** Starts the server again when it died while it was needed. */
  private void keep() {
    int failures = 0;
    while (!closed && failures < MOST_REVIVALS) {
      holder.awaitEnd();
      if (closed) {
        return;
      }
      try {
        Running running = FolderLock.during(folder, this::revived);
        LOG.debug("The Redis server of {} is at {}", folder, running.address);
        failures = 0;
      } catch (IOException | QueueException e) {
        failures++;
        LOG.warn("The Redis server of {} cannot be started again: {}", folder, e.getMessage());
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private Running revived() throws IOException {
    Running running = foundOrStarted(true);
    holder.close();
    address = running.address;
    holder = running.holder;
    return running;
  }

  private Running foundOrStarted(boolean again) throws IOException {
    if (closed) {
      throw Faults.closed();
    }
    Optional<Running> running = found();
    if (running.isPresent()) {
      return running.get();
    }
    Running started = start();
    if (again) {
      LOG.warn("The Redis server of {} had ended and was started again", folder);
    }
    return started;
  }

  private boolean stopIfUnused() throws IOException {
    RedisAddress at = address;
    Link link;
    try {
      link = dialer(at).dial(at.places().get(0), Deadline.in(JedisCommands.PATIENCE));
    } catch (QueueException e) {
      // It is not there any more.
      return true;
    }
    try {
      Deadline deadline = Deadline.in(FAREWELL);
      // Connections that were closed a moment ago may still be in the list.
      for (List<String> others = others(link); !others.isEmpty(); others = others(link)) {
        if (deadline.passed() || others.stream().anyMatch(line -> line.contains(HOLDER))) {
          return false;
        }
        LockSupport.parkNanos(STEP.toNanos());
      }
      Optional<ProcessHandle> process = process();
      shutDown(link);
      await(process);
    } catch (JedisException e) {
      // It died before it was stopped.
    } finally {
      link.close();
    }
    return true;
  }

  private static void shutDown(Link link) {
    link.until(Deadline.in(STOP));
    try {
      link.call(Link.command(Command.SHUTDOWN, "NOSAVE"));
    } catch (JedisDataException e) {
      throw new QueueException("it does not stop", "look into its log", e);
    } catch (JedisException e) {
      // This is how it says yes.
    }
  }

  private void await(Optional<ProcessHandle> process) throws IOException {
    Deadline deadline = Deadline.in(STOP);
    while (process.isPresent() && isOurs(process.get())) {
      if (deadline.passed()) {
        throw new QueueException("it does not stop", "look into its log", null);
      }
      LockSupport.parkNanos(STEP.toNanos());
    }
    Files.deleteIfExists(folder.resolve("endpoint"));
  }

  /** The connections that are not ours, a line each. */
  private List<String> others(Link link) {
    link.until(Deadline.in(JedisCommands.PATIENCE));
    String clients = Answers.text(link.call(Link.command(Command.CLIENT, "LIST")));
    return clients
        .lines()
        .filter(line -> !line.isBlank())
        .filter(line -> !line.startsWith("id=" + link.greeting().connection() + " "))
        .filter(line -> !line.startsWith("id=" + holder.greeting().connection() + " "))
        .toList();
  }

  // --- files -----------------------------------------------------------------------------------

  private static Path made(Path folder) {
    try {
      boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
      Files.createDirectories(
          folder,
          posix
              ? new FileAttribute<?>[] {
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
              }
              : NO_ATTRIBUTES);
      return folder.toRealPath();
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  private static QueueException unusable(Path folder, IOException error) {
    String words = String.valueOf(error.getMessage());
    boolean full = words.toLowerCase(Locale.ROOT).contains("no space left");
    String why =
        error instanceof FileSystemException e && e.getReason() != null ? e.getReason() : "";
    return new QueueException(
        full ? Reason.FULL : Reason.UNSUITABLE,
        full
            ? "there is no space left in " + folder
            : "the folder " + folder + " cannot be written" + (why.isEmpty() ? "" : ": " + why),
        full ? "free some space on that disk" : "choose another folder, or change its permissions",
        error);
  }

  /** Writes a file that only its owner may read, in one step. */
  private static void privately(Path file, String text) throws IOException {
    // A temporary file is its owner's alone.
    Path part = Files.createTempFile(file.getParent(), "part", "");
    try {
      Files.writeString(part, text);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static String quoted(Path path) {
    return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static String written(Path log, long from) throws IOException {
    if (!Files.exists(log, LinkOption.NOFOLLOW_LINKS)) {
      return "";
    }
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(Math.min(from, file.length()));
      byte[] bytes = new byte[(int) Math.min(file.length() - file.getFilePointer(), 1 << 16)];
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String random() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
