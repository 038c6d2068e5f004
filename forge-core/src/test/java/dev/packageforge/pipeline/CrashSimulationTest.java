package dev.packageforge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.packageforge.pipeline.CrashSimulation.Report;
import dev.packageforge.pipeline.Schedule.Fault;
import dev.packageforge.pipeline.Schedule.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Plays the real state machine through every single and every double mishap, and through some
 * triple ones. {@code -Dforge.sim.count} and {@code -Dforge.sim.seed} say how many and which; a
 * failure prints the line that plays it again, and then what happened, call by call.
 */
class CrashSimulationTest {
  private static final int SHOWN = 5;

  private final CrashSimulation simulation = new CrashSimulation(ProtocolBug.NONE);

  @TestFactory
  Stream<DynamicTest> schedules() {
    String replay = System.getProperty("forge.sim.replay", "");
    if (!replay.isEmpty()) {
      return Stream.of(dynamicTest(replay, () -> replay(replay)));
    }
    int count = Integer.getInteger("forge.sim.count", 20_000);
    long seed = Long.getLong("forge.sim.seed", 1);
    List<DynamicTest> tests = new ArrayList<>();
    for (Scenario scenario : Scenario.values()) {
      tests.add(dynamicTest(scenario + ", calm", () -> sound(simulation.calm(scenario))));
      tests.add(dynamicTest(scenario + ", singles", () -> sound(simulation.singles(scenario))));
      tests.add(dynamicTest(scenario + ", doubles", () -> sound(simulation.doubles(scenario))));
    }
    tests.add(
        dynamicTest(
            count + " triples from seed " + seed, () -> sound(simulation.triples(seed, count))));
    return tests.stream();
  }

  @Test
  void scheduleIsReadAsItIsWritten() {
    String text = "3:CRASH_AFTER,17:FREEZE,20:CANCEL";

    assertThat(Schedule.parse(text)).hasToString(text);
    assertThat(Schedule.parse("calm")).isEqualTo(Schedule.CALM).hasToString("calm");
  }

  @Test
  void sameScheduleIsPlayedAlikeEachTime() {
    Schedule schedule = Schedule.parse("16:FREEZE,40:CRASH_AFTER");

    assertThat(SimulatedWorld.playTraced(Scenario.PUBLISHED, schedule, ProtocolBug.NONE))
        .isEqualTo(SimulatedWorld.playTraced(Scenario.PUBLISHED, schedule, ProtocolBug.NONE));
  }

  @Test
  void runThatKillsItsWorkersIsGivenUp() {
    // Each worker dies as soon as it has its lease; the next one asks in vain until that lapsed.
    Schedule deadly = Schedule.CALM;
    for (int death = 0; death <= RunShift.MAX_LOST; death++) {
      deadly = deadly.and(new Fault(3 + 3 * death, Kind.CRASH_BEFORE));
    }

    assertThat(SimulatedWorld.play(Scenario.PUBLISHED, deadly, ProtocolBug.NONE).violations())
        .containsExactly("I1: ended as FAILED WORKER_LOST");
  }

  private static void sound(Report report) {
    List<String> shown =
        report.failures().stream().limit(SHOWN).map(CrashSimulation.Failure::toString).toList();
    assertThat(report.played()).isPositive();
    assertThat(report.failures())
        .withFailMessage(
            "%d of %d schedules broke an invariant:%n%s",
            report.failures().size(), report.played(), String.join("\n", shown))
        .isEmpty();
  }

  private static void replay(String text) {
    String[] parts = text.split("/", 2);
    Scenario scenario = Scenario.valueOf(parts[0]);
    SimulatedWorld.Outcome outcome =
        SimulatedWorld.playTraced(scenario, Schedule.parse(parts[1]), ProtocolBug.NONE);
    outcome.trace().forEach(System.out::println);
    assertThat(outcome.violations()).isEmpty();
  }
}
