package dev.packageforge.redis;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import redis.clients.jedis.HostAndPort;

/**
 * Which server to ask. All keys are in one slot, so that in a cluster there is one owner of
 * everything; a server that is not the owner says who is. When the owner is gone, the others that
 * were heard of are asked in turn.
 */
final class Route {
  private final List<Place> seeds;
  private List<Place> known;
  private Place current;

  Route(List<Place> seeds) {
    this.seeds = seeds;
    known = seeds;
    current = seeds.get(0);
  }

  /** The server that owned the keys when it was last heard of, or the next one to try. */
  synchronized Place current() {
    return current;
  }

  /** Whether there is another server to try. */
  synchronized boolean manifold() {
    return known.size() > 1;
  }

  /** Another server owns the keys. */
  synchronized Place moved(Place from, HostAndPort to) {
    Place target = place(from, to);
    if (current.equals(from) && !target.equals(from)) {
      current = target;
    }
    if (!known.contains(target)) {
      Set<Place> all = new LinkedHashSet<>(known);
      all.add(target);
      known = List.copyOf(all);
    }
    return target;
  }

  /** A server did not answer: the next one is asked, if there is one. */
  synchronized Place gone(Place place) {
    if (current.equals(place)) {
      current = known.get((known.indexOf(place) + 1) % known.size());
    }
    return current;
  }

  /** The servers of the cluster, as one of them lists them (CLUSTER SLOTS). */
  synchronized void learn(Place from, Object slots) {
    Set<Place> all = new LinkedHashSet<>();
    if (slots instanceof List<?> ranges) {
      for (Object range : ranges) {
        if (range instanceof List<?> parts) {
          for (Object part : parts) {
            if (part instanceof List<?> server
                && server.size() >= 2
                && server.get(1) instanceof Long port
                && port > 0) {
              String host = server.get(0) == null ? "" : Answers.text(server.get(0));
              all.add(place(from, new HostAndPort(host, port.intValue())));
            }
          }
        }
      }
    }
    all.addAll(seeds);
    all.add(current);
    known = new ArrayList<>(all);
  }

  /** A server that does not know its own address says nothing, and means the one that was asked. */
  static Place place(Place from, HostAndPort to) {
    String host = to.getHost();
    return new Place(
        host == null || host.isEmpty() || host.equals("?") ? from.host() : host, to.getPort());
  }
}
