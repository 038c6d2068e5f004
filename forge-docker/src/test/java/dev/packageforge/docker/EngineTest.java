package dev.packageforge.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.packageforge.sandbox.SandboxSpec.Limits;
import dev.packageforge.testing.Requirement;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an engine does for us, on a real one. */
class EngineTest {
  private static final Map<String, String> MARK =
      Map.of("dev.packageforge.test", "engine-" + ProcessHandle.current().pid());
  private static final List<String> ECHO = List.of("cat");

  private static Engine engine;
  private static Image image;

  @BeforeAll
  static void findTheEngine() throws Exception {
    engine = TestEngine.find();
    image = TestEngine.image(engine);
  }

  @AfterEach
  void leaveNothing() {
    engine.containers(MARK).forEach(found -> engine.remove(found.id()));
    engine.volumes(MARK).forEach(found -> engine.removeVolume(found.id()));
  }

  @AfterAll
  static void hangUp() {
    if (engine != null) {
      engine.close();
    }
  }

  private String create(List<String> holder) throws InterruptedException {
    return engine.create(new ContainerPlan(image, holder, Limits.ofDefaults(), MARK, List.of()));
  }

  @Test
  void theFirstProcessIsTalkedToAndItsEndRemovesTheContainer() throws Exception {
    String id = create(ECHO);
    Holder holder = engine.attachAndStart(id);
    holder.input().write("hello\n".getBytes(UTF_8));
    BufferedReader answers = new BufferedReader(new InputStreamReader(holder.output(), UTF_8));
    assertThat(answers.readLine()).isEqualTo("hello");
    CompletableFuture<String> gone = new CompletableFuture<>();
    EventListener listener =
        new EventListener() {
          @Override
          public void destroyed(String container) {
            gone.complete(container);
          }
        };
    EngineEvents events = engine.events(MARK, listener);
    holder.close();
    assertThat(gone.get(20, TimeUnit.SECONDS)).isEqualTo(id);
    events.close();
    assertThat(engine.containers(MARK)).isEmpty();
    assertThat(engine.volumes(MARK)).isEmpty();
  }

  @Test
  void aCommandIsHeardAndItsEndIsKnown() throws Exception {
    String id = create(ECHO);
    Holder holder = engine.attachAndStart(id);
    try {
      Heard heard = new Heard();
      Exec exec =
          engine.exec(
              id,
              new ExecPlan(
                  List.of("sh", "-c", "id -u; pwd; echo $A; read -r x; echo got $x >&2; exit 7"),
                  Map.of("A", "b c"),
                  Profile.JOB,
                  Profile.WORK),
              heard);
      exec.input().write("it\n".getBytes(UTF_8));
      assertThat(heard.end.get(20, TimeUnit.SECONDS)).isEqualTo("end");
      assertThat(heard.out.toString(UTF_8)).isEqualTo("10001\n/work\nb c\n");
      assertThat(heard.err.toString(UTF_8)).isEqualTo("got it\n");
      ExecEnd end = engine.inspect(exec.id());
      assertThat(end.running()).isFalse();
      assertThat(end.code()).hasValue(7);
    } finally {
      holder.close();
    }
  }

  /** Keeps what it hears. */
  private static final class Heard implements FrameListener {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CompletableFuture<String> end = new CompletableFuture<>();

    @Override
    public void frame(boolean error, byte[] bytes) {
      (error ? err : out).writeBytes(bytes);
    }

    @Override
    public void ended(@Nullable Throwable why) {
      end.complete(why == null ? "end" : why.toString());
    }
  }

  /** The engine and the image of this machine. */
  static final class TestEngine {
    private static final String IMAGE = "FORGE_TEST_SANDBOX_IMAGE";

    private TestEngine() {}

    static Engine find() throws InterruptedException {
      Map<String, String> environment = System.getenv();
      boolean named = environment.containsKey(IMAGE);
      Requirement.need("docker", named, "set " + IMAGE + " to what .ci/sandbox-image prints");
      return EngineSearch.find(
          EngineSettings.of(null, null, environment, Path.of(System.getProperty("user.home"))));
    }

    static Image image(Engine engine) {
      return engine.images().find(System.getenv(IMAGE)).orElseThrow();
    }
  }
}
