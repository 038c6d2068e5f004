package dev.packageforge.examples;

import dev.packageforge.PackageId;
import dev.packageforge.SandboxReport;
import dev.packageforge.examples.Surroundings.Screen;
import dev.packageforge.examples.Surroundings.Streams;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.queue.InMemoryStore;
import dev.packageforge.registry.CatalogEntry;
import dev.packageforge.registry.FolderRegistry;
import dev.packageforge.registry.PackageRegistry;
import dev.packageforge.registry.PublishOutcome;
import dev.packageforge.registry.PublishRequest;
import dev.packageforge.registry.StoredVersion;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.testing.FakeRegistry;
import dev.packageforge.testing.FakeToolchain;
import dev.packageforge.testing.NoSandbox;
import dev.packageforge.testing.ScriptedLanguageModel;
import dev.packageforge.toolchain.Gate;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** A machine for one test: a home, a PATH with programs of its own, and the three streams. */
final class Desk {
  /** What a command did. */
  record Result(int exit, String out, String err) {}

  /** A plan and a draft that the fake toolchain likes. */
  static final String PLAN =
      "{\"name\":\"slug-maker\",\"summary\":\"Makes slugs.\",\"files\":[{\"path\":\"index.js\","
          + "\"purpose\":\"it\"}],\"behaviours\":[\"keeps digits\"],\"dependencies\":[]}";

  static final String GOOD = block("index.js", "good");
  static final String BAD = block("index.js", "worse");

  final Path folder;
  final Path programs;
  final Map<String, String> environment = new HashMap<>();
  final Map<String, String> properties = new HashMap<>();
  final FakeRegistry registry = new FakeRegistry();

  /** How many workshops have been closed. */
  final AtomicInteger closed = new AtomicInteger();

  /** What all commands of one test remember. */
  final InMemoryStore store;

  final ByteArrayOutputStream err = new ByteArrayOutputStream();
  final Interrupts interrupts =
      new Interrupts(new PrintStream(err, true, StandardCharsets.UTF_8), () -> {});
  ToLongFunction<Path> freeBytes = place -> Long.MAX_VALUE / 2;
  InputStream in = new ByteArrayInputStream(new byte[0]);
  boolean person;
  @Nullable Screen screen;

  /** Whether each command begins with a store of its own, which ends with it. */
  boolean forgetful;

  private final StoreHouse stores =
      new StoreHouse() {
        @Override
        public Shelf open(Settings settings, Use use) {
          return forgetful
              ? Shelf.inMemory(Clock.systemUTC())
              : Shelf.lasting(store, store, Shelf.Place.nowhere(), "a store for tests", () -> {});
        }

        @Override
        public List<Check> checks(Settings settings) {
          return List.of(Check.ok("store", "a store for tests"));
        }
      };

  /** What a run asks of packages that were made elsewhere; nothing unless a test says so. */
  Gate gate =
      (packed, sandbox, listener, cancellation) -> {
        throw new IllegalStateException("nothing was to be judged");
      };

  /** What judges packages that were made elsewhere; nothing unless a test says so. */
  Gates gates =
      (settings, destinations) -> {
        throw new IllegalStateException("nothing was to be judged");
      };

  /** What sandboxes this machine has for code that nobody knows: none, unless a test says so. */
  List<SandboxKind> kinds = List.of();

  /** What must have been printed for a signal to come. */
  @Nullable String interruptAt;

  Desk(Path folder) {
    this(folder, new InMemoryStore(Clock.systemUTC()));
  }

  private Desk(Path folder, InMemoryStore store) {
    this.folder = folder;
    this.store = store;
    this.programs = folder.resolve("bin");
    environment.put("HOME", folder.resolve("home").toString());
    environment.put("PATH", programs.toString());
    environment.put(
        "FORGE_REGISTRY", "folder"); // else the npm of whoever runs these tests is asked
    properties.put("os.name", "Linux");
    properties.put("user.name", "ada");
    properties.put("java.io.tmpdir", folder.resolve("tmp").toString());
    program("node", "echo v22.3.0");
    program("npm", "echo 10.8.1");
  }

