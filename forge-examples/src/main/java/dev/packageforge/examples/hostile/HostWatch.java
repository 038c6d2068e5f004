package dev.packageforge.examples.hostile;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Sees from this machine what a case did to it. While it is open there are: a port that is open on
 * every interface, for TCP and UDP; a Unix socket; a file that everybody may read and write, in a
 * folder where everybody may write; and a process with a word in its environment. The word is a
 * secret: a case that tells it has seen what it should not.
 */
final class HostWatch implements AutoCloseable {
  private static final int SECRET_BYTES = 16;

  private final Path folder;
  private final Path file;
  private final String secret;
  private final ServerSocketChannel port;
  private final DatagramSocket datagrams;
  private final ServerSocketChannel unix;
  private final Process decoy;
  private final Queue<String> visits = new ConcurrentLinkedQueue<>();

  private HostWatch(Path folder) throws IOException {
    byte[] random = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(random);
    this.secret = "canary-" + HexFormat.of().formatHex(random);
    this.folder = Files.createTempDirectory(folder, "w");
    Files.setPosixFilePermissions(this.folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    this.file = Files.writeString(this.folder.resolve("canary"), secret + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    this.port = ServerSocketChannel.open().bind(new InetSocketAddress(0));
    this.datagrams = new DatagramSocket(new InetSocketAddress(port.socket().getLocalPort()));
    this.unix =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            .bind(UnixDomainSocketAddress.of(socket()));
    Files.setPosixFilePermissions(socket(), PosixFilePermissions.fromString("rw-rw-rw-"));
    ProcessBuilder builder = new ProcessBuilder("cat");
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().put("CANARY", secret);
    this.decoy = builder.start();
    watch("port", () -> accept(port, "a connection"));
    watch("unix", () -> accept(unix, "a connection to a Unix socket"));
    watch("datagrams", this::receive);
  }

  /**
   * Begins to watch.
   *
   * @param folder where files of its own may be; everybody must be able to come to it
   */
  static HostWatch open(Path folder) throws IOException {
    return new HostWatch(folder);
  }

  /**
   * The text with what stands between two {@code @} told: where the bait is, but not the secret.
   */
  String bait(String text) {
    return text.replace("@PORT@", String.valueOf(port.socket().getLocalPort()))
        .replace("@HOSTS@", hosts())
        .replace("@FILE@", file.toString())
        .replace("@SOCKET@", socket().toString())
        .replace("@PID@", String.valueOf(decoy.pid()));
  }

  /** Whether a text holds the secret, as it is or thinly covered. */
  boolean isToldIn(String text) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    String hex = secret.substring(secret.indexOf('-') + 1);
    return Stream.of(
            hex,
            new StringBuilder(hex).reverse().toString(),
            HexFormat.of().formatHex(bytes),
            Base64.getEncoder().withoutPadding().encodeToString(bytes).substring(0, 20))
        .anyMatch(text::contains);
  }

  /** What was done to this machine so far, a sentence each. */
  List<String> harm() throws IOException {
    List<String> harm = new ArrayList<>(visits);
    if (!decoy.isAlive()) {
      harm.add("A process of this machine was ended.");
    }
    boolean plain = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    if (!plain || !Files.readString(file).equals(secret + "\n")) {
      harm.add("A file of this machine was changed.");
    }
    try (Stream<Path> entries = Files.list(folder)) {
      List<String> names =
          entries.map(entry -> String.valueOf(entry.getFileName())).sorted().toList();
      if (!names.equals(List.of("canary", "socket"))) {
        harm.add("A folder of this machine was changed: it holds " + names + ".");
      }
    }
    return harm;
  }

  private Path socket() {
    return folder.resolve("socket");
  }

  /** Every address of this machine, with a comma between; loopback among them. */
  private static String hosts() {
    try {
      return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
          .flatMap(NetworkInterface::inetAddresses)
          .map(InetAddress::getHostAddress)
          .map(address -> address.replaceFirst("%.*", ""))
          .collect(Collectors.joining(","));
    } catch (IOException e) {
      return "127.0.0.1";
    }
  }

  private void accept(ServerSocketChannel server, String what) throws IOException {
    while (server.isOpen()) {
      try (SocketChannel visitor = server.accept()) {
        visits.add("There was " + what + " from " + visitor.getRemoteAddress() + ".");
      }
    }
  }

  private void receive() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
    while (!datagrams.isClosed()) {
      datagrams.receive(packet);
      visits.add("There was a datagram from " + packet.getAddress() + ".");
    }
  }

  /** What goes on until its channel is closed. */
  @FunctionalInterface
  private interface Watching {
    void run() throws IOException;
  }

  private void watch(String name, Watching work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // Closed: nobody comes any more.
              }
            },
            "hostile " + name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    for (Channel each : List.of(port, unix)) {
      each.close();
    }
    datagrams.close();
    decoy.destroyForcibly();
    try {
      decoy.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Folders.remove(folder);
  }
}
