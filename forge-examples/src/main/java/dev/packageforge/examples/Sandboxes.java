package dev.packageforge.examples;

import dev.packageforge.Run;
import dev.packageforge.SandboxReport;
import dev.packageforge.SandboxReport.Level;
import dev.packageforge.sandbox.ProcessSandbox;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.sandbox.SandboxException;
import dev.packageforge.sandbox.SandboxSession;
import dev.packageforge.sandbox.SandboxSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which sandbox code runs in. Code that nobody here knows, from a live model, from recordings or
 * from packages that were made elsewhere, runs in one that contains it, or in plain processes where
 * somebody said so, or not at all. The demo's code is known, and may run in plain processes where
 * there is nothing better. Safe for use by many threads.
 */
final class Sandboxes implements AutoCloseable {
  /** Said wherever strange code runs in plain processes. */
  static final String WARNING =
      "warning: code that nobody knows runs in plain processes, which hold against mistakes only"
          + " (sandbox is process).";

  /** What to do where there is no sandbox for code that nobody knows. */
  static final String REMEDY =
      "Start a Docker engine, or install bubblewrap; doctor says what was looked for. Or set"
          + " FORGE_SANDBOX=process, or "
          + Setting.SANDBOX.flag()
          + " process, to run it in plain processes all the same: they hold against mistakes only,"
          + " so best on a machine of its own. Without a key the demo answers, whose code is"
          + " known.";

  /** What to do where it is set that nothing is run. */
  static final String SET = "Set " + Setting.SANDBOX.flag() + " auto to look for a sandbox.";

  private static final String PROCESS = "process";
  private static final String NONE = "none";
  private static final String AUTO = "auto";

  private static final List<String> PROXIES =
      List.of("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy");

  private final Surroundings around;
  private final List<SandboxKind> kinds;

  /** Kinds whose needs could not be fetched, until somebody tries again. */
  private final Map<String, SandboxException> unfetched = new ConcurrentHashMap<>();

  private final Set<String> had = ConcurrentHashMap.newKeySet();

  /**
   * A kind that was looked for.
   *
   * @param kind its name
   * @param sandbox what was found
   * @param trouble why it cannot be had, if it cannot
   */
  record Look(String kind, Optional<Sandbox> sandbox, Optional<SandboxException> trouble) {}

  /**
   * The sandboxes of this machine.
   *
   * @param kinds those that contain code that nobody knows, the best first; closed with this
   */
  Sandboxes(Surroundings around, List<SandboxKind> kinds) {
    this.around = around;
    this.kinds = List.copyOf(kinds);
  }

  /**
   * Where the code of a run runs; one that cannot be used says so when it is asked.
   *
   * @param known whose code is known
   */
  Function<Run, Sandbox> by(Settings settings, Acquaintance known) {
    return run -> {
      try {
        return known.knows(run) ? forKnown(settings) : forStrangers(settings);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SandboxException(
            "Interrupted while a sandbox was looked for.", "Try again.", /* retryable= */ true, e);
      }
    };
  }

  /** Where code that nobody knows runs; one that cannot be used says so when it is asked. */
  Sandbox forStrangers(Settings settings) throws InterruptedException {
    return chosen(settings, this::look).orElseGet(() -> closed(settings));
  }

  /** Where the demo's code runs; one that cannot be used says so when it is asked. */
  private Sandbox forKnown(Settings settings) throws InterruptedException {
    return chosen(settings, this::look).orElseGet(() -> processes(settings));
  }

  /**
   * Looks for the sandbox that is to be used, and fetches what it needs.
   *
   * @param strange whether the code is known to nobody
   * @param progress hears what takes long
   * @return what it holds against
   * @throws SandboxException if the one that is set cannot be had
   */
  SandboxReport prepare(Settings settings, boolean strange, Consumer<String> progress)
      throws InterruptedException {
    unfetched.clear();
    return chosen(settings, (kind, set) -> fetched(look(kind, set), kind, set, progress))
        .orElseGet(() -> strange ? closed(settings) : processes(settings))
        .probe();
  }

  /**
   * What the sandbox that is to be used holds against; fetches nothing.
   *
   * @param strange whether the code is known to nobody
   * @throws SandboxException if the one that is set cannot be had
   */
  SandboxReport probe(Settings settings, boolean strange) throws InterruptedException {
    return (strange ? forStrangers(settings) : forKnown(settings)).probe();
  }

  /** The kinds that may be used as it is set, with what was found of each; nothing is fetched. */
  List<Look> looks(Settings settings) throws InterruptedException {
    List<Look> looks = new ArrayList<>();
    for (SandboxKind kind : kinds) {
      if (settings.sandbox().equals(AUTO) || settings.sandbox().equals(kind.name())) {
        looks.add(look(kind, settings));
      }
    }
    return looks;
  }