  /** Another process of the same user on the same machine. */
  Desk beside() {
    Desk beside = new Desk(folder, store);
    beside.environment.putAll(environment);
    return beside;
  }

  static String block(String path, String content) {
    String fence = "@@@ " + ScriptedLanguageModel.MARKER;
    return fence + " file " + path + "\n" + content + "\n" + fence + " end\n";
  }

  /** Puts a shell script on the PATH. */
  void program(String name, String script) {
    try {
      Files.createDirectories(programs);
      Path file = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + script + "\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder everything is kept below unless a test says otherwise. */
  Path data() {
    return folder.resolve("home/.local/share/package-forge");
  }

  /** A person who types this. */
  Desk typing(String text) {
    person = true;
    in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  Surroundings surroundings(PrintStream out) {
    return new Surroundings(
        environment,
        properties,
        folder,
        new Streams(in, out, new PrintStream(err, true, StandardCharsets.UTF_8), screen, person),
        Clock.systemUTC(),
        freeBytes);
  }

  /** Runs a command line for which no model is needed. */
  Result run(String... arguments) {
    return run(
        (settings, shelf, place, wraps) -> {
          throw new IllegalStateException("no work was to be done");
        },
        arguments);
  }

  /** Runs a command line with this model and fakes for everything else. */
  Result run(LanguageModel model, String... arguments) {
    return run(
        (settings, shelf, place, wraps) ->
            workshop(wraps.model().apply(model), shelf, wraps, settings),
        arguments);
  }

  private Workshop workshop(
      LanguageModel model, Shelf shelf, Workshop.Wraps wraps, Settings settings) {
    FakeToolchain toolchain = new FakeToolchain();
    PackageRegistry placed =
        new Placed(registry, FolderRegistry.at(settings.registryFolder()).description());
    Forge forge =
        shelf
            .in(Forge.builder())
            .signer(ApprovalKey.signer(settings))
            .model(model)
            .sandboxes(run -> wraps.strange() ? forStrangers(settings) : new NoSandbox())
            .toolchain(toolchain)
            .registry(placed)
            .secondFactor(wraps.atHand())
            .gate(gate)
            .catalog(d -> Optional.of(new CatalogEntry(d.name(), "1.0.0", "")))
            .build();
    return new Workshop(
        shelf,
        forge,
        model.info(),
        toolchain,
        run -> placed,
        run -> placed.description(),
        closed::incrementAndGet);
  }

  /** The sandbox of the house if it lets nothing run, else one that is not needed here. */
  private Sandbox forStrangers(Settings settings) {
    try {
      Sandbox sandbox = new Sandboxes(surroundings(System.out), kinds).forStrangers(settings);
      boolean closed = sandbox.probe().level() == SandboxReport.Level.CLOSED;
      return closed ? sandbox : new NoSandbox();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** A registry that is where this command's settings say. */
  private record Placed(PackageRegistry registry, String description) implements PackageRegistry {
    @Override
    public Optional<StoredVersion> find(PackageId id) throws InterruptedException {
      return registry.find(id);
    }

    @Override
    public PublishOutcome publish(PublishRequest request) throws InterruptedException {
      return registry.publish(request);
    }
  }

  /** Runs a command line in a workshop of the test's own. */
  Result run(Workshop.Builder builder, String... arguments) {
    ByteArrayOutputStream out = new Overheard();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    Surroundings around = surroundings(stream);
    Sandboxes sandboxes = new Sandboxes(around, kinds);
    Doctor doctor = new Doctor(around, new Programs(around), stores, sandboxes);
    ForgeCommand.Parts parts = new ForgeCommand.Parts(doctor, builder, stores, gates, sandboxes);
    int exit = ForgeCommand.run(around, interrupts, parts, arguments);
    return new Result(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Output during which a signal comes. */
  private final class Overheard extends ByteArrayOutputStream {
    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
      super.write(bytes, from, length);
      if (interruptAt != null && toString(StandardCharsets.UTF_8).contains(interruptAt)) {
        interruptAt = null;
        interrupts.arrive();
      }
    }
  }
}
