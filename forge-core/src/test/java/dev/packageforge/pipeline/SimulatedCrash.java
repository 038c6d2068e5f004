package dev.packageforge.pipeline;

/** The process ends here: nothing it knew is left, and nothing it tries later happens. */
final class SimulatedCrash extends Error {
  private static final long serialVersionUID = 1L;

  SimulatedCrash() {
    super("crashed", null, false, false);
  }
}
