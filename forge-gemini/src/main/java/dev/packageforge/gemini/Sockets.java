package dev.packageforge.gemini;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import javax.net.SocketFactory;
import okhttp3.Call;
import okhttp3.EventListener;

/**
 * Makes the sockets of calls, and hands each to the exchange that it is for, which may then close
 * it. OkHttp's own way to cancel a call is deaf for a moment between the connection and the
 * handshake, and does not listen twice.
 */
final class Sockets extends SocketFactory {
  private static final ThreadLocal<Exchange> NEXT = new ThreadLocal<>();

  /** Tells this factory which exchange the next socket of this thread is for. */
  static final class Dialing extends EventListener {
    private final Exchange exchange;

    Dialing(Exchange exchange) {
      this.exchange = exchange;
    }

    /** Called by the thread that then makes the socket, which need not be the call's own. */
    @Override
    public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
      NEXT.set(exchange);
    }
  }

  @Override
  public Socket createSocket() {
    Exchange exchange = NEXT.get();
    NEXT.remove();
    Socket socket = new Socket();
    if (exchange != null) {
      exchange.opened(socket);
    }
    return socket;
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw connected();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    throw connected();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw connected();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
    throw connected();
  }

  private static UnsupportedOperationException connected() {
    return new UnsupportedOperationException("sockets are made first and connected later");
  }
}
