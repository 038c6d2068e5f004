package dev.packageforge.docker;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.sandbox.SandboxException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates as Docker's own program has them, made by Java's own. */
@Timeout(120)
class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final int HEAD_OF_RSA = 26; // what comes before a 2048-bit key of the older form

  private final Path folder;

  TlsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private byte[] identity(String algorithm) throws Exception {
    Path file = folder.resolve("identity.p12");
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    Process process =
        new ProcessBuilder(
                keytool.toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=localhost",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    byte[] certificate = store.getCertificate("a").getEncoded();
    write("ca.pem", "CERTIFICATE", certificate);
    write("cert.pem", "CERTIFICATE", certificate);
    Key key = store.getKey("a", PASSWORD);
    return key.getEncoded();
  }

  private void write(String name, String kind, byte[] bytes) throws Exception {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    Files.writeString(
        folder.resolve(name),
        "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n",
        US_ASCII);
  }

  private void bothSidesKnowEachOther() throws Exception {
    SSLContext context = Tls.context(folder);
    InetAddress here = InetAddress.getLoopbackAddress();
    try (SSLServerSocket server =
        (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 1, here)) {
      server.setNeedClientAuth(true);
      FutureTask<Integer> read =
          new FutureTask<>(
              () -> {
                try (SSLSocket client = (SSLSocket) server.accept()) {
                  return client.getInputStream().read();
                }
              });
      Thread thread = new Thread(read, "tls-server");
      thread.setDaemon(true);
      thread.start();
      try (SSLSocket client =
          (SSLSocket) context.getSocketFactory().createSocket(here, server.getLocalPort())) {
        client.getOutputStream().write(7);
        assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo(7);
      }
    }
  }

  @Test
  void anRsaKeyIsRead() throws Exception {
    write("key.pem", "PRIVATE KEY", identity("RSA"));
    bothSidesKnowEachOther();
  }

  @Test
  void anRsaKeyOfTheOlderFormIsReadToo() throws Exception {
    byte[] key = identity("RSA");
    write("key.pem", "RSA PRIVATE KEY", Arrays.copyOfRange(key, HEAD_OF_RSA, key.length));
    bothSidesKnowEachOther();
  }

  @Test
  void anEllipticKeyIsRead() throws Exception {
    write("key.pem", "PRIVATE KEY", identity("EC"));
    bothSidesKnowEachOther();
  }

  @Test
  void whatIsNoKeyIsToldWithARemedy() throws Exception {
    byte[] key = identity("EC");
    write("key.pem", "EC PRIVATE KEY", key);
    assertThatThrownBy(() -> Tls.context(folder))
        .isInstanceOfSatisfying(
            SandboxException.class,
            e -> {
              assertThat(e.retryable()).isFalse();
              assertThat(e.remedy()).contains("openssl pkcs8");
            });
  }
}
