package dev.packageforge.examples.eval;

/** What happens on the way to a repair that helps. */
enum Exercise {
  /** Nothing: the first repair is an edit that fits, and helps. */
  STRAIGHT,
  /** The first repair changes something else. */
  WRONG_FIRST,
  /** The edit does not fit, so that the whole file is asked for. */
  MISSED_EDIT,
  /** The answer is cut off in the middle of a file. */
  CUT_OFF,
  /** Too many calls, trouble of the service's own, and an answer that comes too late. */
  STORM,
  /** The service has too much to do, and does not say what the call took. */
  OVERLOADED;

  /** Most take the straight way; each other way is taken by one mutant in ten. */
  static Exercise of(int number) {
    int way = number % 10;
    return way < values().length ? values()[way] : STRAIGHT;
  }
}
