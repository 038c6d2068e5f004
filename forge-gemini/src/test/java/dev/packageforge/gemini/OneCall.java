package dev.packageforge.gemini;

import dev.packageforge.Cancellation;
import dev.packageforge.Secret;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.llm.ModelListener;
import java.net.Authenticator;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A whole program: one call, then the end. */
final class OneCall {
  static final String CLOSED = "closed";

  private OneCall() {}

  /**
   * Asks the address in the first argument with the key in the second. What else there is, is the
   * password of the proxy.
   */
  public static void main(String[] args) throws InterruptedException {
    if (args.length > 2) {
      Authenticator.setDefault(
          new Authenticator() {
            @Override
            protected @Nullable PasswordAuthentication getPasswordAuthentication() {
              return getRequestorType() == RequestorType.PROXY
                  ? new PasswordAuthentication("me", args[2].toCharArray())
                  : null;
            }
          });
    }
    try (GeminiLanguageModel model =
        GeminiLanguageModel.builder(Secret.of(args[1]))
            .baseAddress(URI.create(args[0]))
            .connectTimeout(Duration.ofSeconds(30))
            .build()) {
      System.out.println(
          model.generate(Ask.request(), ModelListener.SILENT, Cancellation.never()).text());
    } catch (LanguageModelException e) {
      System.out.println(e.reason());
    }
    System.out.println(CLOSED);
  }
}
