package dev.packageforge.examples.hostile;

import dev.packageforge.Text;
import dev.packageforge.npm.NpmAccess;
import dev.packageforge.npm.NpmGateway;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One case that asks a gateway. The registry behind it is the watch, which must not be asked. */
final class GatewayTrial {
  private static final int PATIENCE = 20_000; // milliseconds
  private static final int SHOWN = 400;

  private GatewayTrial() {}

  static List<String> complaints(Attack.Asks asks, HostWatch watch, Path folder)
      throws IOException {
    Path cache = Files.createTempDirectory(folder, "g");
    NpmAccess access = NpmAccess.of(URI.create(watch.bait("http://127.0.0.1:@PORT@/")));
    List<String> complaints = new ArrayList<>();
    try (NpmGateway gateway = NpmGateway.builder(access, cache).build();
        NpmGateway.Grant grant = gateway.grant(NpmGateway.Rules.ofDefaults(), fetch -> {});
        NpmGateway.Door door = gateway.serve(grant)) {
      for (String line : asks.lines()) {
        String answer = ask(door.address(), watch.bait(line));
        if (!answer.isEmpty() && !answer.matches("HTTP/1\\.[01] 4[0-9][0-9][^0-9].*")) {
          complaints.add(
              "\"" + line + "\" is answered with \"" + Text.visible(answer, SHOWN) + "\".");
        }
      }
    } finally {
      Folders.remove(cache);
    }
    return complaints;
  }

  /** The first line of the answer; empty if there is none. */
  private static String ask(URI door, String line) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(PATIENCE);
      socket.connect(new InetSocketAddress(door.getHost(), door.getPort()), PATIENCE);
      String request = line + "\r\nHost: registry\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      byte[] answer = socket.getInputStream().readNBytes(SHOWN);
      return new String(answer, StandardCharsets.UTF_8).lines().findFirst().orElse("");
    }
  }
}
