package dev.packageforge.pipeline;

import dev.packageforge.pipeline.Schedule.Fault;
import dev.packageforge.pipeline.Schedule.Kind;
import dev.packageforge.pipeline.SimulatedWorld.Outcome;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Plays schedules, many or all there are, and reports those that break an invariant. */
final class CrashSimulation {
  private final ProtocolBug bug;

  /** A simulation of the protocol with a bug, or with {@link ProtocolBug#NONE}. */
  CrashSimulation(ProtocolBug bug) {
    this.bug = bug;
  }

  /** A schedule that broke an invariant. */
  record Failure(Scenario scenario, Schedule schedule, List<String> violations) {
    @Override
    public String toString() {
      return String.join("; ", violations)
          + "\n  mvn -pl forge-core test -Dtest=CrashSimulationTest -Dforge.sim.replay="
          + scenario
          + "/"
          + schedule;
    }
  }

  /** What came of many schedules. */
  record Report(int played, List<Failure> failures) {}

  Report calm(Scenario scenario) {
    return report(Stream.of(play(scenario, Schedule.CALM)));
  }

  /** Every way in which one call can go wrong. */
  Report singles(Scenario scenario) {
    return report(after(scenario, Schedule.CALM, 1, EnumSet.allOf(Kind.class)));
  }

  /**
   * Every way in which two calls can go wrong, the later one as it comes after the earlier, from
   * the first call on in which this scenario differs from {@link Scenario#PUBLISHED}.
   */
  Report doubles(Scenario scenario) {
    return report(doublesFrom(scenario, firstDifference(scenario)));
  }

  private int firstDifference(Scenario scenario) {
    if (scenario == Scenario.PUBLISHED || scenario == Scenario.NO_SPARE_CALLS) {
      return 1;
    }
    List<String> usual = trace(Scenario.PUBLISHED);
    List<String> other = trace(scenario);
    int same = 0;
    while (same < usual.size() && same < other.size() && usual.get(same).equals(other.get(same))) {
      same++;
    }
    return same;
  }

  private List<String> trace(Scenario scenario) {
    return SimulatedWorld.playTraced(scenario, Schedule.CALM, bug).trace();
  }

  /** Some ways in which three calls can go wrong, in scenarios picked at random. */
  Report triples(long seed, int count) {
    List<Played> calm =
        Stream.of(Scenario.values()).map(scenario -> play(scenario, Schedule.CALM)).toList();
    return report(
        IntStream.range(0, count)
            .parallel()
            .mapToObj(i -> triple(calm, new SplittableRandom(seed + i))));
  }

  private Played triple(List<Played> calm, SplittableRandom random) {
    Played way = calm.get(random.nextInt(calm.size()));
    List<Kind> kinds = List.of(Kind.values());
    Schedule schedule = Schedule.CALM;
    for (int fault = 0; fault < 3; fault++) {
      // What goes wrong makes the way longer.
      int call = 1 + random.nextInt(way.outcome().calls() * (fault + 2) / 2);
      schedule = schedule.and(new Fault(call, kinds.get(random.nextInt(kinds.size()))));
    }
    return play(way.scenario(), schedule);
  }

  /** A schedule, calm, single or double, that breaks the invariant in these words. */
  Optional<Failure> findFailure(Scenario scenario, String violation) {
    return findIn(Stream.of(play(scenario, Schedule.CALM)), violation)
        .or(() -> findIn(after(scenario, Schedule.CALM, 1, EnumSet.allOf(Kind.class)), violation))
        .or(() -> findIn(doublesFrom(scenario, 1), violation));
  }

  private static Optional<Failure> findIn(Stream<Played> played, String violation) {
    return played
        .flatMap(one -> one.failure().stream())
        .filter(failure -> failure.violations().stream().anyMatch(v -> v.startsWith(violation)))
        .findAny();
  }

  private record Played(Scenario scenario, Schedule schedule, Outcome outcome) {
    Optional<Failure> failure() {
      return outcome.violations().isEmpty()
          ? Optional.empty()
          : Optional.of(new Failure(scenario, schedule, outcome.violations()));
    }
  }

  private Played play(Scenario scenario, Schedule schedule) {
    return new Played(scenario, schedule, SimulatedWorld.play(scenario, schedule, bug));
  }

  private Stream<Played> doublesFrom(Scenario scenario, int from) {
    Set<Kind> kinds = EnumSet.complementOf(EnumSet.of(Kind.CRASH_BEFORE));
    return after(scenario, Schedule.CALM, from, kinds)
        .map(Played::schedule)
        .flatMap(first -> after(scenario, first, first.lastCall() + 1, kinds));
  }

  /** This schedule with each thing more that can go wrong from some call on. */
  private Stream<Played> after(Scenario scenario, Schedule schedule, int from, Set<Kind> kinds) {
    int last = play(scenario, schedule).outcome().calls();
    return IntStream.rangeClosed(from, last)
        .parallel()
        .boxed()
        .flatMap(call -> kinds.stream().map(kind -> new Fault(call, kind)))
        .map(fault -> play(scenario, schedule.and(fault)));
  }

  private static Report report(Stream<Played> all) {
    List<Played> played = all.toList();
    List<Failure> failures = new ArrayList<>();
    played.forEach(one -> one.failure().ifPresent(failures::add));
    return new Report(played.size(), failures);
  }
}
