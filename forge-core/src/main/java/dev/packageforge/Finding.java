package dev.packageforge;

import java.util.regex.Pattern;

/**
 * One thing a check says, for the person who approves and for the model that repairs.
 *
 * @param severity whether it stops the package
 * @param code stable, in kebab case, to be searched for: {@code path-outside-package}
 * @param where the place, as {@code path} or {@code path:line}; empty if it is about the whole
 * @param sentence what is wrong, in one sentence
 * @param remedy what to do, in one sentence; empty if it goes without saying
 */
public record Finding(
    Severity severity, String code, String where, String sentence, String remedy) {

  private static final Pattern LINE = Pattern.compile(":[0-9]+$");

  /** What a finding does to the verdict. */
  public enum Severity {
    /** Red: the draft is not good enough. */
    ERROR,
    /** Shown at approval, stops nothing. */
    WARNING
  }

  /** A red finding. */
  public static Finding error(String code, String where, String sentence, String remedy) {
    return new Finding(Severity.ERROR, code, where, sentence, remedy);
  }

  /** A finding that stops nothing. */
  public static Finding warning(String code, String where, String sentence, String remedy) {
    return new Finding(Severity.WARNING, code, where, sentence, remedy);
  }

  /** The file it is about, without the line; empty if it is about the whole. */
  public String path() {
    return LINE.matcher(where).replaceFirst("");
  }

  /** Whether it stops the package. */
  public boolean isError() {
    return severity == Severity.ERROR;
  }
}
