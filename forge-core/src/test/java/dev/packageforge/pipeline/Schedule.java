package dev.packageforge.pipeline;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What goes wrong at which port call. The calls of one world are numbered from 1. */
record Schedule(List<Fault> faults) {
  static final Schedule CALM = new Schedule(List.of());

  /** How a call can go wrong. */
  enum Kind {
    /** The process dies; the call was not made. */
    CRASH_BEFORE,
    /** The call was made; the process dies before it hears the answer. */
    CRASH_AFTER,
    /** The call was not made; the caller hears the port's own exception. */
    LOST_REQUEST,
    /** The call was made; the caller hears the port's own exception. */
    LOST_ANSWER,
    /** The process stands still beyond its lease while all others go on; then makes the call. */
    FREEZE,
    /** A person cancels just before the call. */
    CANCEL
  }

  /** One thing that goes wrong. */
  record Fault(int call, Kind kind) {
    @Override
    public String toString() {
      return call + ":" + kind;
    }
  }

  Schedule {
    faults = List.copyOf(faults);
  }

  static Schedule of(Fault... faults) {
    return new Schedule(List.of(faults));
  }

  /** Reads what {@link #toString} wrote. */
  static Schedule parse(String text) {
    if (text.equals("calm")) {
      return CALM;
    }
    return new Schedule(
        Arrays.stream(text.split(",", -1))
            .map(fault -> fault.split(":", 2))
            .map(parts -> new Fault(Integer.parseInt(parts[0]), Kind.valueOf(parts[1])))
            .toList());
  }

  Schedule and(Fault fault) {
    List<Fault> more = new ArrayList<>(faults);
    more.add(fault);
    return new Schedule(more);
  }

  /** How this call goes wrong, if it does. A loop, for it is asked millions of times. */
  Optional<Kind> at(int call) {
    for (Fault fault : faults) {
      if (fault.call() == call) {
        return Optional.of(fault.kind());
      }
    }
    return Optional.empty();
  }

  int lastCall() {
    return faults.stream().mapToInt(Fault::call).max().orElse(0);
  }

  @Override
  public String toString() {
    return faults.isEmpty() ? "calm" : faults.stream().map(Fault::toString).collect(joining(","));
  }
}
