package dev.packageforge.examples.chaos;

/**
 * How often a network does what, in each 10,000 pieces of data that pass.
 *
 * @param latency waits up to 40 ms
 * @param stall waits up to 2 s
 * @param chunk comes in single bytes and small bits
 * @param lostRequest never arrives, nor does anything after it
 * @param lostReply is done, but the answer never arrives, nor does anything after it
 * @param cut the connection ends in the middle of the piece
 * @param reset the connection is torn down at once
 */
public record Faults(
    int latency, int stall, int chunk, int lostRequest, int lostReply, int cut, int reset) {
  /** A network as it should be. */
  public static final Faults NONE = new Faults(0, 0, 0, 0, 0, 0, 0);

  /** A bad day: most of what passes is sound, and no minute is without trouble. */
  public static final Faults ROUGH = new Faults(300, 4, 200, 3, 3, 8, 8);

  /** Each at least 0, together at most 10,000. */
  public Faults {
    int all = 0;
    for (int each : new int[] {latency, stall, chunk, lostRequest, lostReply, cut, reset}) {
      if (each < 0) {
        throw new IllegalArgumentException("a fault cannot happen less than never");
      }
      all += each;
    }
    if (all > FaultProxy.PIECES) {
      throw new IllegalArgumentException("more faults than pieces");
    }
  }

  int of(FaultProxy.Kind kind) {
    return switch (kind) {
      case LATENCY -> latency;
      case STALL -> stall;
      case CHUNK -> chunk;
      case LOST_REQUEST -> lostRequest;
      case LOST_REPLY -> lostReply;
      case CUT -> cut;
      case RESET -> reset;
    };
  }
}
