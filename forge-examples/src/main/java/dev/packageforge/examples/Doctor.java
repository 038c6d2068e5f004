package dev.packageforge.examples;

import dev.packageforge.ForgeException;
import dev.packageforge.PackagePlan.PlannedDependency;
import dev.packageforge.SandboxReport;
import dev.packageforge.Secret;
import dev.packageforge.Text;
import dev.packageforge.gemini.GeminiLanguageModel;
import dev.packageforge.llm.ModelInfo;
import dev.packageforge.npm.NpmAccess;
import dev.packageforge.npm.NpmCredential;
import dev.packageforge.npm.NpmEnvironment;
import dev.packageforge.registry.RegistryException;
import dev.packageforge.sandbox.SandboxException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks whether this machine has what the command needs. */
final class Doctor {
  private static final int WIDEST = 500;
  private static final long MEBIBYTE = 1024L * 1024;
  private static final long ENOUGH = 1024 * MEBIBYTE;
  private static final long TOO_LITTLE = 64 * MEBIBYTE;
  private static final PlannedDependency KNOWN =
      new PlannedDependency("npm", "*", "every registry has it");
  private static final Duration ODD = Duration.ofMinutes(1);
  private static final Duration ASKED_FOR = Duration.ofSeconds(5);

  private final Surroundings around;
  private final Programs programs;
  private final StoreHouse stores;
  private final Sandboxes sandboxes;

  Doctor(Surroundings around, Programs programs, StoreHouse stores, Sandboxes sandboxes) {
    this.around = around;
    this.programs = programs;
    this.stores = stores;
    this.sandboxes = sandboxes;
  }

  /** What a run cannot do without; quick. */
  List<Check> needed(Settings settings) {
    List<Check> checks = new ArrayList<>();
    checks.add(folder("data", settings.data()));
    checks.add(disk(settings.data(), Setting.DATA));
    checks.add(folder("registry", settings.registryFolder()));
    if (!settings.registryFolder().startsWith(settings.data())) {
      checks.add(disk(settings.registryFolder(), Setting.REGISTRY_FOLDER));
    }
    checks.add(0, version("npm", programs.npm(), NpmEnvironment.OLDEST_NPM));
    checks.add(0, version("node", programs.node(), NpmEnvironment.OLDEST_NODE));
    return checks;
  }

  /** What judging a package cannot do without. */
  List<Check> neededToVerify(Settings settings) {
    return List.of(
        version("node", programs.node(), NpmEnvironment.OLDEST_NODE),
        version("npm", programs.npm(), NpmEnvironment.OLDEST_NPM),
        folder("data", settings.data()),
        disk(settings.data(), Setting.DATA));
  }

  /** Why this machine has no room for another run, as a sentence; empty if it has. */
  Optional<String> noRoom(Settings settings) {
    return Stream.of(
            disk(settings.data(), Setting.DATA),
            disk(settings.registryFolder(), Setting.REGISTRY_FOLDER))
        .filter(Check::isMissing)
        .map(check -> Words.sentence(check.sentence()))
        .findFirst();
  }

  /** Everything. */
  List<Check> all(Settings settings, boolean online) {
    List<Check> checks = new ArrayList<>();
    checks.add(
        Check.ok("java", Runtime.version() + " in " + around.property("java.home").orElse("?")));
    checks.addAll(needed(settings));
    checks.add(publishing(settings));
    checks.add(sandbox(settings));
    checks.addAll(stores.checks(settings));
    checks.add(model(settings));
    checks.add(clock(settings));
    if (online) {
      checks.add(online());
    }
    return checks;
  }

  private static Check version(String program, Optional<Programs.Program> found, int oldest) {
    String remedy =
        "Install Node.js "
            + NpmEnvironment.OLDEST_NODE
            + " or newer, which brings npm, and put it on the PATH.";
    if (found.isEmpty()) {
      return Check.missing(program, "not on the PATH", remedy);
    }
    Programs.Program one = found.get();
    if (one.version().isEmpty()) {
      return Check.missing(
          program, one.path() + " does not say its version in time, or at all", remedy);
    }
    String sentence = Text.visible(one.version(), 40) + " in " + one.path();
    return one.major() >= oldest
        ? Check.ok(program, sentence)
        : Check.missing(program, sentence + "; " + oldest + " or newer is needed", remedy);
  }

  /** Whether the folder is there, or can be made, and a file can be written into it. */
  private static Check folder(String id, Path folder) {
    try {
      Files.createDirectories(folder);
      Path probe = Files.createTempFile(folder, ".probe", "");
      try {
        Files.write(probe, new byte[4096]);
      } finally {
        Files.delete(probe);
      }
      return Check.ok(id, folder + " can be written");
    } catch (IOException e) {
      return Check.missing(
          id,
          folder + " cannot be written: " + Words.reason(e),
          "Free or fix it, or name another folder with "
              + (id.equals("data") ? Setting.DATA : Setting.REGISTRY_FOLDER).flag()
              + ".");
    }
  }

  private Check disk(Path folder, Setting setting) {
    Path place = folder;
    while (!Files.exists(place) && place.getParent() != null) {
      place = place.getParent();
    }
    long free = around.freeBytes().applyAsLong(place);
    String sentence = Words.size(free) + " free for " + folder;
    String remedy = "Free some space, or name a folder elsewhere with " + setting.flag() + ".";
    if (free < TOO_LITTLE) {
      return Check.missing("disk", "only " + sentence, remedy);
    }
    return free < ENOUGH
        ? Check.warning("disk", "only " + sentence, remedy)
        : Check.ok("disk", sentence);
  }

