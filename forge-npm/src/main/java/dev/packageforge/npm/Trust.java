package dev.packageforge.npm;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** Trusts the certificates that the machine trusts, and some more. */
final class Trust {
  private Trust() {}

  /**
   * Adds certificates to what a client trusts.
   *
   * @param pem certificates, one or more each
   * @throws IllegalArgumentException if one of them holds no certificate
   */
  static void more(OkHttpClient.Builder client, List<String> pem) {
    if (pem.isEmpty()) {
      return;
    }
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (X509Certificate known : manager(null).getAcceptedIssuers()) {
        store.setCertificateEntry("known-" + count++, known);
      }
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (String text : pem) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        for (Certificate one : factory.generateCertificates(new ByteArrayInputStream(bytes))) {
          store.setCertificateEntry("more-" + count++, one);
        }
      }
      X509TrustManager trusted = manager(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trusted}, null);
      client.sslSocketFactory(context.getSocketFactory(), trusted);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("these are no certificates in PEM", e);
    }
  }

  private static X509TrustManager manager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager found) {
        return found;
      }
    }
    throw new IllegalStateException("every Java platform checks certificates");
  }
}
