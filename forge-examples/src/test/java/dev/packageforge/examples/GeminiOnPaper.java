package dev.packageforge.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A service on this machine that answers as Gemini's would, with what a demo recording says. It
 * keeps who asked what.
 */
final class GeminiOnPaper implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern MARKER = Pattern.compile("@@@ ([0-9a-f]{16}) ");

  private final HttpServer server;
  private final String answer;
  private final int status;
  private final List<String> answers;
  private final List<String> keys = new CopyOnWriteArrayList<>();
  private final List<String> paths = new CopyOnWriteArrayList<>();

  private GeminiOnPaper(int status, String answer, List<String> answers) {
    this.status = status;
    this.answer = answer;
    this.answers = answers;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  /** Gives these answers one after the other, each in one piece; the marker in them is set in. */
  static GeminiOnPaper saying(List<String> answers) {
    return new GeminiOnPaper(200, "", List.copyOf(answers));
  }

  /** Refuses everything with this body. */
  static GeminiOnPaper refusing(int status, String body) {
    return new GeminiOnPaper(status, body, List.of());
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The keys of all questions, in order. */
  List<String> keys() {
    return keys;
  }

  /** What was asked for, in order. */
  List<String> paths() {
    return paths;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String question = text(JSON.readTree(exchange.getRequestBody()));
    keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("x-goog-api-key")));
    paths.add(exchange.getRequestURI().getPath());
    String body = status == 200 ? stream(question, answers.get(keys.size() - 1)) : answer;
    String type = status == 200 ? "text/event-stream" : "application/json";
    exchange.getResponseHeaders().set("Content-Type", type);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static String text(JsonNode question) {
    StringBuilder text = new StringBuilder();
    question.findValues("text").forEach(part -> text.append(part.asText()).append('\n'));
    return text.toString();
  }

  private static String stream(String question, String answer) throws IOException {
    Matcher marker = MARKER.matcher(question);
    String said = marker.find() ? answer.replace("{{MARKER}}", marker.group(1)) : answer;
    return "data: "
        + JSON.writeValueAsString(
            JSON.readTree(
                """
                {"candidates": [{"content": {"role": "model", "parts": [{"text": %s}]},
                  "finishReason": "STOP", "index": 0}],
                 "usageMetadata": {"promptTokenCount": 900, "candidatesTokenCount": 300,
                  "thoughtsTokenCount": 100, "totalTokenCount": 1300},
                 "modelVersion": "gemini-on-paper"}
                """
                    .formatted(JSON.writeValueAsString(said))))
        + "\n\n";
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
