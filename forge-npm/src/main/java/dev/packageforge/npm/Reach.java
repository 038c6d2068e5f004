package dev.packageforge.npm;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/** Why a registry could not be talked to, for people. What libraries say is not repeated. */
final class Reach {
  private Reach() {}

  static String sentence(String place, WireException e) {
    return place + " " + trouble(e) + ".";
  }

  static String remedy(WireException e) {
    IOException trouble = e.trouble();
    if (trouble instanceof SSLException) {
      return "Name the certificate of whoever signs for it with npm's setting \"cafile\".";
    }
    return "Check the network, the proxy and \"npm config get registry\", then try again.";
  }

  private static String trouble(WireException e) {
    IOException trouble = e.trouble();
    if (trouble instanceof UnknownHostException) {
      return "was not reached: its name was not found";
    }
    if (trouble instanceof NoRouteToHostException) {
      return "was not reached: there is no way to it";
    }
    if (trouble instanceof SSLException) {
      return e.begun()
          ? "broke the encrypted connection off"
          : "was not trusted: the encrypted connection could not be made";
    }
    if (trouble instanceof ConnectException) {
      return "was not reached: the connection was refused";
    }
    if (trouble instanceof InterruptedIOException) {
      return e.begun() ? "did not answer in time" : "was not reached in time";
    }
    return e.begun() ? "broke the connection off" : "was not reached";
  }
}
