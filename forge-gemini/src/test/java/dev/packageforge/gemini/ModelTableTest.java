package dev.packageforge.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.gemini.ModelTable.Family;
import dev.packageforge.gemini.ModelTable.Thinking;
import dev.packageforge.llm.ModelInfo.Price;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelTableTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);

  private final ModelTable table = ModelTable.read();

  @Test
  void theTableIsDatedAndEachFamilyIsWhole() {
    assertThat(table.asOf()).isAfter(LocalDate.of(2026, 1, 1));
    assertThat(table.families()).extracting(Family::name).doesNotHaveDuplicates();
    assertThat(table.families())
        .allSatisfy(
            family -> {
              assertThat(family.inputTokens()).isPositive();
              assertThat(family.outputTokens()).isPositive();
              boolean budget = family.thinking() == Thinking.BUDGET;
              assertThat(family.highBudget() > 0).isEqualTo(budget);
              assertThat(family.prices())
                  .isSortedAccordingTo((a, b) -> a.from().compareTo(b.from()));
            });
  }

  @ParameterizedTest
  @CsvSource({
    "gemini-flash-latest, gemini-flash-latest",
    "gemini-3.8-flash, gemini-3.8-flash",
    "gemini-3.5-flash, gemini-3.5-flash",
    "gemini-3.5-flash-lite-preview-09-2026, gemini-3.5-flash-lite",
    "gemini-3.9-ultra, gemini-3",
    "gemini-3-something, gemini-3",
    "gemini-2.5-flash-lite, gemini-2.5-flash-lite",
    "gemini-2.5-flash-preview-05-20, gemini-2.5-flash",
    "gemini-2.5-flashy, ''",
    "gemini-30, ''",
    "somebody-elses-model, ''"
  })
  void theLongestNameThatFitsCounts(String model, String family) {
    assertThat(table.family(model).name()).isEqualTo(family);
  }

  @Test
  void theThirdGenerationGoesByLevelsAndTheSecondByBudgets() {
    assertThat(table.family("gemini-3.8-flash").thinking()).isEqualTo(Thinking.LEVEL);
    assertThat(table.family("gemini-2.5-pro").thinking()).isEqualTo(Thinking.BUDGET);
    assertThat(table.family("unheard-of").thinking()).isEqualTo(Thinking.NONE);
  }

  @Test
  void aPriceChangesOnItsDay() {
    LocalDate lastDay = LocalDate.of(2026, 12, 31);
    Price introductory = new Price(750_000, 3_750_000);
    assertThat(table.price("gemini-3.8-flash", TODAY)).hasValue(introductory);
    assertThat(table.price("gemini-3.8-flash", lastDay)).hasValue(introductory);
    assertThat(table.price("gemini-3.8-flash", lastDay.plusDays(1)))
        .hasValue(new Price(1_500_000, 7_500_000));
  }

  @Test
  void aPriceIsOnlyForWhatItWasGivenFor() {
    assertThat(table.price("gemini-2.5-flash-preview-05-20", TODAY)).isPresent();
    assertThat(table.price("gemini-2.5-flash-native-audio", TODAY)).isEmpty();
    assertThat(table.price("gemini-pro-latest", TODAY)).isEmpty();
    assertThat(table.price("gemini-3.9-ultra", TODAY)).isEmpty();
    assertThat(table.price("unheard-of", TODAY)).isEmpty();
  }
}
