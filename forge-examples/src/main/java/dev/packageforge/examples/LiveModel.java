package dev.packageforge.examples;

import dev.packageforge.Secret;
import dev.packageforge.gemini.GeminiLanguageModel;
import dev.packageforge.llm.ModelInfo;
import java.net.URI;
import java.util.Locale;

/** The live model, as it is set. */
final class LiveModel {
  private static final Secret SOME = Secret.of("some");
  private static final double MICRO = 1e6;

  private LiveModel() {}

  /**
   * The model; whoever asks for it closes it. Nothing is opened before the first question.
   *
   * @param key what it is asked with
   */
  static GeminiLanguageModel of(Settings settings, Secret key) {
    GeminiLanguageModel.Builder model = GeminiLanguageModel.builder(key).model(settings.model());
    settings.liveModelAddress().map(URI::create).ifPresent(model::baseAddress);
    settings.price().ifPresent(model::price);
    return model.build();
  }

  /** Whether a model can be called that. */
  static boolean isName(String name) {
    return isGood(() -> GeminiLanguageModel.builder(SOME).model(name));
  }

  /** Whether the key may be sent there. */
  static boolean isAddress(String text) {
    return isGood(() -> GeminiLanguageModel.builder(SOME).baseAddress(URI.create(text)));
  }

  private static boolean isGood(Runnable setting) {
    try {
      setting.run();
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** {@code $0.30 in, $2.50 out for a million tokens}, or that nobody knows. */
  static String price(ModelInfo model) {
    ModelInfo.Price price = model.price();
    return price == null
        ? "price unknown"
        : String.format(
            Locale.ROOT,
            "$%.2f in, $%.2f out for a million tokens",
            price.inputMicroDollars() / MICRO,
            price.outputMicroDollars() / MICRO);
  }
}
