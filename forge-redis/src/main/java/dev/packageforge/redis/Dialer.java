package dev.packageforge.redis;

import dev.packageforge.Secret;
import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.QueueException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Opens connections: the socket, TLS where the address says so, and the greeting with name and
 * password. The greeting also tells the server's version, so that no command more is needed to know
 * whether it can serve.
 */
final class Dialer {
  /** How long a server may take to accept a connection. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  // A link that died silently is found after 10 + 3 * 5 seconds, by the kernel and for nothing.
  private static final Map<SocketOption<Integer>, Integer> KEEPALIVE =
      Map.of(
          ExtendedSocketOptions.TCP_KEEPIDLE, 10,
          ExtendedSocketOptions.TCP_KEEPINTERVAL, 5,
          ExtendedSocketOptions.TCP_KEEPCOUNT, 3);

  private final RedisAddress address;
  private final Watchman watchman;
  private final Route route;
  private @Nullable SSLSocketFactory tls;

  Dialer(RedisAddress address, Watchman watchman, Route route) {
    this.address = address;
    this.watchman = watchman;
    this.route = route;
  }

  /**
   * Opens a connection.
   *
   * @throws QueueException if it cannot be, or leads to something that cannot serve
   */
  Link dial(Place place, Deadline deadline) {
    try {
      address.check(place);
    } catch (IllegalArgumentException e) {
      throw Faults.plain(place, e);
    }
    Link link = open(place, deadline);
    watchman.watch(link);
    try {
      link.greeted(greet(link));
      return link;
    } catch (JedisDataException e) {
      link.close();
      throw Faults.refused(place, e);
    } catch (JedisException e) {
      link.close();
      throw ungreeted(link, e);
    } catch (RuntimeException e) {
      link.close();
      throw e;
    } finally {
      watchman.leave(link);
    }
  }

  private QueueException ungreeted(Link link, JedisException error) {
    boolean late = link.deadline().passed();
    QueueException fault = Faults.ungreeted(link.place(), address.tls(), error, late);
    boolean closed = fault.reason() == Reason.UNAVAILABLE && !late;
    // A server that waits for TLS closes plain connections without a word.
    return closed && !address.tls() && speaksTls(link.place(), link.deadline())
        ? Faults.speaksTls(link.place(), error)
        : fault;
  }

  private QueueException silent(Place place, Deadline deadline, SocketTimeoutException error) {
    // A plain server takes the beginning of TLS for half a command, and waits for the rest.
    return address.tls() && speaksPlain(place, deadline)
        ? Faults.speaksPlain(place, error)
        : Faults.unopened(place, address.tls(), error);
  }

