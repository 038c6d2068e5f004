package dev.packageforge.gemini;

import dev.packageforge.llm.LanguageModel;
import dev.packageforge.testing.LanguageModelContract;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

class GeminiLanguageModelContractTest extends LanguageModelContract {
  private @Nullable FakeGemini gemini;
  private @Nullable GeminiLanguageModel model;

  @AfterEach
  void close() {
    if (model != null) {
      model.close();
    }
    if (gemini != null) {
      gemini.close();
    }
  }

  @Override
  protected LanguageModel answering(String answer) {
    return asking(FakeGemini.streaming(Wire.answer(answer, 7)));
  }

  @Override
  protected LanguageModel stalling(String beginning) {
    return asking(FakeGemini.stalling(Wire.sse(Wire.text(beginning))));
  }

  @Override
  protected LanguageModel failing() {
    return asking(
        FakeGemini.refusing(
            503, Wire.error(503, "UNAVAILABLE", "The model is overloaded.").toString()));
  }

  @Override
  protected OptionalLong requestsSeen() {
    return gemini == null ? OptionalLong.empty() : OptionalLong.of(gemini.requests());
  }

  private LanguageModel asking(FakeGemini fake) {
    gemini = fake;
    model = fake.model().build();
    return model;
  }
}
