package dev.packageforge.examples;

import static java.util.Objects.requireNonNull;

import dev.packageforge.Cancellation;
import dev.packageforge.Ending;
import dev.packageforge.RunRequest;
import dev.packageforge.examples.eval.CaseResult;
import dev.packageforge.examples.eval.EvalCase;
import dev.packageforge.examples.eval.EvalReport;
import dev.packageforge.examples.eval.ModelWatch;
import dev.packageforge.examples.eval.Sitting;
import dev.packageforge.examples.eval.Suite;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.llm.ModelRequest.Purpose;
import dev.packageforge.npm.NpmToolchain;
import dev.packageforge.sandbox.Sandbox;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures the model: a run a case, and then tests that it never saw. Publishes nothing. */
@Command(
    name = "eval",
    description = {
      "Measures the model: asks for one package after another, lets each be written, tested and",
      "repaired as always, and then runs hidden tests that the model never saw.",
      "Each case has the budget of one run. Nothing is ever published."
    })
final class EvalCommand implements Callable<Integer> {
  private static final String OUTPUT = "-";
  private static final String RECORDINGS = "recordings";

  /** Why a case says nothing of the model, and none of those that follow would. */
  private static final Map<String, Exit> POINTLESS =
      byReason(
          Ending.Reason.MODEL_UNAUTHORIZED,
          Ending.Reason.MODEL_QUOTA,
          Ending.Reason.SANDBOX_UNAVAILABLE);

  /** Why a case says nothing of the model. */
  private static final Map<String, Exit> UNMEASURED =
      byReason(
          Ending.Reason.MODEL_UNAVAILABLE,
          Ending.Reason.REGISTRY_UNAVAILABLE,
          Ending.Reason.CANCELLED,
          Ending.Reason.INTERNAL);