  private static boolean speaksPlain(Place place, Deadline deadline) {
    try (Socket raw = new Socket()) {
      raw.connect(
          new InetSocketAddress(place.host(), place.port()), deadline.orIn(PATIENCE).millis());
      raw.setSoTimeout(deadline.orIn(PATIENCE).millis());
      raw.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      int first = raw.getInputStream().read();
      return first == '+' || first == '-';
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean speaksTls(Place place, Deadline deadline) {
    try (Socket raw = new Socket()) {
      raw.connect(
          new InetSocketAddress(place.host(), place.port()), deadline.orIn(PATIENCE).millis());
      raw.setSoTimeout(deadline.orIn(PATIENCE).millis());
      SSLSocketFactory any = (SSLSocketFactory) SSLSocketFactory.getDefault();
      try (SSLSocket socket = (SSLSocket) any.createSocket(raw, place.host(), place.port(), true)) {
        socket.startHandshake();
        return true;
      } catch (SSLException e) {
        // Whether it is trusted is of no interest: that there is a certificate says enough.
        return !Faults.noTls(e);
      }
    } catch (IOException e) {
      return false;
    }
  }

  private Link open(Place place, Deadline deadline) {
    InetAddress[] candidates;
    try {
      candidates = InetAddress.getAllByName(place.host());
    } catch (IOException e) {
      throw Faults.unopened(place, address.tls(), e);
    }
    @Nullable QueueException first = null;
    for (InetAddress candidate : candidates) {
      try {
        return open(place, new InetSocketAddress(candidate, place.port()), deadline);
      } catch (SocketTimeoutException e) {
        first = first == null ? silent(place, deadline, e) : first;
      } catch (IOException | JedisConnectionException e) {
        first = first == null ? Faults.unopened(place, address.tls(), e) : first;
      }
      if (deadline.passed()) {
        break;
      }
    }
    throw first == null ? Faults.crowded(place) : first;
  }

  @SuppressWarnings("resource")
  private Link open(Place place, InetSocketAddress where, Deadline deadline) throws IOException {
    Socket raw = new Socket();
    boolean opened = false;
    try {
      raw.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      raw.setTcpNoDelay(true);
      boolean watched = true;
      for (Map.Entry<SocketOption<Integer>, Integer> option : KEEPALIVE.entrySet()) {
        if (raw.supportedOptions().contains(option.getKey())) {
          raw.setOption(option.getKey(), option.getValue());
        } else {
          watched = false;
        }
      }
      raw.connect(where, deadline.orIn(PATIENCE).millis());
      Socket speaking = address.tls() ? encrypted(raw, place, deadline) : raw;
      Link link = new Link(place, raw, speaking, watched, deadline);
      opened = true;
      return link;
    } finally {
      if (!opened) {
        raw.close();
      }
    }
  }

  private Socket encrypted(Socket raw, Place place, Deadline deadline) throws IOException {
    // Half of what is left at most, so that there is time to find out why it fails.
    raw.setSoTimeout(Math.max(1, Math.min((int) PATIENCE.toMillis(), deadline.millis() / 2)));
    SSLSocket socket = (SSLSocket) factory().createSocket(raw, place.host(), place.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private synchronized SSLSocketFactory factory() throws IOException {
    if (tls == null) {
      Optional<Path> authority = address.authority();
      tls =
          authority.isPresent()
              ? trusting(authority.get())
              : (SSLSocketFactory) SSLSocketFactory.getDefault();
    }
    return tls;
  }

  private static SSLSocketFactory trusting(Path authority) throws IOException {
    try (InputStream in = Files.newInputStream(authority)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (certificates.isEmpty()) {
        throw Faults.authority(authority, null);
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate certificate : certificates) {
        store.setCertificateEntry("authority-" + number++, certificate);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw Faults.authority(authority, e);
    } catch (IOException e) {
      throw Faults.authority(authority, e);
    }
  }

  private Greeting greet(Link link) {
    List<CommandArguments> words = new ArrayList<>();
    words.add(hello());
    if (address.database() != 0) {
      words.add(Link.command(Command.SELECT, address.database()));
    }
    List<Object> answers = link.callAll(words);
    Object first = answers.get(0);
    Greeting greeting;
    if (first instanceof JedisDataException e) {
      greeting = withoutHello(link, e);
    } else {
      greeting = Greeting.of(first);
      if (answers.size() > 1 && answers.get(1) instanceof JedisDataException e) {
        throw Faults.noDatabase(link.place(), address.database(), e);
      }
    }
    if (greeting.tooOld()) {
      throw Faults.tooOld(link.place(), greeting.version());
    }
    if (greeting.sentinel()) {
      throw Faults.sentinel(link.place());
    }
    if (greeting.cluster()) {
      learn(link);
    }
    return greeting;
  }

  /** Hears of the other servers, so that the loss of one does not hide the rest. */
  private void learn(Link link) {
    try {
      route.learn(link.place(), link.call(Link.command(Command.CLUSTER, "SLOTS")));
    } catch (JedisDataException e) {
      // Not allowed or not offered: those that were named, or are met on the way, must do.
    }
  }

  private CommandArguments hello() {
    CommandArguments hello = Link.command(Command.HELLO, "2");
    Optional<Secret> password = address.password();
    if (password.isPresent()) {
      hello.add("AUTH").add(address.user().orElse("default")).add(password.get().reveal());
    }
    return hello;
  }

  /**
   * For what answers to the other commands and not to this one: a server before 6.0, or a proxy.
   */
  private Greeting withoutHello(Link link, JedisDataException refusal) {
    if (!Faults.unknown(refusal)) {
      throw refusal;
    }
    Optional<Secret> password = address.password();
    if (password.isPresent()) {
      CommandArguments auth = Link.command(Command.AUTH);
      address.user().ifPresent(auth::add);
      link.call(auth.add(password.get().reveal()));
    }
    Map<String, String> info = Answers.info(link.call(Link.command(Command.INFO, "server")));
    Greeting greeting =
        new Greeting(
            info.getOrDefault("redis_version", ""), info.getOrDefault("redis_mode", ""), "", 0);
    if (!greeting.tooOld() && address.database() != 0) {
      link.call(Link.command(Command.SELECT, address.database()));
    }
    return greeting;
  }
}
