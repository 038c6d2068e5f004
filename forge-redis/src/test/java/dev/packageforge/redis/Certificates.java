package dev.packageforge.redis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Certificates made for one test, by an authority of its own. */
final class Certificates {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final Path folder;
  private final Path store;

  /** Makes the authority. */
  Certificates(Path folder) {
    this.folder = folder;
    store = folder.resolve("keys.p12");
    keytool("-alias", "ca", "-dname", "CN=a test's authority", "-ext", "bc:c");
    pem("ca");
  }

  /** The authority, for those who are to trust it. */
  Path authority() {
    return folder.resolve("ca.pem");
  }

  /** A server's certificate for a name, valid from a day that is so many days off. */
  Certificates server(String alias, String names, String startDate) {
    keytool(
        "-alias",
        alias,
        "-dname",
        "CN=server",
        "-signer",
        "ca",
        "-ext",
        "san=" + names,
        "-startdate",
        startDate,
        "-validity",
        "10");
    pem(alias);
    return this;
  }

  /** The settings with which a redis-server shows that certificate, and speaks TLS only. */
  List<String> settings(String alias) {
    return List.of(
        "--port",
        "0",
        "--tls-port",
        "{port}",
        "--tls-auth-clients",
        "no",
        "--tls-cert-file",
        folder.resolve(alias + ".pem").toString(),
        "--tls-key-file",
        folder.resolve(alias + ".key").toString(),
        "--tls-ca-cert-file",
        authority().toString());
  }

  private void keytool(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-keyalg", "EC", "-storetype", "PKCS12"));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", new String(PASSWORD)));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(said);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void pem(String alias) {
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD);
      Key key = keys.getKey(alias, PASSWORD);
      Certificate certificate = keys.getCertificate(alias);
      Files.writeString(folder.resolve(alias + ".key"), block("PRIVATE KEY", key.getEncoded()));
      Files.writeString(
          folder.resolve(alias + ".pem"), block("CERTIFICATE", certificate.getEncoded()));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String block(String name, byte[] bytes) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN " + name + "-----\n" + text + "\n-----END " + name + "-----\n";
  }
}
