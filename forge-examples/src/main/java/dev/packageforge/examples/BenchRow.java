package dev.packageforge.examples;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One figure of a bench that compares.
 *
 * @param what was measured
 * @param unit of both figures
 * @param ours what we did
 * @param theirs what the other one did, if there was another one
 * @param goal what ours should be
 */
record BenchRow(String what, Unit unit, double ours, @Nullable Double theirs, Goal goal) {
  /** What a figure counts, and which is better. */
  enum Unit {
    /** Of these, more is better. */
    PER_SECOND("/s"),
    /** Of these, less is better. */
    MILLISECONDS("ms"),
    /** Of these, less is better. */
    COMMANDS("commands"),
    /** Of these, less is better. */
    COMMANDS_A_MINUTE("commands a minute"),
    /** Parts of something else that was measured; of these, less is better. */
    RATIO("x"),
    /** Of these, less is better. */
    MEGABYTES("MB"),
    /** Of these, less is better. */
    CASES("cases");

    private final String label;

    Unit(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }

    String write(double value) {
      return switch (this) {
        case PER_SECOND, CASES -> String.format(Locale.ROOT, "%,d", Math.round(value));
        case MILLISECONDS, RATIO, MEGABYTES -> String.format(Locale.ROOT, "%.2f", value);
        case COMMANDS, COMMANDS_A_MINUTE -> String.format(Locale.ROOT, "%.1f", value);
      };
    }
  }

  /**
   * What a figure should be.
   *
   * @param most ours should be this at most; null if that is no goal
   * @param times ours should be so many times better than theirs; null if that is no goal
   */
  record Goal(@Nullable Double most, @Nullable Double times) {
    static final Goal NONE = new Goal(null, null);

    static Goal most(double value) {
      return new Goal(value, null);
    }

    static Goal times(double ratio) {
      return new Goal(null, ratio);
    }
  }

  /** How many times better ours is; null if there is nothing to compare with. */
  @Nullable Double ratio() {
    if (theirs == null) {
      return null;
    }
    return unit == Unit.PER_SECOND ? ours / theirs : theirs / ours;
  }

  /** Whether the goal was missed, as far as that can be told. */
  boolean missed() {
    Double ratio = ratio();
    boolean tooMuch = goal.most() != null && ours > goal.most();
    boolean tooFew = goal.times() != null && ratio != null && ratio < goal.times();
    return tooMuch || tooFew;
  }

  /** The goal in words; empty if there is none. */
  String goalInWords() {
    String words = "";
    if (goal.most() != null) {
      words = "at most " + plain(goal.most());
    } else if (goal.times() != null) {
      words = "at least " + plain(goal.times()) + "x";
    }
    return missed() ? words + "  MISSED" : words;
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
