package dev.packageforge.redis;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One connection to one server. For one thread at a time; {@link #cut} may be called by any. Throws
 * what the client library throws: {@link JedisDataException} is the server's word, after which the
 * connection is as good as before; after any other it is not.
 */
final class Link implements AutoCloseable {
  private final Place place;
  private final Socket raw;
  private final boolean livenessWatched;
  private final Connection connection;
  private volatile Deadline deadline;
  private final long opened = System.nanoTime();
  private Greeting greeting = Greeting.NONE;
  private long givenBack;

  /**
   * A connection.
   *
   * @param raw closed to end everything at once; beneath {@code speaking} where that is TLS
   * @param livenessWatched whether the kernel looks after an idle connection
   */
  Link(Place place, Socket raw, Socket speaking, boolean livenessWatched, Deadline deadline) {
    this.place = place;
    this.raw = raw;
    this.livenessWatched = livenessWatched;
    this.deadline = deadline;
    // The library connects again by itself; without our greeting that would be another user.
    boolean[] given = new boolean[1];
    connection =
        new Connection(
            () -> {
              if (given[0]) {
                throw new JedisConnectionException("the connection was closed");
              }
              given[0] = true;
              return speaking;
            });
    connection.connect();
  }

  Place place() {
    return place;
  }

  /** Whether the kernel notices by itself when the other side is gone. */
  boolean livenessWatched() {
    return livenessWatched;
  }

  Greeting greeting() {
    return greeting;
  }

  void greeted(Greeting by) {
    greeting = by;
  }

  /** By when the call under way must be over. */
  Deadline deadline() {
    return deadline;
  }

  /** When it was opened, on the clock of {@link System#nanoTime}. */
  long opened() {
    return opened;
  }

  /** When it was put aside, on the clock of {@link System#nanoTime}. */
  long givenBack() {
    return givenBack;
  }

  void putAside() {
    givenBack = System.nanoTime();
  }

  /** Says how long the following calls may take together. */
  void until(Deadline deadline) {
    this.deadline = deadline;
  }

  /** One command and its answer. */
  Object call(CommandArguments command) {
    connection.setSoTimeout(deadline.millis());
    connection.sendCommand(command);
    return connection.getOne();
  }

  /** Several commands at once; an answer that is an error is a {@link JedisDataException}. */
  List<Object> callAll(Collection<CommandArguments> commands) {
    connection.setSoTimeout(deadline.millis());
    for (CommandArguments command : commands) {
      connection.sendCommand(command);
    }
    return new ArrayList<>(connection.getMany(commands.size()));
  }

  /** Waits, for ever if need be, until the connection ends. Nothing may be under way on it. */
  void awaitEnd() {
    try {
      raw.setSoTimeout(0);
      int unasked;
      do {
        unasked = raw.getInputStream().read();
      } while (unasked >= 0);
    } catch (IOException e) {
      // It ended.
    }
  }

  /** Whether no more can be said on it. */
  boolean broken() {
    return connection.isBroken() || raw.isClosed();
  }

  /** Whether it was ended. */
  boolean isCut() {
    return raw.isClosed();
  }

  /** Ends whatever happens on it, at once. */
  void cut() {
    try {
      raw.close();
    } catch (IOException e) {
      // Nothing was to be saved.
    }
  }

  @Override
  public void close() {
    cut();
    try {
      connection.forceDisconnect();
    } catch (IOException | JedisException e) {
      // The socket beneath is closed already.
    }
  }

  /** A command with its arguments: text, bytes or whole numbers. */
  static CommandArguments command(ProtocolCommand name, Object... arguments) {
    CommandArguments command = new CommandArguments(name);
    for (Object argument : arguments) {
      command.add(argument);
    }
    return command;
  }
}
