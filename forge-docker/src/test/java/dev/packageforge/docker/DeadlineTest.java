package dev.packageforge.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSpec.Limits;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An engine that stops talking, in every call that we have. */
@Timeout(60)
class DeadlineTest {
  private static final String API = "/v1.45";
  private static final Image IMAGE = new Image("some:1", "sha256:ab", List.of(), List.of());

  private FakeEngine fake;
  private Engine engine;

  @BeforeEach
  void connect(@TempDir Path folder) throws Exception {
    fake = FakeEngine.docker(folder.resolve("docker.sock"), "1.45");
    Duration limit = Duration.ofMillis(300);
    EngineSettings settings =
        new EngineSettings(
            fake.address(),
            null,
            Map.of(),
            folder,
            folder,
            new Engine.Deadlines(limit, limit, limit));
    engine = patiently(settings);
  }

  /** On a busy machine even a good engine may take longer than this test's short deadlines. */
  private static Engine patiently(EngineSettings settings) throws InterruptedException {
    SandboxException last = null;
    for (int i = 0; i < 20; i++) {
      try {
        return EngineSearch.find(settings);
      } catch (SandboxException e) {
        last = e;
      }
    }
    throw new AssertionError(last);
  }

  @AfterEach
  void end() throws Exception {
    engine.close();
    fake.close();
  }

  private static void givesUp(ThrowingCallable call) {
    long start = System.nanoTime();
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SandboxException.class, e -> assertThat(e.retryable()).as(e.getMessage()).isTrue());
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  private static ContainerPlan plan() {
    return new ContainerPlan(IMAGE, List.of("cat"), Limits.ofDefaults(), Map.of(), List.of());
  }

  private static ExecPlan exec() {
    return new ExecPlan(List.of("true"), Map.of(), Profile.JOB, Profile.WORK);
  }

  @Test
  void noCallWaitsForAnEngineThatIsSilent() {
    fake.ignores("GET /_ping")
        .ignores("POST " + API + "/containers/create")
        .ignores("POST " + API + "/containers/a/attach")
        .ignores("POST " + API + "/containers/a/exec")
        .ignores("POST " + API + "/containers/a/kill")
        .ignores("DELETE " + API + "/containers/a")
        .ignores("PUT " + API + "/containers/a/archive")
        .ignores("GET " + API + "/containers/a/archive")
        .ignores("GET " + API + "/containers/json")
        .ignores("GET " + API + "/exec/e/json")
        .ignores("GET " + API + "/volumes")
        .ignores("POST " + API + "/volumes/create")
        .ignores("DELETE " + API + "/volumes/v")
        .ignores("GET " + API + "/events")
        .ignores("GET " + API + "/images/some:1/json");
    givesUp(() -> engine.ping());
    givesUp(() -> engine.create(plan()));
    givesUp(() -> engine.attachAndStart("a"));
    givesUp(() -> engine.exec("a", exec(), new Heard()));
    givesUp(() -> engine.kill("a"));
    givesUp(() -> engine.remove("a"));
    givesUp(() -> engine.putArchive("a", "/work", new ByteArrayInputStream(new byte[1024])));
    givesUp(() -> engine.getArchive("a", "/work", InputStream::readAllBytes));
    givesUp(() -> engine.containers(Map.of()));
    givesUp(() -> engine.inspect("e"));
    givesUp(() -> engine.volumes(Map.of()));
    givesUp(() -> engine.createVolume("v", Map.of()));
    givesUp(() -> engine.removeVolume("v"));
    givesUp(() -> engine.events(Map.of(), new EventListener() {}));
    givesUp(() -> engine.images().find("some:1"));
  }

  @Test
  void anAnswerThatStopsHalfWayIsGivenUpToo() {
    fake.does(
        "GET " + API + "/exec/e/json",
        client -> {
          FakeEngine.write(client, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Running\":");
          new CountDownLatch(1).await();
        });
    givesUp(() -> engine.inspect("e"));
  }

  @Test
  void anEngineThatHangsUpIsLostAndNotAnAnswer() {
    fake.does("GET " + API + "/exec/e/json", client -> client.close());
    givesUp(() -> engine.inspect("e"));
  }

