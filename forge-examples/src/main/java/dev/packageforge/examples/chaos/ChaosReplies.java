package dev.packageforge.examples.chaos;

/** What the model double says. */
final class ChaosReplies {
  /** How a file begins that passes. */
  static final String GOOD = "good";

  /** A package that the catalog does not know. */
  static final String INVENTED = "invented-thing";

  private static final String PLAN =
      """
      {"name": "NAME", "summary": "Stands for any package.",
       "files": [{"path": "index.js", "purpose": "code"}], "behaviours": ["is good"],
       "dependencies": [{"name": "NEEDED", "range": "^1.0.0", "reason": "to look it up"}]}
      """;

  private ChaosReplies() {}

  /**
   * The answer to one step.
   *
   * @param step as {@code CallId.step} has it: {@code repair-1}
   */
  static String reply(Fate fate, String step, String marker) {
    int dash = step.lastIndexOf('-');
    int round = Integer.parseInt(step.substring(dash + 1));
    return switch (step.substring(0, dash)) {
      case "plan" ->
          PLAN.replace("NAME", fate.name())
              .replace("NEEDED", round < fate.plans() ? INVENTED : "real-thing");
      case "write" -> file(marker, "README.md", "# " + fate.name()) + code(fate, marker, 1);
      case "repair" -> "@@@ " + marker + " cause a typo\n" + code(fate, marker, round + 1);
      default -> throw new IllegalArgumentException("nobody asks for " + step);
    };
  }

  private static String code(Fate fate, String marker, int draft) {
    String quality = draft >= fate.goodDraft() ? GOOD : "bad";
    return file(marker, "index.js", quality + " " + fate.name() + " " + draft);
  }

  private static String file(String marker, String path, String content) {
    return "@@@ " + marker + " file " + path + "\n" + content + "\n@@@ " + marker + " end\n";
  }
}