  private final ForgeCommand forge;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description =
          "cases of your own, a folder each with case.json, prompt.txt and acceptance.mjs;"
              + " without it, those that are shipped")
  @Nullable String folder;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description = "these cases alone; several with commas between them")
  List<String> only = new ArrayList<>();

  @Option(names = "--limit", paramLabel = "N", description = "the first N cases alone")
  @Nullable Integer limit;

  @Option(
      names = "--json",
      arity = "0..1",
      fallbackValue = OUTPUT,
      paramLabel = "FILE",
      description = "one JSON object, on the standard output or in a file")
  @Nullable String json;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "write results there, in a folder named after the time, and recordings of the answers")
  @Nullable String out;

  @Mixin TapeOptions tapes = new TapeOptions();

  EvalCommand(ForgeCommand forge) {
    this.forge = forge;
  }

  @Override
  public Integer call() throws InterruptedException {
    Instant at = forge.around().clock().instant().truncatedTo(ChronoUnit.SECONDS);
    Path results = out == null ? null : dated(out, at);
    Tape said = tapes.open(forge);
    Tape tape =
        results != null && said == Tape.NONE ? Tape.recording(results.resolve(RECORDINGS)) : said;
    List<EvalCase> cases = recorded(chosen(), tape);
    Settings settings = forge.settings(tape.needed());
    forge.mustBeReadyToWrite(settings, tape.wraps(settings));
    Round round = new Round(settings, tape, results);
    Interrupts interrupts = forge.interrupts();
    interrupts.onFirst(() -> say("Stopping after this case… (once more to stop at once)"));
    for (EvalCase one : cases) {
      if (interrupts.arrived() || round.pointless()) {
        break;
      }
      round.take(one, cases.size());
    }
    EvalReport report = round.report(at);
    show(report, results);
    tape.source().map(Words::replay).ifPresent(this::say);
    tape.warning().ifPresent(this::say);
    return interrupts.arrived() ? Exit.INTERRUPTED.code() : round.exit().code();
  }

  // Which cases

  private List<EvalCase> chosen() {
    if (limit != null && limit < 1) {
      throw misused("--limit is " + limit + ", which is not a whole number above 0.");
    }
    List<EvalCase> all = all();
    Set<String> unknown = new TreeSet<>(only);
    all.forEach(one -> unknown.remove(one.name()));
    if (!unknown.isEmpty()) {
      throw new CommandException(
          Exit.USAGE,
          "There is no case " + String.join(", ", unknown) + ".",
          "There are: " + all.stream().map(EvalCase::name).collect(Collectors.joining(", ")) + ".");
    }
    List<EvalCase> chosen =
        all.stream()
            .filter(one -> only.isEmpty() || only.contains(one.name()))
            .limit(limit == null ? Integer.MAX_VALUE : limit)
            .toList();
    if (chosen.isEmpty()) {
      throw misused("There is no case in " + folder + ".");
    }
    return chosen;
  }

  private List<EvalCase> all() {
    try {
      return folder == null ? Suite.shipped() : Suite.in(existing("DIR", folder));
    } catch (IOException e) {
      throw new CommandException(
          Exit.USAGE,
          "The cases cannot be read: " + Words.reason(e) + ".",
          "Name a folder of cases, or none for those that are shipped.",
          e);
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          Exit.USAGE,
          "The cases cannot be used: " + e.getMessage() + ".",
          "A case is a folder with case.json, prompt.txt and acceptance.mjs.",
          e);
    }
  }

  private CommandException misused(String sentence) {
    return new CommandException(
        Exit.USAGE, sentence, "See " + forge.around().command() + " help eval.");
  }

  private Path existing(String flag, String name) {
    try {
      Path path = forge.around().folder().resolve(name).normalize();
      if (!name.isBlank() && Files.isDirectory(path)) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new CommandException(
          Exit.USAGE, "The folder of " + flag + " cannot be called that.", "Name a folder.", e);
    }
    throw misused("There is no folder " + name + ", which " + flag + " names.");
  }

  /** Where no model is asked, only what was recorded can be measured again. */
  private List<EvalCase> recorded(List<EvalCase> chosen, Tape tape) {
    if (tape.replay().isEmpty()) {
      return chosen;
    }
    FolderReplay replay = tape.replay().get();
    List<EvalCase> known =
        chosen.stream().filter(one -> replay.prompts().contains(one.prompt())).toList();
    if (known.isEmpty()) {
      replay.mustKnow(chosen.get(0).prompt(), Purpose.PLAN);
    }
    if (known.size() < chosen.size()) {
      say(
          "Left out, since nothing was recorded of them: "
              + chosen.stream()
                  .filter(one -> !known.contains(one))
                  .map(EvalCase::name)
                  .collect(Collectors.joining(", ")));
    }
    return known;
  }

  private Path dated(String name, Instant at) {
    String date = at.toString().replace(':', '-');
    return OutFolder.of(forge.around(), "--out", Path.of(name, date).toString());
  }

  private static CommandException unwritten(Path path, IOException cause) {
    return new CommandException(
        Exit.NOT_READY,
        "The results could not be written to " + path + ": " + Words.reason(cause) + ".",
        "Name another place that can be written.",
        cause);
  }

  // One after another

  /** Where the cases are sat, one after another. */
  private final class Round {
    private final Settings settings;
    private final Tape tape;
    private final @Nullable Path results;
    private final List<CaseResult> taken = new ArrayList<>();
    private final Set<String> versions = new TreeSet<>();
    private String model = "";

    Round(Settings settings, Tape tape, @Nullable Path results) {
      this.settings = settings;
      this.tape = tape;
      this.results = results;
    }

    void take(EvalCase one, int of) throws InterruptedException {
      ModelWatch watch = new ModelWatch();
      Sitting sitting = new Sitting(one, watch);
      AtomicReference<Sandbox> sandbox = new AtomicReference<>();
      Workshop.Wraps taping = tape.wraps(settings);
      Workshop.Wraps wraps =
          taping
              .model(configured -> watch.around(taping.model().apply(live(configured))))
              .sandbox(
                  plain -> {
                    sandbox.set(plain);
                    return plain;
                  });
      try (Shelf shelf = Shelf.inMemory(forge.around().clock()).telling(sitting);
          Workshop workshop = forge.workshop(settings, shelf, wraps)) {
        model = workshop.model().name();
        RunRequest request =
            new RunRequest(one.prompt(), settings.maxAttempts(), settings.budget(), "");
        CaseResult result =
            sitting.sit(
                workshop.forge(),
                request,
                (packed, tests) ->
                    npm(workshop)
                        .accept(packed, tests, requireNonNull(sandbox.get()), new Cancellation()));
        taken.add(result);
        versions.addAll(watch.versions());
        say(taken.size() + "/" + of + " " + brief(result));
      }
    }

    /** The model, if it is one that can be measured. */
    private LanguageModel live(LanguageModel configured) {
      if (tape.replay().isEmpty() && configured.info().demo()) {
        throw new CommandException(
            Exit.NOT_READY,
            "There is no live model to be measured: the demo model plays recordings, and knows"
                + " none of these prompts.",
            "Set "
                + String.join(" or ", Setting.GEMINI_API_KEY.variables())
                + ", or play recordings of an earlier eval with --replay DIR.");
      }
      if (results != null && tape.replay().isEmpty() && tapes.record == null) {
        make(results.resolve(RECORDINGS));
      }
      return configured;
    }

    private static NpmToolchain npm(Workshop workshop) {
      if (workshop.toolchain() instanceof NpmToolchain npm) {
        return npm;
      }
      throw new IllegalStateException("hidden tests are for packages of npm");
    }

    /** Whether the next case would say no more of the model than the last one. */
    boolean pointless() {
      return taken.stream().anyMatch(result -> POINTLESS.containsKey(result.way().exit()));
    }

    EvalReport report(Instant at) {
      return new EvalReport(at, model, List.copyOf(versions), taken);
    }

    /** A model that does badly was measured all the same. */
    Exit exit() {
      for (CaseResult result : taken) {
        String why = result.way().exit();
        Exit exit = POINTLESS.getOrDefault(why, UNMEASURED.getOrDefault(why, Exit.DONE));
        if (exit != Exit.DONE) {
          return exit;
        }
      }
      return Exit.DONE;
    }
  }

  private static Map<String, Exit> byReason(Ending.Reason... reasons) {
    return List.of(reasons).stream()
        .collect(Collectors.toUnmodifiableMap(Ending.Reason::slug, Exit::of));
  }

  // What is shown

  private static String brief(CaseResult result) {
    String green =
        result.way().green()
            ? "ready after "
                + Words.count(result.way().repairs(), "repair", "repairs")
                + ", "
                + result.hidden().passed()
                + " of "
                + result.hidden().total()
                + " hidden tests passed"
            : result.way().exit();
    return result.name() + ": " + green + " (" + Words.time(result.spending().wall()) + ")";
  }

  private void show(EvalReport report, @Nullable Path results) {
    PrintStream stream = forge.around().streams().out();
    if (OUTPUT.equals(json)) {
      line(stream, report);
    } else {
      report.lines().forEach(stream::println);
    }
    if (json != null && !OUTPUT.equals(json)) {
      write(forge.around().folder().resolve(json), printed -> line(printed, report));
    }
    if (results != null) {
      make(results);
      write(results.resolve("results.json"), printed -> line(printed, report));
      write(results.resolve("results.txt"), printed -> report.lines().forEach(printed::println));
      say("results in " + results);
    }
  }

  private static void line(PrintStream stream, EvalReport report) {
    JsonLines.Fields fields = JsonLines.type("eval");
    report.fields().forEach(fields::with);
    new JsonLines(stream).line(fields);
  }

  private static void make(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw unwritten(folder, e);
    }
  }

  /** What a file is filled with. */
  @FunctionalInterface
  private interface Content {
    void print(PrintStream stream);
  }

  private static void write(Path file, Content content) {
    try (PrintStream stream =
        new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
      content.print(stream);
      if (stream.checkError()) {
        throw new IOException("the disk may be full");
      }
    } catch (IOException e) {
      throw unwritten(file, e);
    }
  }

  private void say(String line) {
    forge.around().streams().err().println(line);
  }
}
