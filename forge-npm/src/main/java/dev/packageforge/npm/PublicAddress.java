package dev.packageforge.npm;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Tells addresses of the public network from those of this machine, this network and this host's
 * keeper (IANA's registries of special-purpose addresses, IPv4 and IPv6).
 */
final class PublicAddress {
  /** First address and length of each block that is nobody's in public. */
  private static final int[][] RESERVED = {
    {0, 0, 0, 0, 8},
    {10, 0, 0, 0, 8},
    {100, 64, 0, 0, 10},
    {127, 0, 0, 0, 8},
    {169, 254, 0, 0, 16},
    {172, 16, 0, 0, 12},
    {192, 0, 0, 0, 24},
    {192, 0, 2, 0, 24},
    {192, 88, 99, 0, 24},
    {192, 168, 0, 0, 16},
    {198, 18, 0, 0, 15},
    {198, 51, 100, 0, 24},
    {203, 0, 113, 0, 24},
    {224, 0, 0, 0, 3},
  };

  private PublicAddress() {}

  static boolean is(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet4Address) {
      return Arrays.stream(RESERVED).noneMatch(block -> isIn(bytes, block));
    }
    return address instanceof Inet6Address && isPublic6(bytes);
  }

  private static boolean isIn(byte[] address, int[] block) {
    int length = block[4];
    return (number(address, 0)
                ^ number(
                    new byte[] {(byte) block[0], (byte) block[1], (byte) block[2], (byte) block[3]},
                    0))
            >>> (32 - length)
        == 0;
  }

  private static int number(byte[] bytes, int from) {
    return (bytes[from] & 0xff) << 24
        | (bytes[from + 1] & 0xff) << 16
        | (bytes[from + 2] & 0xff) << 8
        | (bytes[from + 3] & 0xff);
  }

  /** Only what is given out (2000::/3) is public, and an IPv4 address inside is judged itself. */
  private static boolean isPublic6(byte[] bytes) {
    int first = number(bytes, 0);
    boolean translated = first == 0x0064ff9b && number(bytes, 4) == 0 && number(bytes, 8) == 0;
    if (translated) {
      return is4(bytes, 12);
    }
    if (first >>> 16 == 0x2002) {
      return is4(bytes, 2);
    }
    boolean given = first >>> 29 == 1;
    boolean documentation = first == 0x20010db8 || first >>> 12 == 0x3fff0;
    boolean protocol = first >>> 9 == 0x20010000 >>> 9;
    return given && !documentation && !protocol;
  }

  private static boolean is4(byte[] bytes, int from) {
    try {
      return is(InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4)));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
