package dev.packageforge.docker;

import dev.packageforge.sandbox.SandboxException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Encryption and identity for an engine behind TCP, from the three files that Docker names. */
final class Tls {
  private static final Pattern KEY =
      Pattern.compile(
          "-----BEGIN (RSA )?PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END (?:RSA )?PRIVATE KEY-----");

  // SEQUENCE { INTEGER 0, SEQUENCE { OID rsaEncryption, NULL } } without the outer head
  // (RFC 5208, section 5; RFC 8017, appendix A.1).
  private static final byte[] RSA_KEY_HEAD = {
    0x02,
    0x01,
    0x00,
    0x30,
    0x0d,
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;

  private Tls() {}

  /**
   * A context that trusts {@code ca.pem}, or what Java trusts where it is missing, and shows {@code
   * cert.pem} where it and {@code key.pem} are there.
   */
  static SSLContext context(Path folder) {
    try {
      Path authority = folder.resolve("ca.pem");
      Path certificate = folder.resolve("cert.pem");
      Path key = folder.resolve("key.pem");
      KeyManagerFactory keys = null;
      if (Files.exists(certificate) && Files.exists(key)) {
        char[] none = new char[0];
        KeyStore store = empty();
        Certificate[] chain = certificates(certificate).toArray(new Certificate[0]);
        store.setKeyEntry("client", privateKey(key), none, chain);
        keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, none);
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          keys == null ? null : keys.getKeyManagers(),
          Files.exists(authority) ? trust(authority) : null,
          null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new SandboxException(
          "The certificates for the container engine in "
              + folder
              + " cannot be used: "
              + e.getMessage()
              + ".",
          "Put ca.pem, cert.pem and key.pem there; a key that is not PKCS #8 or RSA is converted by"
              + " \"openssl pkcs8 -topk8 -nocrypt\".",
          false,
          e);
    }
  }

  private static TrustManager[] trust(Path authority) throws IOException, GeneralSecurityException {
    KeyStore store = empty();
    int number = 0;
    for (Certificate certificate : certificates(authority)) {
      store.setCertificateEntry("ca" + number++, certificate);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load((@Nullable InputStream) null, null);
    return store;
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in);
    }
  }

  private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
    Matcher matcher = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
    if (!matcher.find()) {
      throw new InvalidKeySpecException("no private key that Java reads is in " + file);
    }
    byte[] bytes = Base64.getMimeDecoder().decode(matcher.group(2));
    if (matcher.group(1) != null) {
      bytes = wrapped(bytes);
    }
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(bytes);
    for (String kind : List.of("RSA", "EC", "Ed25519")) {
      try {
        return KeyFactory.getInstance(kind).generatePrivate(spec);
      } catch (InvalidKeySpecException e) {
        // Another kind then.
      }
    }
    throw new InvalidKeySpecException("the private key in " + file + " is of an unknown kind");
  }

  /** An RSA key of the older form, as one of the form that Java reads. */
  private static byte[] wrapped(byte[] rsa) {
    byte[] octets = element(OCTETS, rsa);
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(RSA_KEY_HEAD);
    content.writeBytes(octets);
    return element(SEQUENCE, content.toByteArray());
  }

  // A tag, a length in as few bytes as it needs, and the content (ITU-T X.690, section 10.1).
  private static byte[] element(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else {
      int bytes = content.length < 0x100 ? 1 : content.length < 0x10000 ? 2 : 3;
      out.write(0x80 | bytes);
      for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
        out.write(content.length >>> shift);
      }
    }
    out.writeBytes(content);
    return out.toByteArray();
  }
}
