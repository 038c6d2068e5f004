package dev.packageforge.redis;

import static java.util.Objects.requireNonNull;

import dev.packageforge.Secret;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is, how to get there, and who asks: {@code
 * redis[s]://[user[:password]@]host[:port][,host[:port]...][/database]}.
 *
 * <p>With {@code rediss} the way is TLS, and the server must prove its name. With {@code redis}
 * everything, the password too, can be read on the way, so that this is refused unless the server
 * is on this machine or {@link Builder#allowPlain} was said. Several hosts are several ways into
 * one cluster; one is enough as long as it lives.
 *
 * <p>A user name or password is written as in any address: a percent sign in it as {@code %25}. It
 * is never shown: {@code toString} leaves it out, and so does every message about an address.
 */
public final class RedisAddress {
  private static final String FORM = "redis[s]://[user[:password]@]host[:port][/database]";
  private static final Pattern SCHEME =
      Pattern.compile("(rediss?)://(.*)", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern HOST =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([A-Za-z0-9._-]+))(?::(\\d{1,5}))?");

  private final boolean tls;
  private final List<Place> places;
  private final @Nullable String user;
  private final @Nullable Secret password;
  private final int database;
  private final boolean plainAllowed;
  private final @Nullable Path authority;

  private RedisAddress(Builder builder) {
    tls = builder.tls;
    places = builder.places;
    user = builder.user;
    password = builder.password;
    database = builder.database;
    plainAllowed = builder.plainAllowed;
    authority = builder.authority;
    if (user != null && password == null) {
      throw Builder.not("a user needs a password, as in redis://user:password@host");
    }
    for (Place place : places) {
      check(place);
    }
    if (authority != null && !tls) {
      throw new IllegalArgumentException(
          "a certificate authority is of use only with rediss://, and "
              + this
              + " is plain: write rediss://");
    }
  }

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException if it is none, or is plain to another machine; the message
   *     repeats nothing that may be a password
   */
  public static RedisAddress parse(String text) {
    return builder(text).build();
  }

  /**
   * Reads an address to which something is to be added.
   *
   * @throws IllegalArgumentException if it is none; the message repeats nothing that may be a
   *     password
   */
  public static Builder builder(String text) {
    return new Builder(text);
  }

  /** Whether the way is encrypted. */
  public boolean tls() {
    return tls;
  }

  /** Whether every server named is on this machine. */
  public boolean loopback() {
    return places.stream().allMatch(Place::loopback);
  }

  /** The whole address, user and password included, for whoever hands it to another process. */
  public Secret written() {
    StringBuilder text = new StringBuilder(tls ? "rediss://" : "redis://");
    if (user != null || password != null) {
      text.append(user == null ? "" : encode(user));
      text.append(password == null ? "" : ":" + encode(password.reveal())).append('@');
    }
    return Secret.of(text + hosts());
  }

  /** The address without user and password. */
  @Override
  public String toString() {
    return (tls ? "rediss://" : "redis://") + hosts();
  }

  List<Place> places() {
    return places;
  }

  Optional<String> user() {
    return Optional.ofNullable(user);
  }

  Optional<Secret> password() {
    return Optional.ofNullable(password);
  }

  int database() {
    return database;
  }

  Optional<Path> authority() {
    return Optional.ofNullable(authority);
  }

  /**
   * Refuses to send anything in plain to another machine.
   *
   * @throws IllegalArgumentException if it would
   */
  void check(Place place) {
    if (!tls && !plainAllowed && !place.loopback()) {
      throw new IllegalArgumentException(
          "redis://"
              + place
              + " is another machine, and plain redis:// lets anybody on the way read and change"
              + " everything: write rediss://, or allow plain connections explicitly");
    }
  }

  private String hosts() {
    return places.stream().map(Place::toString).collect(Collectors.joining(","))
        + (database == 0 ? "" : "/" + database);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** An address to which something is added. */
  public static final class Builder {
    private final boolean tls;
    private final List<Place> places;
    private final @Nullable String user;
    private @Nullable Secret password;
    private final int database;
    private boolean plainAllowed;
    private @Nullable Path authority;

    private Builder(String text) {
      Matcher scheme = SCHEME.matcher(text.strip());
      if (!scheme.matches()) {
        throw not("it must begin with redis:// or rediss://");
      }
      tls = scheme.group(1).toLowerCase(Locale.ROOT).equals("rediss");
      String rest = scheme.group(2);
      // The last one, so that a password may hold an @ of its own.
      int at = rest.lastIndexOf('@');
      String who = at < 0 ? "" : rest.substring(0, at);
      int colon = who.indexOf(':');
      String name = colon < 0 ? who : who.substring(0, colon);
      user = name.isEmpty() ? null : decode(name);
      String word = colon < 0 ? "" : decode(who.substring(colon + 1));
      try {
        password = word.isEmpty() ? null : Secret.of(word);
      } catch (IllegalArgumentException e) {
        throw not("the password must be one line and not blank");
      }
      String where = rest.substring(at + 1);
      if (where.indexOf('?') >= 0 || where.indexOf('#') >= 0) {
        throw not("it takes no options after a ? or #");
      }
      int slash = where.indexOf('/');
      places = places(slash < 0 ? where : where.substring(0, slash));
      database = database(slash < 0 ? "" : where.substring(slash + 1));
      if (places.size() > 1 && database != 0) {
        throw not("a cluster has no database but 0");
      }
    }

    /**
     * Lets plain {@code redis://} go to another machine. Say this only where the whole network in
     * between is trusted as much as this machine. Default: refused.
     */
    public Builder allowPlain() {
      plainAllowed = true;
      return this;
    }

    /**
     * A file of certificates (PEM); the server's must be signed by one of them. Default: those that
     * Java trusts.
     */
    public Builder authority(Path pem) {
      authority = requireNonNull(pem, "pem");
      return this;
    }

    /** The password, where it comes apart from the address. Default: the one in the address. */
    public Builder password(Secret password) {
      this.password = requireNonNull(password, "password");
      return this;
    }

    /**
     * The address.
     *
     * @throws IllegalArgumentException if it is plain to another machine and this was not allowed
     */
    public RedisAddress build() {
      return new RedisAddress(this);
    }

    private static List<Place> places(String text) {
      List<Place> found = new ArrayList<>();
      for (String one : text.split(",", -1)) {
        Matcher host = HOST.matcher(one);
        if (!host.matches()) {
          throw not(
              "the host must be a name, an IPv4 address or an IPv6 address in brackets, then perhaps"
                  + " a colon and a port");
        }
        int port = host.group(3) == null ? Place.USUAL_PORT : Integer.parseInt(host.group(3));
        if (port < 1 || port > 65535) {
          throw not("a port is a number from 1 to 65535");
        }
        found.add(new Place(host.group(1) == null ? host.group(2) : host.group(1), port));
      }
      return List.copyOf(found);
    }

    private static int database(String text) {
      if (text.isEmpty()) {
        return 0;
      }
      if (!text.matches("\\d{1,5}")) {
        throw not("after the host comes at most a slash and the number of a database");
      }
      return Integer.parseInt(text);
    }

    private static String decode(String text) {
      try {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        throw not("a percent sign in a user or password is written %25");
      }
    }

    private static IllegalArgumentException not(String why) {
      return new IllegalArgumentException("not a Redis address (" + FORM + "): " + why);
    }
  }
}
