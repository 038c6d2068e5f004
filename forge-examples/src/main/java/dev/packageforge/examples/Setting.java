package dev.packageforge.examples;

import dev.packageforge.Budget;
import dev.packageforge.RunRequest;
import dev.packageforge.gemini.GeminiLanguageModel;
import dev.packageforge.sandbox.SandboxSpec;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What can be set, under one name in every source. */
enum Setting {
  DATA("data", "the folder everything is kept below", "a folder"),
  REGISTRY(
      "registry",
      "where approved packages go; auto: the demo's to the folder, others to npm if it has a token",
      "auto, folder, npm, or an address like https://host/"),
  REGISTRY_FOLDER("registry.folder", "the folder that is a registry", "a folder"),
  TOOLBOX_FOLDER("toolbox.folder", "where the tools that judge packages are kept", "a folder"),
  NPM_TOKEN(
      "npm.token",
      "the token for npm's registry, if not the one of npm's own settings",
      "a token of letters, digits and signs, without spaces"),
  COOLDOWN(
      "dependency.cooldown.days",
      "days a dependency's version must have been out",
      "a whole number from 0 to 365"),
  LOOK_UPS(
      "lookups",
      "whether verify asks the registry about names, versions and dependencies",
      "on or off"),
  SANDBOX(
      "sandbox",
      "where packages are tested; auto: docker, else bubblewrap, else processes for the demo alone",
      "auto, docker, bubblewrap, process or none"),
  SANDBOX_IMAGE("sandbox.image", "the image of the docker sandbox", "an image's name"),
  SANDBOX_RUNTIME(
      "sandbox.runtime",
      "the runtime of the docker sandbox, such as runsc",
      "a runtime's name of 1 to 100 of a-z, A-Z, 0-9, ., _, / and -"),
  SANDBOX_MEMORY(
      "sandbox.memory.mib",
      "MiB of memory that a package's code may use",
      "a whole number from 64 to 65536"),
  SANDBOX_DISK(
      "sandbox.disk.mib", "MiB that a package's code may write", "a whole number from 16 to 65536"),
  SANDBOX_PROCESSORS(
      "sandbox.processors",
      "processors that a package's code may use; may be a fraction",
      "a number from 0.1 to 256"),
  SANDBOX_SECONDS(
      "sandbox.timeout.seconds",
      "seconds that one command of a package may take",
      "a whole number from 1 to 3600"),
  SANDBOX_POOL(
      "sandbox.pool", "docker sandboxes that are kept ready", "a whole number from 0 to 64"),
  DOCKER_HOST(
      "docker.host",
      "where the container engine answers, if not where it is usually found",
      "an address like unix:///var/run/docker.sock or tcp://127.0.0.1:2375"),
  GATEWAY_FOLDER("gateway.folder", "where packages from the registry are kept", "a folder"),
  GATEWAY_MIB(
      "gateway.mib",
      "MiB of packages from the registry that are kept",
      "a whole number from 16 to 1048576"),
  BUDGET_CALLS("budget.calls", "model calls a run may make", "a whole number from 1 to 1000"),
  BUDGET_TOKENS("budget.tokens", "tokens a run may use", "a whole number from 1 to 100000000"),
  BUDGET_DOLLARS("budget.dollars", "US dollars a run may cost", "a number from 0 to 1000"),
  BUDGET_MINUTES("budget.minutes", "minutes of work a run may take", "a number from 0.1 to 600"),
  MAX_ATTEMPTS("max.attempts", "drafts verified at most", "a whole number from 1 to 10"),
  DEMO_PACE(
      "demo.pace", "times the recorded pace of the demo; 0 is at once", "a number from 0 to 10"),
  STORE(
      "store",
      "where runs are kept",
      "auto, memory, or an address like redis://host:6379 or rediss://host"),
  STORE_PASSWORD("store.password", "the password of a store elsewhere", "a password in one line"),
  STORE_PLAIN(
      "store.plain", "whether a store elsewhere may be reached without TLS", "refuse or allow"),
  STORE_CA("store.ca", "whom to trust about a store elsewhere, as a PEM file", "a file"),
  QUEUE("queue", "the name under which a store keeps runs", "1 to 40 of a-z, 0-9 and -"),
  APPROVER("approver", "who approves, as the approval says", "a name of 1 to 100 characters"),
  APPROVAL_KEY(
      "approval.key",
      "signs approvals, where several machines share a store",
      "a key of 16 to 1000 characters in one line"),
  GEMINI_API_KEY(
      "gemini.api.key",
      "the key of a live model; without one the demo answers",
      "a key of letters, digits and signs, without spaces"),
  GEMINI_BASE_URL(
      "gemini.base.url",
      "where the live model is, if not at Google's own address",
      "an https address without a user, or http on this machine or at a name without a dot"),
  MODEL("model", "which live model", "a model's name"),
  PRICE_INPUT(
      "model.price.input",
      "US dollars for a million input tokens, if not as we know it",
      "a number from 0 to 1000"),
  PRICE_OUTPUT(
      "model.price.output",
      "US dollars for a million output tokens, thinking included",
      "a number from 0 to 1000");

