package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.SandboxReport;
import dev.packageforge.SandboxReport.Level;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SandboxesTest {
  private static final boolean STRANGE = true;
  private static final boolean KNOWN = false;

  private final Kind docker = new Kind("docker", Level.ISOLATED);
  private final Kind bubblewrap = new Kind("bubblewrap", Level.CONTAINED);
  private final List<String> said = new ArrayList<>();
  private Desk desk;

  @BeforeEach
  void sitDown(@TempDir Path folder) {
    desk = new Desk(folder);
    desk.kinds = List.of(docker, bubblewrap);
  }

  @Test
  void theBestThatIsThereIsTaken() throws InterruptedException {
    assertThat(prepared("auto", STRANGE).name()).isEqualTo("docker");
    assertThat(prepared("auto", KNOWN).name()).isEqualTo("docker");
    docker.missing = true;
    assertThat(prepared("auto", STRANGE).name()).isEqualTo("bubblewrap");
    assertThat(prepared("auto", KNOWN).name()).isEqualTo("bubblewrap");
  }

  @Test
  void whereNothingHoldsOnlyWhatIsKnownRuns() throws InterruptedException {
    docker.missing = true;
    bubblewrap.missing = true;
    assertThat(prepared("auto", KNOWN).level()).isEqualTo(Level.NONE);
    SandboxReport closed = prepared("auto", STRANGE);
    assertThat(closed.level()).isEqualTo(Level.CLOSED);
    assertThat(closed.degradations())
        .containsExactly(
            "No sandbox of this machine holds code that nobody knows. docker: No docker here."
                + " bubblewrap: No bubblewrap here.");
    Sandbox sandbox = sandboxes().forStrangers(settings("auto"));
    assertThatThrownBy(() -> sandbox.open(SandboxSpec.ofDefaults()))
        .isInstanceOf(SandboxException.class)
        .satisfies(e -> assertThat(((SandboxException) e).retryable()).isFalse());
  }

  @Test
  void oneThatWasHadIsWaitedForAndNotReplaced() throws InterruptedException {
    Sandboxes sandboxes = sandboxes();
    Settings settings = settings("auto");
    assertThat(sandboxes.forStrangers(settings).probe().name()).isEqualTo("docker");
    docker.missing = true;
    Sandbox away = sandboxes.forStrangers(settings);
    assertThatThrownBy(away::probe)
        .hasMessage("No docker here.")
        .satisfies(e -> assertThat(((SandboxException) e).retryable()).isTrue());
    docker.missing = false;
    assertThat(sandboxes.forStrangers(settings).probe().name()).isEqualTo("docker");
  }

  @ParameterizedTest
  @CsvSource({
    "process, true, NONE",
    "process, false, NONE",
    "none, true, CLOSED",
    "none, false, CLOSED",
    "bubblewrap, true, CONTAINED",
    "docker, false, ISOLATED"
  })
  void whatIsSetIsObeyed(String set, boolean strange, Level level) throws InterruptedException {
    assertThat(prepared(set, strange).level()).isEqualTo(level);
  }

  @Test
  void whatIsSetIsNeverReplaced() throws InterruptedException {
    docker.missing = true;
    assertThatThrownBy(() -> prepared("docker", KNOWN))
        .isInstanceOf(SandboxException.class)
        .hasMessage("No docker here.");
    Sandbox unusable = sandboxes().forStrangers(settings("docker"));
    assertThatThrownBy(unusable::probe).hasMessage("No docker here.");
    assertThatThrownBy(() -> unusable.open(SandboxSpec.ofDefaults()))
        .isInstanceOf(SandboxException.class)
        .satisfies(e -> assertThat(((SandboxException) e).retryable()).isTrue());
  }

  @Test
  void oneThatDoesNotContainWhatRunsInItIsNotTaken() throws InterruptedException {
    desk.kinds = List.of(new Kind("docker", Level.NONE), bubblewrap);
    assertThat(prepared("auto", STRANGE).name()).isEqualTo("bubblewrap");
    assertThatThrownBy(() -> prepared("docker", STRANGE))
        .hasMessage("It does not contain what runs in it: It leaks.");
  }

  @Test
  void whatItNeedsIsFetchedOnceAndTold() throws InterruptedException {
    assertThat(prepared("auto", STRANGE).name()).isEqualTo("docker");
    assertThat(said).containsExactly("fetching for docker");
  }

  @Test
  void oneWhoseNeedsCannotBeFetchedIsNotTakenLaterEither() throws InterruptedException {
    docker.unfetchable = true;
    Sandboxes sandboxes = sandboxes();
    Settings settings = settings("auto");
    assertThat(sandboxes.prepare(settings, STRANGE, said::add).name()).isEqualTo("bubblewrap");
    assertThat(sandboxes.forStrangers(settings).probe().name()).isEqualTo("bubblewrap");
    docker.unfetchable = false;
    assertThat(sandboxes.prepare(settings, STRANGE, said::add).name()).isEqualTo("docker");
    assertThat(sandboxes.forStrangers(settings).probe().name()).isEqualTo("docker");
  }

  @Test
  void whoIsDoneWithThemClosesThem() {
    sandboxes().close();
    assertThat(docker.closed).isEqualTo(1);
    assertThat(bubblewrap.closed).isEqualTo(1);
  }

  @Test
  void theDoctorTellsWhatHoldsAndWhatWasNotFound() {
    docker.missing = true;
    assertThat(desk.run("doctor").out())
        .contains("! sandbox   bubblewrap, contained: it keeps files, network and secrets")
        .contains("✓ It keeps the network.", "! It leaks.", "– docker: No docker here.");
    bubblewrap.missing = true;
    Desk.Result demo = desk.run("doctor");
    assertThat(demo.exit()).isZero();
    assertThat(demo.out())
        .contains("! sandbox   process, which holds against mistakes only")
        .contains("– docker: No docker here.", "– bubblewrap: No bubblewrap here.")
        .contains("→ Good enough for the demo");
    desk.environment.put("GEMINI_API_KEY", "sesame");
    Desk.Result live = desk.run("doctor");
    assertThat(live.exit()).isEqualTo(Exit.NOT_READY.code());
    assertThat(live.out())
        .contains("✗ sandbox   none, which runs nothing", "docker: No docker here.")
        .contains("→ Start a Docker engine, or install bubblewrap");
    desk.environment.put("FORGE_SANDBOX", "docker");
    assertThat(desk.run("doctor").out()).contains("✗ sandbox   No docker here.", "→ Install it.");
  }

  private SandboxReport prepared(String set, boolean strange) throws InterruptedException {
    return sandboxes().prepare(settings(set), strange, said::add);
  }

  private Sandboxes sandboxes() {
    return new Sandboxes(desk.surroundings(System.out), desk.kinds);
  }

  private Settings settings(String sandbox) {
    return Settings.read(desk.surroundings(System.out), Map.of(Setting.SANDBOX, sandbox));
  }

  /** A kind that tells its level and opens nothing. */
  private static final class Kind implements SandboxKind {
    private final String name;
    private final Level level;
    private boolean missing;
    private boolean unfetchable;
    private int closed;

    Kind(String name, Level level) {
      this.name = name;
      this.level = level;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Sandbox find(Settings settings) {
      if (missing) {
        throw new SandboxException("No " + name + " here.", "Install it.", true, null);
      }
      SandboxReport report =
          new SandboxReport(name, level, List.of("It keeps the network."), List.of("It leaks."));
      return new Sandbox() {
        @Override
        public SandboxReport probe() {
          return report;
        }

        @Override
        public SandboxSession open(SandboxSpec spec) {
          throw new AssertionError("nothing is to be opened");
        }
      };
    }

    @Override
    public void fetch(Settings settings, Consumer<String> progress) {
      if (unfetchable) {
        throw new SandboxException("Nothing is to be had.", "Go online.", true, null);
      }
      progress.accept("fetching for " + name);
    }

    @Override
    public void close() {
      closed++;
    }
  }
}
