package dev.packageforge.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.packageforge.llm.ModelInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What was known of Gemini's models on one day: {@code models.json} beside this class.
 *
 * @param asOf the day
 * @param families in no order
 */
record ModelTable(LocalDate asOf, List<Family> families) {
  private static final String FILE = "models.json";
  private static final BigDecimal MICRO = BigDecimal.valueOf(1_000_000);

  /** What may stand behind a family's name without the price being another one. */
  private static final Pattern SAME_PRICE = Pattern.compile("(-preview|-exp)?(-[0-9]{2,4}){0,3}");

  ModelTable {
    families = List.copyOf(families);
  }

  /** How a model is told how long to think. */
  enum Thinking {
    /** Not at all. */
    NONE,
    /** By a number of tokens, as the second generation is. */
    BUDGET,
    /** By a word, as the third generation is; never together with a number. */
    LEVEL
  }

  /**
   * What a family of models can do.
   *
   * @param name the model's name, or the beginning of the names of several
   * @param thinking how it is told how long to think
   * @param lowBudget the fewest tokens it may be told to think, if it goes by a budget
   * @param highBudget the most
   * @param thinksByItself whether it thinks when it is told nothing
   * @param schema whether it can be held to a JSON Schema
   * @param inputTokens what it reads at most; 0 if that is not known
   * @param outputTokens what it writes at most, thinking included
   * @param retires when it was announced to end, if it was
   * @param prices in order of their days
   */
  record Family(
      String name,
      Thinking thinking,
      int lowBudget,
      int highBudget,
      boolean thinksByItself,
      boolean schema,
      int inputTokens,
      int outputTokens,
      @Nullable LocalDate retires,
      List<DatedPrice> prices) {
    /**
     * What is asked of a model that the table does not know: nothing that it might refuse. Every
     * model since 2025 writes more than this.
     */
    static final Family UNKNOWN =
        new Family("", Thinking.NONE, 0, 0, false, false, 0, 32_768, null, List.of());

    Family {
      prices = List.copyOf(prices);
    }

    boolean includes(String model) {
      return model.equals(name)
          || (model.startsWith(name)
              && (model.charAt(name.length()) == '-' || model.charAt(name.length()) == '.'));
    }
  }

  /**
   * A price and its first day.
   *
   * @param from the day
   * @param price for a million tokens
   */
  record DatedPrice(LocalDate from, ModelInfo.Price price) {}

  /** Reads the table that this library brings. */
  static ModelTable read() {
    try (InputStream in = ModelTable.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + FILE + " is missing from this library");
      }
      JsonNode table = JsonMapper.builder().build().readTree(in);
      List<Family> families = new ArrayList<>();
      table.path("families").forEach(family -> families.add(family(family)));
      return new ModelTable(day(table, "asOf"), families);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The family with the longest name that includes the model. */
  Family family(String model) {
    return families.stream()
        .filter(family -> family.includes(model))
        .max(Comparator.comparingInt(family -> family.name().length()))
        .orElse(Family.UNKNOWN);
  }

  /** What the model costs on a day, if the table says so. */
  Optional<ModelInfo.Price> price(String model, LocalDate day) {
    Family family = family(model);
    if (!SAME_PRICE.matcher(model.substring(family.name().length())).matches()) {
      return Optional.empty();
    }
    ModelInfo.Price latest = null;
    for (DatedPrice price : family.prices()) {
      if (latest == null || !price.from().isAfter(day)) {
        latest = price.price();
      }
    }
    return Optional.ofNullable(latest);
  }

  private static Family family(JsonNode json) {
    List<DatedPrice> prices = new ArrayList<>();
    for (JsonNode price : json.path("prices")) {
      prices.add(
          new DatedPrice(
              day(price, "from"),
              new ModelInfo.Price(micros(price, "input"), micros(price, "output"))));
    }
    return new Family(
        text(json, "name"),
        switch (text(json, "thinking")) {
          case "level" -> Thinking.LEVEL;
          case "budget" -> Thinking.BUDGET;
          case "none" -> Thinking.NONE;
          default -> throw new IllegalStateException(FILE + " knows no such way to think");
        },
        json.path("lowBudget").asInt(),
        json.path("highBudget").asInt(),
        json.path("thinksByItself").asBoolean(json.path("thinking").asText().equals("level")),
        true,
        json.path("inputTokens").asInt(),
        json.path("outputTokens").asInt(),
        json.has("retires") ? day(json, "retires") : null,
        prices);
  }

  private static String text(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.isTextual()) {
      throw new IllegalStateException("\"" + field + "\" is missing in " + FILE);
    }
    return value.textValue();
  }

  private static LocalDate day(JsonNode json, String field) {
    return LocalDate.parse(text(json, field));
  }

  private static long micros(JsonNode json, String field) {
    JsonNode dollars = json.path(field);
    if (!dollars.isNumber()) {
      throw new IllegalStateException("\"" + field + "\" is missing in a price of " + FILE);
    }
    return dollars.decimalValue().multiply(MICRO).longValueExact();
  }
}