  /** Which sandbox code runs in, what else was looked for, and what all that holds against. */
  private Check sandbox(Settings settings) {
    boolean live = settings.liveModelKey().isPresent();
    try {
      SandboxReport report = sandboxes.probe(settings, live);
      List<String> others =
          report.level() == SandboxReport.Level.CLOSED ? List.of() : others(settings);
      String sentence = SandboxWords.name(report);
      Check check =
          switch (report.level()) {
            case CLOSED ->
                Check.missing(
                    "sandbox",
                    sentence,
                    settings.sandbox().equals("none") ? Sandboxes.SET : Sandboxes.REMEDY);
            case NONE ->
                Check.warning(
                    "sandbox",
                    sentence,
                    live
                        ? "It was set so; best on a machine that has nothing to lose."
                        : "Good enough for the demo, whose recordings are known; for other code"
                            + " start a Docker engine, or install bubblewrap.");
            default ->
                report.degradations().isEmpty()
                    ? Check.ok("sandbox", sentence)
                    : Check.warning("sandbox", sentence, "");
          };
      return check.with(SandboxWords.details(report)).andAlso(others);
    } catch (SandboxException e) {
      return Check.missing("sandbox", String.valueOf(e.getMessage()), e.remedy());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Check.warning("sandbox", "it was not looked at to the end", "Look again.");
    }
  }

  /** The kinds that cannot be had here, and what was tried. */
  private List<String> others(Settings settings) throws InterruptedException {
    return sandboxes.looks(settings).stream()
        .flatMap(
            look -> look.trouble().stream().map(e -> "– " + look.kind() + ": " + e.getMessage()))
        .map(line -> Text.visible(line, WIDEST))
        .toList();
  }

  private static Check model(Settings settings) {
    Optional<Secret> key = settings.liveModelKey();
    if (key.isEmpty()) {
      return Check.ok("model", "demo: plays recordings, needs no key");
    }
    ModelInfo model;
    try (GeminiLanguageModel live = LiveModel.of(settings, key.get())) {
      model = live.info();
    }
    String sentence =
        model.name()
            + ", with the key of: "
            + settings.liveModelKeySource().orElseThrow()
            + settings.liveModelAddress().map(address -> ", at " + address).orElse("")
            + "; "
            + LiveModel.price(model);
    return model.price() != null
        ? Check.ok("model", sentence)
        : Check.warning(
            "model",
            sentence,
            "Without a price "
                + Setting.BUDGET_DOLLARS.key()
                + " limits nothing: set "
                + Setting.PRICE_INPUT.flag()
                + " and "
                + Setting.PRICE_OUTPUT.flag()
                + ".");
  }

  /**
   * Where packages would go, and as whom. The registry is asked only if it is to be shown a token.
   */
  private Check publishing(Settings settings) {
    try (Destinations destinations =
        new Destinations(around, settings, settings.registryFolder())) {
      if (settings.registry().equals("folder")) {
        return Check.ok("publish", "all packages go to the folder " + settings.registryFolder());
      }
      NpmAccess access = destinations.access();
      NpmAccess.Setting<URI> registry = access.registry();
      String where = registry.value() + " (" + registry.source() + ")";
      if (!destinations.usesNpm()) {
        return Check.ok(
                "publish",
                "all packages go to the folder: npm's settings hold no token for " + where)
            .with(access.remarks());
      }
      String what =
          settings.registry().equals("auto")
              ? "recorded packages go to the folder, all others to "
              : "all packages go to ";
      Optional<NpmCredential> credential = access.credentialFor(registry.value());
      String as = credential.map(found -> ", with the token of " + found.source()).orElse("");
      return new TokenCheck(what + where + as, around.clock())
          .of(destinations.identity(ASKED_FOR), credential.isPresent())
          .andAlso(access.remarks());
    } catch (ForgeException e) {
      return Check.warning("publish", String.valueOf(e.getMessage()), e.remedy());
    }
  }

  /** Asks as a run would, with all that the user's npm is set to. */
  private Check online() {
    String where = "npm's registry";
    try {
      where = programs.access().registry().value().toString();
      boolean found = LocalWorkshop.catalog(programs).find(KNOWN).isPresent();
      return found
          ? Check.ok("online", where + " answers")
          : Check.warning(
              "online",
              where + " answers, and does not know npm itself",
              "Check \"npm config get registry\".");
    } catch (RegistryException e) {
      return Check.warning("online", String.valueOf(e.getMessage()), e.remedy());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Check.warning("online", where + " was not asked to the end", "Look again.");
    }
  }

  /** Approvals expire by this clock; files tell whether it agrees with the disk's. */
  private Check clock(Settings settings) {
    Instant now = around.clock().instant();
    try {
      Path probe = Files.createTempFile(settings.data(), ".probe", "");
      Instant written = Files.getLastModifiedTime(probe).toInstant();
      Files.delete(probe);
      Duration apart = Duration.between(now, written).abs();
      return apart.compareTo(ODD) < 0
          ? Check.ok("clock", now.toString())
          : Check.warning(
              "clock",
              now + " is " + apart.toSeconds() + " s from the data folder's",
              "Set this machine's clock.");
    } catch (IOException e) {
      return Check.ok("clock", now.toString());
    }
  }
}
