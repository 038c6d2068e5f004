package dev.packageforge.redis;

/**
 * Where a server listens.
 *
 * @param host a name or an address; an IPv6 address without its brackets
 * @param port from 1 to 65535
 */
record Place(String host, int port) {
  /** Where Redis listens if nobody says otherwise. */
  static final int USUAL_PORT = 6379;

  Place {
    if (host.isEmpty() || port < 1 || port > 65535) {
      throw new IllegalArgumentException("no such place: " + host + " port " + port);
    }
  }

  /**
   * Whether nobody but this machine is on the way: judged by the text, without asking for names.
   */
  boolean loopback() {
    return host.equalsIgnoreCase("localhost")
        || host.matches("127(\\.\\d{1,3}){3}")
        || host.matches("(0{1,4}:){7}0{0,3}1|::0{0,3}1");
  }

  /** As in an address. */
  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
