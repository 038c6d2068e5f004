package dev.packageforge.examples;

import dev.packageforge.ForgeException;
import dev.packageforge.Run;
import dev.packageforge.SandboxReport;
import dev.packageforge.Text;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.QueueException;
import dev.packageforge.sandbox.Sandbox;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code forge}: its parts, and how every end of it reads. */
@Command(
    name = "forge",
    description = "From a sentence to an approved, published npm package, proven in a sandbox.",
    footer = {
      "",
      "Exit codes: 0 done, 1 the run failed, 2 wrong usage, 3 not ready,",
      "4 refused or conflict, 5 outside service, 130 interrupted."
    },
    versionProvider = ForgeCommand.Version.class,
    subcommands = HelpCommand.class)
final class ForgeCommand implements Callable<Integer> {
  private final Surroundings around;
  private final Interrupts interrupts;
  private final Doctor doctor;
  private final Workshop.Builder workshops;
  private final StoreHouse stores;
  private final AtHand atHand;
  private final Gates gates;
  private final Sandboxes sandboxes;
  private final SettingFlags flags = new SettingFlags();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show what can be said here")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "show the version")
  boolean version;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "on an error, show where in the program it came from (also: FORGE_DEBUG=1)")
  boolean stacktrace;

  /** What the command is assembled from. */
  record Parts(
      Doctor doctor,
      Workshop.Builder workshops,
      StoreHouse stores,
      Gates gates,
      Sandboxes sandboxes) {}

  private ForgeCommand(Surroundings around, Interrupts interrupts, Parts parts) {
    this.around = around;
    this.interrupts = interrupts;
    this.doctor = parts.doctor();
    this.workshops = parts.workshops();
    this.stores = parts.stores();
    this.atHand = new AtHand(around);
    this.gates = parts.gates();
    this.sandboxes = parts.sandboxes();
  }

  /** Runs a command line, and returns its exit code. */
  static int run(Surroundings around, Interrupts interrupts, Parts parts, String... arguments) {
    ForgeCommand forge = new ForgeCommand(around, interrupts, parts);
    CommandLine line = forge.commandLine();
    try {
      int exit = line.execute(arguments);
      if (!around.streams().out().checkError()) {
        return exit;
      }
      complain(
          around.streams().err(),
          "Not all of the output could be written.",
          "See that it goes to a terminal, a program that reads it, or a disk with room.");
      return exit == Exit.DONE.code() ? Exit.NOT_READY.code() : exit;
    } finally {
      around.streams().out().flush();
      around.streams().err().flush();
    }
  }

  /** The command with all its parts, fresh. */
  CommandLine commandLine() {
    CommandLine line = new CommandLine(this);
    line.addSubcommand(withSettings(new NewCommand(this)));
    line.addSubcommand(withSettings(new RunsCommand(this)));
    line.addSubcommand(withSettings(new ShowCommand(this)));
    line.addSubcommand(withSettings(new LogsCommand(this)));
    line.addSubcommand(withSettings(new ResumeCommand(this)));
    line.addSubcommand(withSettings(new RefineCommand(this)));
    line.addSubcommand(withSettings(new ApproveCommand(this)));
    line.addSubcommand(withSettings(new VerifyCommand(this, doctor)));
    line.addSubcommand(withSettings(new PublishCommand(this)));
    line.addSubcommand(withSettings(new CancelCommand(this)));
    line.addSubcommand(withSettings(new WorkerCommand(this, doctor)));
    line.addSubcommand(withSettings(new DoctorCommand(this, doctor)));
    line.addSubcommand(withSettings(new ConfigCommand(this)));
    line.addSubcommand(withSettings(new EvalCommand(this)));
    line.addSubcommand(
        part(new BenchCommand())
            .addSubcommand(withSettings(new BenchDemoCommand(this)))
            .addSubcommand(part(new BenchQueueCommand(this)))
            .addSubcommand(part(new BenchChaosCommand(this)))
            .addSubcommand(part(new BenchPublishCommand(this)))
            .addSubcommand(withSettings(new BenchSandboxCommand(this))));
    line.addSubcommand(part(new CompletionCommand(this)));
    line.setOut(writer(around.streams().out()));
    line.setErr(writer(around.streams().err()));
    boolean coloured = around.canvas().isPresent();
    line.setColorScheme(Help.defaultColorScheme(coloured ? Help.Ansi.ON : Help.Ansi.OFF));
    line.setExecutionExceptionHandler((accident, where, parsed) -> failed(accident));
    line.setParameterExceptionHandler((mistake, arguments) -> misused(mistake));
    return line;
  }

  private CommandLine withSettings(Object command) {
    CommandLine line = part(command);
    flags.addTo(line.getCommandSpec());
    return line;
  }

  private static CommandLine part(Object command) {
    CommandLine line = new CommandLine(command);
    line.getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("show what can be said here")
                .build());
    return line;
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  @Override
  public Integer call() {
    CommandLine line = commandLine();
    line.usage(line.getErr());
    return Exit.USAGE.code();
  }

  Surroundings around() {
    return around;
  }

  Interrupts interrupts() {
    return interrupts;
  }

  /** What is set, flags included. */
  Settings settings() {
    return settings(Map.of());
  }

  /** The same, with some values that the command itself needs. */
  Settings settings(Map<Setting, String> needed) {
    Map<Setting, String> all = new EnumMap<>(Setting.class);
    all.putAll(flags.given());
    all.putAll(needed);
    return Settings.read(around, all);
  }

  /**
   * Goes on only if this machine has what work needs.
   *
   * @throws CommandException if not, after the lines that say what is missing
   */
  void mustBeReady(Settings settings) {
    mustHave(doctor.needed(settings));
  }

  /**
   * The same for what was looked at.
   *
   * @throws CommandException if something is missing, after the lines that say what
   */
  void mustHave(List<Check> checks) {
    List<Check> missing = checks.stream().filter(Check::isMissing).toList();
    if (!missing.isEmpty()) {
      missing.forEach(check -> check.lines().forEach(around.streams().err()::println));
      throw new CommandException(
          Exit.NOT_READY,
          "This machine is not ready: see above.",
          "Set that right; " + around.command() + " doctor looks again.");
    }
  }

  /**
   * The same for who has packages written, and so runs code.
   *
   * @param wraps what is put around the model
   */
  void mustBeReadyToWrite(Settings settings, Workshop.Wraps wraps) throws InterruptedException {
    mustBeReady(settings);
    boolean strange = wraps.strange() || settings.liveModelKey().isPresent();
    SandboxReport place = prepared(settings, strange);
    if (place.level() == SandboxReport.Level.CLOSED) {
      PrintStream err = around.streams().err();
      err.println("warning: what is written is only read, and stays UNVERIFIED and unpublished.");
      SandboxWords.details(place).forEach(line -> err.println("  " + line));
      err.println("  → " + (settings.sandbox().equals("none") ? Sandboxes.SET : Sandboxes.REMEDY));
    }
  }

  /**
   * Goes on only if packages from elsewhere can be tested here.
   *
   * @throws CommandException if not
   */
  Sandbox mustHaveASandbox(Settings settings) throws InterruptedException {
    SandboxReport place = prepared(settings, /* strange= */ true);
    if (place.level() == SandboxReport.Level.CLOSED) {
      throw new CommandException(
          Exit.NOT_READY,
          "A package from elsewhere is code that nobody knows. "
              + String.join(" ", place.degradations()),
          settings.sandbox().equals("none") ? Sandboxes.SET : Sandboxes.REMEDY);
    }
    return sandboxes.forStrangers(settings);
  }

  private SandboxReport prepared(Settings settings, boolean strange) throws InterruptedException {
    PrintStream err = around.streams().err();
    SandboxReport place = sandboxes.prepare(settings, strange, err::println);
    if (strange && place.level() == SandboxReport.Level.NONE) {
      err.println(Sandboxes.WARNING);
    }
    return place;
  }

  /** Opens the store for who only asks: a signal ends the waiting, and the store is closed. */
  Shelf openToAsk(Settings settings) {
    return open(settings, StoreHouse.Use.ASK);
  }

  /** Opens the store for who works, and gives back what those who died had in hand. */
  Shelf openToWork(Settings settings) {
    Shelf shelf = open(settings, StoreHouse.Use.WORK);
    try {
      shelf.giveBackOfTheDead();
      return shelf;
    } catch (ForgeException e) {
      shelf.close();
      throw e;
    }
  }

  private Shelf open(Settings settings, StoreHouse.Use use) {
    Thread asking = Thread.currentThread();
    interrupts.onFirst(asking::interrupt);
    interrupts.beforeStopping(() -> {});
    return stores.open(settings, use);
  }

  /** A house in which people can ask and decide, and nobody works. */
  Forge counter(Shelf shelf) {
    return shelf.in(Forge.builder()).clock(around.clock()).build();
  }

  /** The same, for who gives approvals. */
  Forge counter(Shelf shelf, Settings settings) {
    return shelf
        .in(Forge.builder())
        .clock(around.clock())
        .signer(ApprovalKey.signer(settings))
        .build();
  }

  /** Where what a run made would go, for people. */
  String place(Settings settings, Run run) {
    try (Destinations destinations =
        new Destinations(around, settings, settings.registryFolder())) {
      return destinations.place(run);
    }
  }

  /** What opens the gate for packages that were made elsewhere. */
  Gates gates() {
    return gates;
  }

  /** The same place, in its registry's own words. */
  String target(Settings settings, Run run) {
    try (Destinations destinations =
        new Destinations(around, settings, settings.registryFolder())) {
      return destinations.of(run).place(run.artifact().orElseThrow().id());
    }
  }

  /** The person who is asked for a one-time code while this command runs. */
  AtHand atHand() {
    return atHand;
  }

  /** The house with everything that work needs, where nobody is at hand. */
  Workshop workshop(Settings settings, Shelf shelf) {
    return workshop(settings, shelf, settings.registryFolder(), Workshop.Wraps.NONE);
  }

  /** The same, with something around its parts, and with whoever typed the command. */
  Workshop workshop(Settings settings, Shelf shelf, Workshop.Wraps wraps) {
    return workshop(settings, shelf, settings.registryFolder(), wraps.asking(atHand));
  }

  Workshop workshop(Settings settings, Shelf shelf, Path registry, Workshop.Wraps wraps) {
    return workshops.build(settings, shelf, registry, wraps);
  }

  static String version() {
    String known = ForgeCommand.class.getPackage().getImplementationVersion();
    return known == null ? "development" : known;
  }

  /** One sentence and what to do next. */
  static void complain(PrintStream err, String sentence, String nextStep) {
    err.println("forge: " + sentence);
    if (!nextStep.isEmpty()) {
      err.println("next:  " + nextStep);
    }
  }

  private int failed(Exception accident) {
    PrintStream err = around.streams().err();
    if (stacktrace || around.variable("FORGE_DEBUG").isPresent()) {
      accident.printStackTrace(err);
    }
    if (accident instanceof ForgeException known) {
      String sentence = Text.visible(String.valueOf(known.getMessage()));
      String remedy = Text.visible(known.remedy());
      boolean begun = !(known instanceof QueueException);
      complain(
          err,
          begun ? sentence : Words.sentence(sentence),
          begun ? remedy : Words.sentence(remedy));
      return Exit.of(known).code();
    }
    if (accident instanceof InterruptedException) {
      complain(err, "Stopped.", "");
      return Exit.INTERRUPTED.code();
    }
    complain(
        err,
        "A fault of Package Forge: " + Text.visible(String.valueOf(accident), 300) + ".",
        "Run it again with --stacktrace, and report what it prints.");
    return Exit.FAILED.code();
  }

  private int misused(ParameterException mistake) {
    CommandLine where = mistake.getCommandLine();
    String name = where.getCommandSpec().qualifiedName();
    String hint = name.substring(name.indexOf(' ') + 1);
    String said = String.valueOf(mistake.getMessage());
    if (mistake instanceof UnmatchedArgumentException unmatched
        && !unmatched.isUnknownOption()
        && !where.getSubcommands().isEmpty()
        && !unmatched.getUnmatched().isEmpty()) {
      said =
          "There is no command \""
              + unmatched.getUnmatched().get(0)
              + "\"; there are "
              + String.join(", ", where.getSubcommands().keySet());
    }
    complain(
        around.streams().err(),
        Text.visible(said, 300).replaceAll("[.\\s]+$", "") + ".",
        "See "
            + around.command()
            + (name.contains(" ") ? " help " + hint : " help")
            + " for what can be said.");
    return Exit.USAGE.code();
  }

  /** Says which version this is. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "forge " + version(),
        "Java " + Runtime.version() + " (" + System.getProperty("java.home") + ")"
      };
    }
  }
}
