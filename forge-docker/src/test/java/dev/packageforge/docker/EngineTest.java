package dev.packageforge.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSpec.Limits;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an engine does for us, on a real one. */
class EngineTest {
  private final Map<String, String> mark = TestEngine.mark(EngineTest.class);
  private static final List<String> ECHO = List.of("cat");
  private static final long PATIENCE = 20;

  private static Engine engine;
  private static Image image;

  @BeforeAll
  static void findTheEngine() throws Exception {
    engine = TestEngine.find();
    image = TestEngine.image(engine);
  }

  @AfterEach
  void leaveNothing() {
    TestEngine.leaveNothing(engine, mark);
  }

  @AfterAll
  static void hangUp() {
    if (engine != null) {
      engine.close();
    }
  }

  private String create(Limits limits) throws InterruptedException {
    return engine.create(new ContainerPlan(image, ECHO, limits, mark, List.of()));
  }

  private static Exec exec(String id, Heard heard, String... line) throws InterruptedException {
    return engine.exec(
        id, new ExecPlan(List.of(line), Map.of("A", "b c"), Profile.JOB, Profile.WORK), heard);
  }

  @Test
  void theFirstProcessIsTalkedToAndItsEndRemovesEverything() throws Exception {
    Events heard = new Events();
    EngineEvents events = engine.events(mark, heard);
    String id = create(Limits.ofDefaults());
    Holder holder = engine.attachAndStart(id);
    holder.input().write("hello\n".getBytes(UTF_8));
    BufferedReader answers = new BufferedReader(new InputStreamReader(holder.output(), UTF_8));
    assertThat(answers.readLine()).isEqualTo("hello");
    assertThat(engine.containers(mark))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.id()).isEqualTo(id);
              assertThat(found.running()).isTrue();
              assertThat(found.labels()).containsAllEntriesOf(mark);
            });
    assertThat(engine.volumes(mark)).hasSize(1);
    holder.close();
    assertThat(heard.next()).isEqualTo("died " + id + " 0");
    assertThat(heard.next()).isEqualTo("destroyed " + id);
    events.close();
    assertThat(engine.containers(mark)).isEmpty();
    assertThat(engine.volumes(mark)).isEmpty();
  }

  @Test
  void aCommandIsHeardAndItsEndIsKnown() throws Exception {
    Events heard = new Events();
    EngineEvents events = engine.events(mark, heard);
    String id = create(Limits.ofDefaults());
    Holder holder = engine.attachAndStart(id);
    Heard output = new Heard();
    Exec exec =
        exec(
            id,
            output,
            "sh",
            "-c",
            "id -u; pwd; echo $A $HOME; read -r x; echo got $x >&2; exit 7");
    assertThat(engine.inspect(exec.id())).matches(ExecEnd::running);
    exec.input().write("it\n".getBytes(UTF_8));
    assertThat(output.end()).isEmpty();
    assertThat(output.out()).isEqualTo("10001\n/work\nb c /home/job\n");
    assertThat(output.err()).isEqualTo("got it\n");
    assertThat(heard.next()).isEqualTo("exec " + id + " " + exec.id() + " 7");
    ExecEnd end = engine.inspect(exec.id());
    assertThat(end.running()).isFalse();
    assertThat(end.code()).hasValue(7);
    assertThatThrownBy(
            () -> {
              while (true) {
                exec.input().write(new byte[4096]);
              }
            })
        .hasMessageContaining("gone");
    events.close();
    holder.close();
  }

  @Test
  void bytesArriveAsTheyAre() throws Exception {
    String id = create(Limits.ofDefaults());
    Holder holder = engine.attachAndStart(id);
    Heard output = new Heard();
    // Frames that are as long as a transport's buffer once shared one array.
    exec(
        id,
        output,
        "node",
        "-e",
        "for (const c of 'ABC') require('fs').writeSync(1, c.repeat(1024))");
    assertThat(output.end()).isEmpty();
    assertThat(output.out()).isEqualTo("A".repeat(1024) + "B".repeat(1024) + "C".repeat(1024));
    holder.close();
  }

  @Test
  void hangingUpIsHeardOnce() throws Exception {
    String id = create(Limits.ofDefaults());
    Holder holder = engine.attachAndStart(id);
    Heard output = new Heard();
    Exec exec = exec(id, output, "sleep", "1000");
    exec.close();
    exec.close();
    assertThat(output.end()).isNotEmpty();
    holder.close();
  }

  @Test
  void archivesAreUnpackedAndPackedInTheWorkFolder() throws Exception {
    String id = create(Limits.ofDefaults());
    Holder holder = engine.attachAndStart(id);
    byte[] tar = packed(id, "made");
    engine.putArchive(id, Profile.WORK, new ByteArrayInputStream(tar));
    Heard output = new Heard();
    exec(id, output, "sh", "-c", "cat made; stat -c %u made");
    assertThat(output.end()).isEmpty();
    assertThat(output.out()).isEqualTo("x\n10001\n");
    Optional<byte[]> again = engine.getArchive(id, "/work/made", InputStream::readAllBytes);
    assertThat(again).isPresent();
    assertThat(engine.getArchive(id, "/work/missing", InputStream::readAllBytes)).isEmpty();
    assertThatThrownBy(() -> engine.putArchive(id, "/usr", new ByteArrayInputStream(tar)))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("read-only");
    holder.close();
  }

  private byte[] packed(String id, String name) throws Exception {
    Heard output = new Heard();
    exec(id, output, "sh", "-c", "echo x > " + name + "; tar -cf t " + name + "; rm " + name);
    assertThat(output.end()).isEmpty();
    byte[] outer = engine.getArchive(id, "/work/t", InputStream::readAllBytes).orElseThrow();
    return Arrays.copyOfRange(outer, 512, outer.length - 1024);
  }

  @Test
  void runningOutOfMemoryIsTold() throws Exception {
    Events heard = new Events();
    EngineEvents events = engine.events(mark, heard);
    Limits small = new Limits(Duration.ofSeconds(20), 48L << 20, 16L << 20, 1 << 20);
    String id = create(small);
    Holder holder = engine.attachAndStart(id);
    Heard output = new Heard();
    exec(id, output, "sh", "-c", "head -c 1000000000 /dev/zero | tail -c 500000000; exit 0");
    assertThat(heard.next()).isEqualTo("oom " + id);
    assertThat(output.end()).isEmpty();
    events.close();
    holder.close();
  }

  @Test
  void orphansAreNotLeftAsZombies() throws Exception {
    String id = create(Limits.ofDefaults());
    Holder holder = engine.attachAndStart(id);
    Heard first = new Heard();
    exec(
        id,
        first,
        "sh",
        "-c",
        "for i in 1 2 3 4 5 6 7 8; do (sh -c 'exit 0' &) ; done; exec sleep 0.2");
    assertThat(first.end()).isEmpty();
    Heard second = new Heard();
    exec(id, second, "sh", "-c", "cat /proc/[0-9]*/stat | grep -c ' Z ' ; exit 0");
    assertThat(second.end()).isEmpty();
    assertThat(second.out()).isEqualTo("0\n");
    holder.close();
  }

  @Test
  void whatIsGoneCanBeKilledAndRemovedAgain() throws Exception {
    String id = create(Limits.ofDefaults());
    Holder holder = engine.attachAndStart(id);
    engine.kill(id);
    engine.remove(id);
    engine.remove(id);
    engine.kill(id);
    assertThat(holder.output().read()).isEqualTo(-1);
    holder.close();
    assertThatThrownBy(() -> exec(id, new Heard(), "true"))
        .isInstanceOfSatisfying(SandboxException.class, e -> assertThat(e.retryable()).isTrue());
    assertThat(engine.removeVolume("forge-never-there")).isTrue();
  }

  @Test
  void aContainerIsMadeFromAnImageThatIsThere() {
    Image missing =
        new Image("forge-never-there:1", "sha256:" + "0".repeat(64), List.of(), List.of());
    assertThat(engine.images().find("forge-never-there:1")).isEmpty();
    assertThatThrownBy(
            () ->
                engine.create(
                    new ContainerPlan(missing, ECHO, Limits.ofDefaults(), mark, List.of())))
        .isInstanceOfSatisfying(
            SandboxException.class,
            e -> {
              assertThat(e.retryable()).isFalse();
              assertThat(e.remedy()).contains("image");
            });
  }

  @Test
  void aVolumeOfOursIsReadInAContainerAndKeptAsLongAsItIsUsed() throws Exception {
    String name = "forge-test-" + ProcessHandle.current().pid();
    engine.createVolume(name, mark);
    ContainerPlan plan =
        new ContainerPlan(
            image,
            ECHO,
            Limits.ofDefaults(),
            mark,
            List.of(new ContainerPlan.VolumeMount(name, "/work/layer", /* writable= */ false)));
    String id = engine.create(plan);
    Holder holder = engine.attachAndStart(id);
    Heard output = new Heard();
    exec(id, output, "sh", "-c", "ls layer && touch layer/x");
    assertThat(output.end()).isEmpty();
    assertThat(output.err()).contains("Read-only");
    assertThat(engine.removeVolume(name)).isFalse();
    engine.remove(id);
    holder.close();
    assertThat(engine.removeVolume(name)).isTrue();
  }

  /** Keeps what is told of containers. */
  private static final class Events implements EventListener {
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @Override
    public void outOfMemory(String container) {
      told.add("oom " + container);
    }

    @Override
    public void died(String container, int code) {
      told.add("died " + container + " " + code);
    }

    @Override
    public void execDied(String container, String exec, int code) {
      told.add("exec " + container + " " + exec + " " + code);
    }

    @Override
    public void destroyed(String container) {
      told.add("destroyed " + container);
    }

    String next() throws InterruptedException {
      return String.valueOf(told.poll(PATIENCE, TimeUnit.SECONDS));
    }
  }
}