  private static final long MIB = 1024L * 1024;

  private final String key;
  private final String meaning;
  private final String accepted;

  Setting(String key, String meaning, String accepted) {
    this.key = key;
    this.meaning = meaning;
    this.accepted = accepted;
  }

  /** The name in the user's file. */
  String key() {
    return key;
  }

  String meaning() {
    return meaning;
  }

  /** What a value must be, for sentences. */
  String accepted() {
    return accepted;
  }

  /** Whether its value is never shown, and never given as a flag, where others could read it. */
  boolean secret() {
    return switch (this) {
      case GEMINI_API_KEY, STORE_PASSWORD, APPROVAL_KEY, NPM_TOKEN -> true;
      default -> false;
    };
  }

  String flag() {
    return "--" + key.replace('.', '-');
  }

  String property() {
    return "forge." + key;
  }

  /** The variables it is read from; the first one wins. */
  List<String> variables() {
    String own = "FORGE_" + key.toUpperCase(Locale.ROOT).replace('.', '_');
    return switch (this) {
      // As Google's own tools read them.
      case GEMINI_API_KEY -> List.of(own, "GOOGLE_API_KEY", "GEMINI_API_KEY");
      case GEMINI_BASE_URL -> List.of(own, "GOOGLE_GEMINI_BASE_URL");
      default -> List.of(own);
    };
  }

  static Optional<Setting> ofKey(String key) {
    return Stream.of(values()).filter(s -> s.key.equals(key)).findFirst();
  }

  static Optional<Setting> ofVariable(String name) {
    return Stream.of(values()).filter(s -> s.variables().contains(name)).findFirst();
  }

  /** The value where nobody sets one, of those that depend on nothing. */
  String fallback() {
    Budget budget = Budget.ofDefaults();
    SandboxSpec.Limits limits = SandboxSpec.Limits.ofDefaults();
    return switch (this) {
      case REGISTRY, SANDBOX -> "auto";
      case SANDBOX_MEMORY -> Long.toString(limits.memoryBytes() / MIB);
      case SANDBOX_DISK -> Long.toString(limits.diskBytes() / MIB);
      case SANDBOX_PROCESSORS -> new BigDecimal(limits.processors()).toPlainString();
      case SANDBOX_SECONDS -> Long.toString(limits.command().toSeconds());
      case SANDBOX_IMAGE -> "node:24-bookworm-slim";
      case SANDBOX_POOL -> "1";
      case GATEWAY_MIB -> "1024";
      case COOLDOWN -> "7";
      case LOOK_UPS -> "on";
      case BUDGET_CALLS -> Integer.toString(budget.calls());
      case BUDGET_TOKENS -> Long.toString(budget.tokens());
      case BUDGET_DOLLARS -> Double.toString(budget.microDollars() / 1e6);
      case BUDGET_MINUTES -> Long.toString(budget.wall().toMinutes());
      case MAX_ATTEMPTS -> Integer.toString(RunRequest.DEFAULT_ATTEMPTS);
      case STORE -> "auto";
      case STORE_PLAIN -> "refuse";
      case QUEUE -> "default";
      case MODEL -> GeminiLanguageModel.DEFAULT_MODEL;
      case DATA,
          REGISTRY_FOLDER,
          TOOLBOX_FOLDER,
          SANDBOX_RUNTIME,
          DOCKER_HOST,
          GATEWAY_FOLDER,
          NPM_TOKEN,
          DEMO_PACE,
          STORE_PASSWORD,
          STORE_CA,
          APPROVER,
          APPROVAL_KEY,
          GEMINI_API_KEY,
          GEMINI_BASE_URL,
          PRICE_INPUT,
          PRICE_OUTPUT ->
          "";
    };
  }
}