  /** Plain processes: enough for the demo, and for other code only where somebody said so. */
  Sandbox processes(Settings settings) {
    ProcessSandbox.Builder sandbox =
        ProcessSandbox.builder(
            settings.data().resolve("sandbox"), around.variable("PATH").orElse(""));
    for (String proxy : PROXIES) {
      around
          .variable(proxy)
          .filter(address -> !address.contains("@")) // would hand in a credential
          .ifPresent(address -> sandbox.allow(proxy, address));
    }
    return sandbox.build();
  }

  /** Looks at a kind. */
  @FunctionalInterface
  private interface Eye {
    Look look(SandboxKind kind, Settings settings) throws InterruptedException;
  }

  /** Empty if it is to be found out and there is none that contains what is run. */
  private Optional<Sandbox> chosen(Settings settings, Eye eye) throws InterruptedException {
    String set = settings.sandbox();
    if (set.equals(PROCESS)) {
      return Optional.of(processes(settings));
    }
    if (set.equals(NONE)) {
      return Optional.of(Sandbox.closed("It is set that nothing is run (sandbox is none).", SET));
    }
    for (SandboxKind kind : kinds) {
      if (set.equals(AUTO)) {
        Look found = eye.look(kind, settings);
        if (found.sandbox().isPresent()) {
          had.add(kind.name());
          return found.sandbox();
        }
        Optional<SandboxException> kept = keptTo(kind, found, settings);
        if (kept.isPresent()) {
          return Optional.of(new Unusable(kept.get()));
        }
      } else if (set.equals(kind.name())) {
        Look only = eye.look(kind, settings);
        return Optional.of(only.sandbox().orElseGet(() -> new Unusable(only)));
      }
    }
    return set.equals(AUTO) ? Optional.empty() : Optional.of(new Unusable(unknown(set)));
  }

  /**
   * Why none is taken in place of this kind, though it cannot be had now: it was had before, so it
   * is waited for, or what it is to hold was set.
   */
  private Optional<SandboxException> keptTo(SandboxKind kind, Look found, Settings settings) {
    SandboxException trouble = found.trouble().orElseThrow();
    if (had.contains(kind.name()) && !unfetched.containsKey(kind.name())) {
      return Optional.of(
          new SandboxException(
              String.valueOf(trouble.getMessage()),
              trouble.remedy(),
              /* retryable= */ true,
              trouble));
    }
    boolean set = settings.sandboxRuntime().isPresent() && kind.name().equals(DockerKind.NAME);
    return set ? Optional.of(trouble) : Optional.empty();
  }

  private Look look(SandboxKind kind, Settings settings) throws InterruptedException {
    SandboxException missed = unfetched.get(kind.name());
    if (missed != null) {
      return without(kind.name(), missed);
    }
    try {
      Sandbox sandbox = kind.find(settings);
      SandboxReport report = sandbox.probe();
      return report.level().compareTo(Level.CONTAINED) >= 0
          ? new Look(kind.name(), Optional.of(sandbox), Optional.empty())
          : without(kind.name(), tooWeak(report));
    } catch (SandboxException e) {
      return without(kind.name(), e);
    }
  }

  private Look fetched(Look found, SandboxKind kind, Settings settings, Consumer<String> progress)
      throws InterruptedException {
    if (found.sandbox().isEmpty()) {
      return found;
    }
    try {
      kind.fetch(settings, progress);
      return found;
    } catch (SandboxException e) {
      unfetched.put(kind.name(), e);
      return without(kind.name(), e);
    }
  }

  private static Look without(String kind, SandboxException why) {
    return new Look(kind, Optional.empty(), Optional.of(why));
  }

  private static SandboxException tooWeak(SandboxReport report) {
    return new SandboxException(
        "It does not contain what runs in it: " + String.join(" ", report.degradations()),
        "Use one that does.",
        /* retryable= */ false,
        null);
  }

  private static Look unknown(String kind) {
    return without(
        kind,
        new SandboxException(
            "There is no sandbox " + kind + " in this build.",
            "Set another one with " + Setting.SANDBOX.flag() + ".",
            /* retryable= */ false,
            null));
  }

  private Sandbox closed(Settings settings) {
    List<Look> looks;
    try {
      looks = looks(settings);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      looks = List.of();
    }
    String why =
        looks.stream()
            .flatMap(look -> look.trouble().stream().map(e -> look.kind() + ": " + e.getMessage()))
            .collect(Collectors.joining(" "));
    return Sandbox.closed(
        ("No sandbox of this machine holds code that nobody knows. " + why).strip(), REMEDY);
  }

  /** Ends what they have open. */
  @Override
  public void close() {
    kinds.forEach(SandboxKind::close);
  }

  /** The one that is set and cannot be had: says why, to whoever asks anything of it. */
  private record Unusable(SandboxException why) implements Sandbox {
    Unusable(Look look) {
      this(look.trouble().orElseThrow());
    }

    @Override
    public SandboxReport probe() {
      throw again();
    }

    @Override
    public SandboxSession open(SandboxSpec spec) {
      throw again();
    }

    private SandboxException again() {
      return new SandboxException(
          String.valueOf(why.getMessage()), why.remedy(), why.retryable(), why);
    }
  }
}
