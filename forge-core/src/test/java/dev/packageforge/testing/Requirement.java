package dev.packageforge.testing;

import java.util.Arrays;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * What a test needs of the machine. Where it is missing the test is skipped and says so; where the
 * environment variable {@code FORGE_REQUIRE} names it, as in {@code
 * FORGE_REQUIRE=docker,redis,node}, the test fails instead.
 */
public final class Requirement {
  /** The variable. */
  public static final String VARIABLE = "FORGE_REQUIRE";

  private Requirement() {}

  /**
   * Goes on only if something is there.
   *
   * @param name as {@code FORGE_REQUIRE} has it
   * @param present whether it is there
   * @param missing a sentence that says what is not, and how to get it
   */
  public static void need(String name, boolean present, String missing) {
    if (present) {
      return;
    }
    String required = System.getenv().getOrDefault(VARIABLE, "");
    if (Arrays.asList(required.split(",")).contains(name)) {
      Assertions.fail(VARIABLE + " names " + name + ": " + missing);
    }
    System.err.println("SKIPPED, no " + name + ": " + missing);
    Assumptions.abort("no " + name + ": " + missing);
  }
}
