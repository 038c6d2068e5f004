package dev.packageforge.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.InputStream;
import java.io.OutputStream;

/** A connection that has become a pipe in both directions. */
final class Conversation implements AutoCloseable {
  private final DockerHttpClient.Response response;
  private final Feed feed;

  Conversation(DockerHttpClient.Response response, Feed feed) {
    this.response = response;
    this.feed = feed;
  }

  InputStream body() {
    return response.getBody();
  }

  OutputStream input() {
    return feed.sink();
  }

  /** Hangs up; whoever reads or writes notices at once. Calling it again does nothing. */
  @Override
  public void close() {
    feed.breakOff();
    response.close();
  }
}
