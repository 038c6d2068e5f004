package dev.packageforge.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A test that finds nothing wrong is worth what it would have found. */
class ScriptMutantsTest {
  private static final int WORLDS = 20;
  private static final int STEPS = 400;

  @ParameterizedTest
  @EnumSource
  void mistakeInAScriptIsFound(ScriptMutant mutant) throws InterruptedException {
    for (String name : mutant.scripts()) {
      Script script = Scripts.ofThisVersion().get(name);
      assertThat(mutant.make(script).text())
          .as("%s of %s", name, mutant)
          .isNotEqualTo(script.text());
    }
    assertThat(isFound(mutant)).as("%s is found", mutant).isTrue();
  }

  private static boolean isFound(ScriptMutant mutant) throws InterruptedException {
    for (int seed = 1; seed <= WORLDS; seed++) {
      try (Interleaving interleaving =
          new Interleaving(seed, CheckedScripts.changed(mutant::make))) {
        interleaving.run(STEPS);
      } catch (AssertionError found) {
        return true;
      }
    }
    return false;
  }
}
