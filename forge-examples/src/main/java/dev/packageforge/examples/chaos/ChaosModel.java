package dev.packageforge.examples.chaos;

import dev.packageforge.Cancellation;
import dev.packageforge.TokenUsage;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.llm.LanguageModelException;
import dev.packageforge.llm.LanguageModelException.Reason;
import dev.packageforge.llm.ModelInfo;
import dev.packageforge.llm.ModelListener;
import dev.packageforge.llm.ModelReply;
import dev.packageforge.llm.ModelRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Asks the model double. */
final class ChaosModel implements LanguageModel {
  private static final ModelInfo INFO = new ModelInfo("chaos", false, null);
  private static final TokenUsage USAGE = new TokenUsage(400, 0, 200, 0);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int OK = 200;

  private final HttpClient http;
  private final URI address;
  private final String worker;

  ChaosModel(HttpClient http, String doubles, String worker) {
    this.http = http;
    this.address = URI.create(doubles + "/model");
    this.worker = worker;
  }

  @Override
  public ModelInfo info() {
    return INFO;
  }

  @Override
  public ModelReply generate(
      ModelRequest request, ModelListener listener, Cancellation cancellation)
      throws InterruptedException {
    cancellation.throwIfCancelled();
    CompletableFuture<HttpResponse<String>> call =
        http.sendAsync(
            HttpRequest.newBuilder(address)
                .timeout(TIMEOUT)
                .header(Doubles.RUN, request.id().run().value())
                .header(Doubles.STEP, request.id().step())
                .header(Doubles.MARKER, request.prompt().marker())
                .header(Doubles.WORKER, worker)
                .POST(BodyPublishers.ofString(request.prompt().subject()))
                .build(),
            BodyHandlers.ofString());
    String text = text(call, cancellation);
    int half = text.length() / 2;
    listener.text(text.substring(0, half));
    listener.text(text.substring(half));
    return new ModelReply(text, USAGE, "chaos");
  }

  private static String text(
      CompletableFuture<HttpResponse<String>> call, Cancellation cancellation)
      throws InterruptedException {
    Cancellation.Registration stop = cancellation.onCancel(() -> call.cancel(true));
    try {
      HttpResponse<String> response = call.get();
      if (response.statusCode() != OK) {
        throw new LanguageModelException(
            Reason.OVERLOADED, "The model answered " + response.statusCode() + ".", "Wait.");
      }
      return response.body();
    } catch (ExecutionException e) {
      cancellation.throwIfCancelled(); // the client may say so in its own way
      if (e.getCause() instanceof IOException lost) {
        throw new LanguageModelException(
            Reason.NETWORK, "The model's answer was lost: " + lost, "Wait.", null, lost);
      }
      throw new IllegalStateException("the model could not be asked", e);
    } catch (CancellationException e) {
      throw new CancellationException("cancelled during a model call");
    } catch (InterruptedException e) {
      call.cancel(true);
      throw e;
    } finally {
      stop.close();
    }
  }
}