  @Test
  void whatASilentEngineCreatesAfterAllIsRemoved() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    CountDownLatch removed = new CountDownLatch(1);
    fake.does(
            "POST " + API + "/containers/create",
            client -> {
              slow.await();
              String body = "{\"Id\":\"late\"}";
              FakeEngine.write(
                  client,
                  "HTTP/1.1 201 Created\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            })
        .does("DELETE " + API + "/containers/late", client -> removed.countDown());
    givesUp(() -> engine.create(plan()));
    slow.countDown();
    assertThat(removed.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anInterruptEndsWhatBeginsSomething() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    fake.does(
        "POST " + API + "/containers/a/attach",
        client -> {
          asked.countDown();
          new CountDownLatch(1).await();
        });
    FutureTask<Holder> task = new FutureTask<>(() -> engine.attachAndStart("a"));
    Thread thread = new Thread(task, "interrupted");
    thread.setDaemon(true);
    thread.start();
    thread.interrupt();
    assertThatThrownBy(() -> task.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(InterruptedException.class);
  }

  @Test
  void anInterruptIsKeptByWhatCleansUp() {
    fake.says("DELETE " + API + "/containers/a", "204 No Content", "", "");
    Thread.currentThread().interrupt();
    engine.remove("a");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(fake.asked()).contains("DELETE " + API + "/containers/a");
  }

  @Test
  void whatTheEngineSaysIsPassedOnWithoutItsControlCharacters() {
    fake.says(
        "POST " + API + "/containers/create",
        "400 Bad Request",
        "",
        "{\"message\":\"unknown or invalid runtime name: \\u001b[31mrunsc\"}");
    assertThatThrownBy(() -> engine.create(plan()))
        .isInstanceOfSatisfying(SandboxException.class, e -> assertThat(e.retryable()).isFalse())
        .hasMessageContaining("unknown or invalid runtime name: <U+001B>[31mrunsc");
  }

  @Test
  void aDiskThatIsFullIsToldWithItsRemedy() {
    fake.says(
        "POST " + API + "/containers/create",
        "500 Internal Server Error",
        "",
        "{\"message\":\"mkdir x: no space left on device\"}");
    assertThatThrownBy(() -> engine.create(plan()))
        .isInstanceOfSatisfying(
            SandboxException.class,
            e -> {
              assertThat(e.retryable()).isTrue();
              assertThat(e.remedy()).contains("Free some space");
            });
  }

  @Test
  void eventsAreHeardAgainAfterTheEngineHungUp() throws Exception {
    String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
    bodies.add(event("oom", 5) + event("die", 6));
    bodies.add(event("die", 6) + event("destroy", 7));
    fake.does(
        "GET " + API + "/events",
        client -> {
          String body = bodies.poll();
          FakeEngine.write(client, head + (body == null ? "" : body));
          if (!bodies.isEmpty()) {
            client.close();
          } else {
            new CountDownLatch(1).await();
          }
        });
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    EngineEvents events = engine.events(Map.of("a", "b"), new Telling(heard));
    for (String expected : List.of("oom c", "died c", "lost", "back", "destroyed c")) {
      assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo(expected);
    }
    events.close();
    assertThat(heard).isEmpty();
  }

  private static String event(String action, long time) {
    String json =
        "{\"Type\":\"container\",\"Action\":\""
            + action
            + "\",\"Actor\":{\"ID\":\"c\",\"Attributes\":{}},\"timeNano\":"
            + time
            + "}\n";
    return Integer.toHexString(json.getBytes(UTF_8).length) + "\r\n" + json + "\r\n";
  }

  private record Telling(BlockingQueue<String> heard) implements EventListener {
    @Override
    public void outOfMemory(String container) {
      heard.add("oom " + container);
    }

    @Override
    public void died(String container, int code) {
      heard.add("died " + container);
    }

    @Override
    public void destroyed(String container) {
      heard.add("destroyed " + container);
    }

    @Override
    public void lost() {
      heard.add("lost");
    }

    @Override
    public void back() {
      heard.add("back");
    }
  }

  @Test
  void anImageIsFetchedOnceAndItsProgressIsHeard() throws Exception {
    String image = "GET " + API + "/images/some:1/json";
    String lines =
        """
        {"status":"Pulling from some"}
        {"status":"Downloading","id":"x","progressDetail":{"current":10,"total":40}}
        {"status":"Downloading","id":"y","progressDetail":{"current":5,"total":60}}
        """;
    fake.does(
        "POST " + API + "/images/create",
        client -> {
          fake.says(
              image,
              "200 OK",
              "",
              "{\"Id\":\"sha256:12\",\"RepoDigests\":[\"some@sha256:34\"],"
                  + "\"Config\":{\"Volumes\":{\"/data\":{}}}}");
          FakeEngine.write(
              client, "HTTP/1.1 200 OK\r\nContent-Length: " + lines.length() + "\r\n\r\n" + lines);
        });
    BlockingQueue<String> progress = new LinkedBlockingQueue<>();
    Image found = engine.images().have("some:1", (done, known) -> progress.add(done + "/" + known));
    assertThat(found)
        .isEqualTo(new Image("some:1", "sha256:12", List.of("some@sha256:34"), List.of("/data")));
    assertThat(progress).containsExactly("10/40", "15/100");
    engine.images().have("some:1", (done, known) -> progress.add("again"));
    assertThat(fake.asked().stream().filter(("POST " + API + "/images/create")::equals)).hasSize(1);
  }

  @Test
  void anImageThatNobodyHasIsNotAskedForAgain() {
    fake.says(
        "POST " + API + "/images/create",
        "404 Not Found",
        "",
        "{\"message\":\"manifest for some:1 not found\"}");
    assertThatThrownBy(() -> engine.images().have("some:1", (done, known) -> {}))
        .isInstanceOfSatisfying(SandboxException.class, e -> assertThat(e.retryable()).isFalse())
        .hasMessageContaining("manifest for some:1 not found");
    String late = "{\"error\":\"net/http: TLS handshake timeout\"}\n";
    fake.says("POST " + API + "/images/create", "200 OK", "", late);
    assertThatThrownBy(() -> engine.images().have("some:1", (done, known) -> {}))
        .isInstanceOfSatisfying(SandboxException.class, e -> assertThat(e.retryable()).isTrue())
        .hasMessageContaining("TLS handshake timeout");
  }
}
