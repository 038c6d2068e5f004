package dev.packageforge.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every command that a server runs, as it tells on a connection of its own. */
final class CommandLog implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;
  private static final Pattern FORM =
      Pattern.compile("\\+(\\d+)\\.(\\d{6}) \\[\\d+ ([^]]+)] \"([^\"]*)\"(.*)");

  private final Socket listening;
  private final Socket marking;
  private final BufferedReader told;
  private final BufferedReader answers;
  private int marks;

  /**
   * A command.
   *
   * @param micros when it was run
   * @param inScript whether a script ran it, and not a client
   * @param name in lower case
   * @param rest its arguments, quoted
   */
  record Ran(long micros, boolean inScript, String name, String rest) {}

  private CommandLog(int port) throws IOException {
    listening = new Socket(InetAddress.getLoopbackAddress(), port);
    marking = new Socket(InetAddress.getLoopbackAddress(), port);
    listening.setSoTimeout(PATIENCE_MILLIS);
    marking.setSoTimeout(PATIENCE_MILLIS);
    told = new BufferedReader(new InputStreamReader(listening.getInputStream(), UTF_8));
    answers = new BufferedReader(new InputStreamReader(marking.getInputStream(), UTF_8));
    listening.getOutputStream().write("MONITOR\r\n".getBytes(UTF_8));
    told.readLine();
  }

  static CommandLog of(TestRedis redis) {
    try {
      return new CommandLog(redis.port());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What ran since the last call, or since this was opened. */
  List<Ran> untilNow() {
    String mark = "mark-" + ++marks;
    interfere(mark);
    List<Ran> all = new ArrayList<>();
    for (Ran ran = next(); !ran.rest().contains(mark); ran = next()) {
      all.add(ran);
    }
    return all;
  }

  /**
   * Reads on until so many commands of this name ran, the last of which is the last of the list.
   */
  List<Ran> until(int count, String name) {
    List<Ran> all = new ArrayList<>();
    int seen = 0;
    while (seen < count) {
      Ran ran = next();
      all.add(ran);
      seen += ran.name().equals(name) ? 1 : 0;
    }
    return all;
  }

  /** Runs a command that nobody else would. */
  void interfere(String word) {
    try {
      marking.getOutputStream().write(("ECHO " + word + "\r\n").getBytes(UTF_8));
      answers.readLine();
      answers.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Ran next() {
    try {
      String line = String.valueOf(told.readLine());
      Matcher form = FORM.matcher(line);
      if (!form.matches()) {
        throw new IllegalStateException("not a command: " + line);
      }
      return new Ran(
          Long.parseLong(form.group(1)) * 1_000_000 + Long.parseLong(form.group(2)),
          form.group(3).equals("lua"),
          form.group(4).toLowerCase(Locale.ROOT),
          form.group(5));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
      marking.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
