package dev.packageforge.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.llm.ModelInfo.Price;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class BuilderTest {
  private static final Clock IN_2026 =
      Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);
  private static final Clock IN_2027 =
      Clock.fixed(Instant.parse("2027-11-22T12:00:00Z"), ZoneOffset.UTC);

  private static GeminiLanguageModel.Builder builder() {
    return GeminiLanguageModel.builder(FakeGemini.KEY);
  }

  @Test
  void aModelTellsItsNameAndTodaysPrice() {
    var info = builder().clock(IN_2026).build().info();
    assertThat(info.name()).isEqualTo("gemini-flash-latest");
    assertThat(info.demo()).isFalse();
    assertThat(info.price()).isEqualTo(new Price(750_000, 3_750_000));
    assertThat(builder().clock(IN_2027).build().info().price())
        .isEqualTo(new Price(1_500_000, 7_500_000));
  }

  @Test
  void aPriceThatIsGivenCounts() {
    Price given = new Price(1, 2);
    assertThat(builder().price(given).build().info().price()).isEqualTo(given);
    assertThat(builder().model("unheard-of").price(given).build().info().price()).isEqualTo(given);
  }

  @Test
  void aPriceThatNobodyKnowsIsNone() {
    assertThat(builder().model("unheard-of").build().info().price()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "../v1/models", "a/b", "models/", "-x", "x?y", "ä"})
  void aNameThatNoModelHasIsRefused(String name) {
    assertThatThrownBy(() -> builder().model(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.example.org",
        "http://10.0.0.1",
        "http://134744072",
        "http://gemini.example.org",
        "https:///v1",
        "file:///tmp"
      })
  void anAddressThatIsNotSafeIsRefused(String address) {
    assertThatThrownBy(() -> builder().baseAddress(URI.create(address)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://gemini.example.org/path", "http://localhost:8080", "http://[::1]:1"})
  void anAddressThatIsSafeIsTaken(String address) {
    assertThat(builder().baseAddress(URI.create(address)).build()).isNotNull();
  }

  @Test
  void anAddressMayHaveAPath() throws Exception {
    for (String path : new String[] {"/gemini", "/gemini/"}) {
      try (FakeGemini gemini = FakeGemini.streaming(Wire.answer("Fine.", 9));
          GeminiLanguageModel model =
              builder().baseAddress(gemini.address().resolve(path)).build()) {
        Ask.hear(model);
        assertThat(gemini.request().getTarget()).startsWith("/gemini/v1beta/models/");
      }
    }
  }

  @Test
  void timeoutsArePositiveAndNoLongerThanADay() {
    for (Duration odd :
        new Duration[] {Duration.ZERO, Duration.ofSeconds(-1), Duration.ofDays(2)}) {
      assertThatThrownBy(() -> builder().connectTimeout(odd))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> builder().firstByteTimeout(odd))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> builder().idleTimeout(odd))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
