package dev.packageforge.redis;

/** Where an entry stands in its stream. */
record NewsId(long time, long number) implements Comparable<NewsId> {
  /** Before the first. */
  static final NewsId NONE = new NewsId(0, 0);

  /** As Redis writes it: {@code time-number}. */
  static NewsId of(String id) {
    int dash = id.indexOf('-');
    return new NewsId(
        Long.parseLong(id.substring(0, dash)), Long.parseLong(id.substring(dash + 1)));
  }

  @Override
  public int compareTo(NewsId other) {
    int byTime = Long.compare(time, other.time);
    return byTime == 0 ? Long.compare(number, other.number) : byTime;
  }
}
