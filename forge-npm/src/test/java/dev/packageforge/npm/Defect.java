package dev.packageforge.npm;

import dev.packageforge.Finding.Severity;
import java.util.function.Supplier;

/**
 * One change to a sound package that the gate must catch.
 *
 * @param name what was done
 * @param sound the package before
 * @param spoiled the package after
 * @param code the finding that it must lead to
 * @param severity whether the package is refused for it
 */
record Defect(String name, Sound sound, Supplier<Sound> spoiled, String code, Severity severity) {

  /** One that must be refused. */
  static Defect refused(String name, String code, Sound sound, Supplier<Sound> spoiled) {
    return new Defect(name, sound, spoiled, code, Severity.ERROR);
  }

  /** One that must be warned of. */
  static Defect warned(String name, String code, Sound sound, Supplier<Sound> spoiled) {
    return new Defect(name, sound, spoiled, code, Severity.WARNING);
  }

  @Override
  public String toString() {
    return sound.kind() + ": " + name + " -> " + code;
  }
}
