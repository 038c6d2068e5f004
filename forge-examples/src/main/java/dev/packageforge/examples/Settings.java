package dev.packageforge.examples;

import dev.packageforge.Budget;
import dev.packageforge.Secret;
import dev.packageforge.Text;
import dev.packageforge.llm.ModelInfo;
import dev.packageforge.redis.RedisAddress;
import dev.packageforge.sandbox.SandboxSpec;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is set, and where each value comes from: flag, then system property, then environment
 * variable, then {@code .env} in the current folder, then the user's own file, then the default.
 * Every value has been checked. Immutable.
 */
final class Settings {
  /**
   * A value and its origin.
   *
   * @param source for people: {@code environment FORGE_DATA}
   */
  record Value(Setting setting, String text, String source) {
    /** What may be shown. */
    String shown() {
      if (setting.secret()) {
        return text.isEmpty() ? "" : MASK;
      }
      return Text.visible(setting == Setting.STORE ? withoutPassword(text) : text);
    }

    /** Whatever stands before the last @ of an address, but a plain user's name. */
    private static String withoutPassword(String address) {
      return CREDENTIAL.matcher(address).replaceFirst("$1" + MASK + "@");
    }
  }

  private static final String MASK = "****";
  private static final Pattern CREDENTIAL = Pattern.compile("^(rediss?://(?:[\\w.-]+:)?)?.*@");
  private static final Pattern PASSWORD = Pattern.compile("rediss?://[^/@]*:.*@.*");
  private static final Pattern QUEUE_NAME = Pattern.compile("[a-z0-9-]{1,40}");
  private static final Pattern IMAGE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._:/@-]{0,254}");
  private static final Pattern RUNTIME = Pattern.compile("[a-zA-Z0-9._/-]{1,100}");
  private static final Pattern ENGINE =
      Pattern.compile("(unix:///|npipe:////|tcp://|http://|https://)[\\x21-\\x7e]{1,300}");
  private static final long MIB = 1024L * 1024;
  private static final int MIN_KEY = 16;
  private static final int MAX_KEY = 1000;
  private static final int MICRO = 1_000_000;
  private static final int MAX_NAME = 100;

  private final Map<Setting, Value> values = new EnumMap<>(Setting.class);
  private final UserFolders folders;
  private final Path data;
  private final Path registryFolder;
  private final Path toolboxFolder;
  private final SandboxSpec.Limits limits;
  private final int sandboxPool;
  private final Path gatewayFolder;
  private final long gatewayBytes;
  private final @Nullable URI registryAddress;
  private final int cooldownDays;
  private final @Nullable Path storeCertificates;
  private final @Nullable RedisAddress storeAddress;
  private final Budget budget;
  private final int maxAttempts;
  private final double demoPace;
  private final ModelInfo.@Nullable Price price;

  private Settings(Surroundings around, Map<Setting, String> flags) {
    this.folders = UserFolders.of(around);
    SettingsFile dotEnv = SettingsFile.dotEnv(around.folder());
    SettingsFile own = SettingsFile.own(folders);
    for (Setting setting : Setting.values()) {
      values.put(
          setting,
          flag(setting, flags)
              .or(() -> property(setting, around))
              .or(() -> variable(setting, around))
              .or(() -> dotEnv.find(setting))
              .or(() -> own.find(setting))
              .orElseGet(() -> new Value(setting, setting.fallback(), "default")));
    }
    this.data = path(Setting.DATA, folders.data(), around.folder(), own);
    this.registryFolder =
        path(Setting.REGISTRY_FOLDER, data.resolve("registry"), around.folder(), own);
    this.toolboxFolder =
        path(Setting.TOOLBOX_FOLDER, data.resolve("toolbox"), around.folder(), own);
    check(Setting.REGISTRY, Settings::isRegistry);
    String registry = text(Setting.REGISTRY);
    this.registryAddress = registry.contains("://") ? address(registry) : null;
    check(Setting.NPM_TOKEN, value -> value.chars().allMatch(c -> c > ' ' && c <= '~'));
    this.cooldownDays = whole(Setting.COOLDOWN, 0, 365);
    check(Setting.LOOK_UPS, value -> value.equals("on") || value.equals("off"));
    this.budget =
        new Budget(
            whole(Setting.BUDGET_CALLS, 1, 1000),
            whole(Setting.BUDGET_TOKENS, 1, 100_000_000),
            decimal(Setting.BUDGET_DOLLARS, "0", "1000", MICRO),
            Duration.ofMillis(decimal(Setting.BUDGET_MINUTES, "0.1", "600", 60_000)));
    this.maxAttempts = whole(Setting.MAX_ATTEMPTS, 1, 10);
    // Where nobody watches it being written, nobody waits for it.
    orElse(Setting.DEMO_PACE, around.canvas().isPresent() ? "0.1" : "0");
    this.demoPace = decimal(Setting.DEMO_PACE, "0", "10", MICRO) / (double) MICRO;
    check(Setting.SANDBOX, Set.of("auto", "docker", "bubblewrap", "process", "none")::contains);
    check(Setting.SANDBOX_IMAGE, value -> IMAGE.matcher(value).matches());
    check(Setting.SANDBOX_RUNTIME, value -> value.isEmpty() || RUNTIME.matcher(value).matches());
    check(Setting.DOCKER_HOST, value -> value.isEmpty() || isEngine(value));
    this.limits =
        new SandboxSpec.Limits(
            Duration.ofSeconds(whole(Setting.SANDBOX_SECONDS, 1, 3600)),
            whole(Setting.SANDBOX_MEMORY, 64, 65_536) * MIB,
            whole(Setting.SANDBOX_DISK, 16, 65_536) * MIB,
            SandboxSpec.Limits.ofDefaults().outputBytes(),
            SandboxSpec.Limits.ofDefaults().processes(),
            decimal(Setting.SANDBOX_PROCESSORS, "0.1", "256", MICRO) / (double) MICRO);
    this.sandboxPool = whole(Setting.SANDBOX_POOL, 0, 64);
    this.gatewayFolder =
        path(Setting.GATEWAY_FOLDER, data.resolve("packages"), around.folder(), own);
    this.gatewayBytes = whole(Setting.GATEWAY_MIB, 16, 1024 * 1024) * MIB;
    orElse(Setting.APPROVER, around.property("user.name").orElse("somebody"));
    check(Setting.APPROVER, value -> value.length() <= MAX_NAME && !hidden(value));
    check(Setting.GEMINI_API_KEY, value -> value.chars().allMatch(c -> c > ' ' && c <= '~'));
    check(Setting.GEMINI_BASE_URL, value -> value.isEmpty() || LiveModel.isAddress(value));
    check(Setting.MODEL, LiveModel::isName);
    this.price = priceThatIsSet();
    check(Setting.STORE, Settings::isStore);
    check(Setting.STORE_PASSWORD, value -> !hidden(value));
    check(Setting.STORE_PLAIN, value -> value.equals("refuse") || value.equals("allow"));
    this.storeCertificates =
        text(Setting.STORE_CA).isEmpty()
            ? null
            : path(Setting.STORE_CA, folders.data(), around.folder(), own);
    check(Setting.QUEUE, value -> QUEUE_NAME.matcher(value).matches());
    check(
        Setting.APPROVAL_KEY,
        value ->
            value.isEmpty()
                || (value.length() >= MIN_KEY && value.length() <= MAX_KEY && !hidden(value)));
    mustNotBeSeenByOthers();
    this.storeAddress = address();
  }

  private @Nullable RedisAddress address() {
    Value store = value(Setting.STORE);
    if (!store.text().contains("://")) {
      return null;
    }
    try {
      RedisAddress.Builder address = RedisAddress.builder(store.text());
      storePassword().ifPresent(address::password);
      storeCertificates().ifPresent(address::authority);
      return (storeMayBePlain() ? address.allowPlain() : address).build();
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          Exit.USAGE,
          "The store's address (" + store.source() + ") cannot be used: " + e.getMessage() + ".",
          "Correct it; "
              + Setting.STORE_PLAIN.flag()
              + " allow permits plain connections, "
              + Setting.STORE_CA.flag()
              + " names a certificate.",
          e);
    }
  }

  /** Both prices or none: half of one would make a budget that is no limit. */
  private ModelInfo.@Nullable Price priceThatIsSet() {
    for (Setting setting : List.of(Setting.PRICE_INPUT, Setting.PRICE_OUTPUT)) {
      Setting other = setting == Setting.PRICE_INPUT ? Setting.PRICE_OUTPUT : Setting.PRICE_INPUT;
      if (text(setting).isEmpty() && !text(other).isEmpty()) {
        throw new CommandException(
            Exit.USAGE,
            other.key()
                + " is set ("
                + value(other).source()
                + ") and "
                + setting.key()
                + " is not.",
            "Set both, or take it away.");
      }
    }
    return text(Setting.PRICE_INPUT).isEmpty()
        ? null
        : new ModelInfo.Price(
            decimal(Setting.PRICE_INPUT, "0", "1000", MICRO),
            decimal(Setting.PRICE_OUTPUT, "0", "1000", MICRO));
  }

  private static boolean isRegistry(String value) {
    return Set.of("auto", "folder", "npm").contains(value) || isRegistryAddress(value);
  }

  /** Encrypted, or on this machine; a token that goes elsewhere in the clear is everybody's. */
  private static boolean isRegistryAddress(String value) {
    try {
      URI address = new URI(value);
      String host = address.getHost();
      boolean plain = "http".equals(address.getScheme()) && host != null && isHere(host);
      return host != null
          && ("https".equals(address.getScheme()) || plain)
          && address.getRawUserInfo() == null
          && address.getRawQuery() == null
          && address.getRawFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static boolean isHere(String host) {
    return host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
  }

  private static URI address(String registry) {
    return URI.create(registry.endsWith("/") ? registry : registry + "/");
  }

  private static boolean isEngine(String value) {
    return ENGINE.matcher(value).matches() && !value.contains("@");
  }

  private static boolean isStore(String value) {
    boolean address = value.startsWith("redis://") || value.startsWith("rediss://");
    return value.equals("auto") || value.equals("memory") || (address && !hidden(value));
  }

  /** Whoever lists the processes of this machine reads the flags. */
  private void mustNotBeSeenByOthers() {
    Value store = value(Setting.STORE);
    if (store.source().startsWith("flag ") && PASSWORD.matcher(store.text()).matches()) {
      throw new CommandException(
          Exit.USAGE,
          "The address in " + Setting.STORE.flag() + " has a password, and all can read flags.",
          "Put the whole address into "
              + Setting.STORE.variables().get(0)
              + ", or only the password into "
              + Setting.STORE_PASSWORD.variables().get(0)
              + ".");
    }
  }

  /**
   * Reads every source.
   *
   * @param flags what was said on the command line
   * @throws CommandException if a file holds what nobody knows, or a value is no good
   */
  static Settings read(Surroundings around, Map<Setting, String> flags) {
    return new Settings(around, flags);
  }

  /** Everything, in order, for people. */
  List<Value> values() {
    return List.copyOf(values.values());
  }

  /** The user's own file, which need not exist. */
  Path userFile() {
    return folders.settings();
  }

  Path data() {
    return data;
  }

  Path registryFolder() {
    return registryFolder;
  }

  Path toolboxFolder() {
    return toolboxFolder;
  }

  /** Where approved packages go: {@code auto}, {@code folder}, {@code npm}, or an address. */
  String registry() {
    return text(Setting.REGISTRY);
  }

  /** The address that approved packages go to, if one is set; ends with a slash. */
  Optional<URI> registryAddress() {
    return Optional.ofNullable(registryAddress);
  }

  /** Where it is said that approved packages go. */
  String registrySource() {
    return value(Setting.REGISTRY).source();
  }

  /** The token for npm's registry, if npm's own settings are not to say it. */
  Optional<Secret> npmToken() {
    return secret(Setting.NPM_TOKEN);
  }

  String npmTokenSource() {
    return value(Setting.NPM_TOKEN).source();
  }

  /** How long a version of a dependency must have been out before it is built on. */
  Duration dependencyCooldown() {
    return Duration.ofDays(cooldownDays);
  }

  /** Whether the registry is asked about what is verified by hand. */
  boolean looksUp() {
    return text(Setting.LOOK_UPS).equals("on");
  }

  /** The user's home, where other programs keep their settings. */
  Path home() {
    return folders.home();
  }

  Budget budget() {
    return budget;
  }

  int maxAttempts() {
    return maxAttempts;
  }

  /** What recorded times are multiplied by; 0 for at once. */
  double demoPace() {
    return demoPace;
  }

  /** Where runs are kept: {@code auto}, {@code memory}, or an address. */
  String store() {
    return text(Setting.STORE);
  }

  /** Where the store is, if it is elsewhere. */
  Optional<RedisAddress> storeAddress() {
    return Optional.ofNullable(storeAddress);
  }

  /** The password of a store elsewhere, if it is not in the address. */
  private Optional<Secret> storePassword() {
    return secret(Setting.STORE_PASSWORD);
  }

  /** Whether a store elsewhere may be reached without TLS. */
  private boolean storeMayBePlain() {
    return text(Setting.STORE_PLAIN).equals("allow");
  }

  /** Whom to trust about a store elsewhere. */
  Optional<Path> storeCertificates() {
    return Optional.ofNullable(storeCertificates);
  }

  String queue() {
    return text(Setting.QUEUE);
  }

  /** The key that signs approvals, if it is not this machine's own. */
  Optional<Secret> approvalKey() {
    return secret(Setting.APPROVAL_KEY);
  }

  String approver() {
    return text(Setting.APPROVER);
  }

  /** The key of the live model, if there is one. */
  Optional<Secret> liveModelKey() {
    return secret(Setting.GEMINI_API_KEY);
  }

  /** Which live model. */
  String model() {
    return text(Setting.MODEL);
  }

  /** Where the live model is, if that is set. */
  Optional<String> liveModelAddress() {
    return Optional.of(text(Setting.GEMINI_BASE_URL)).filter(address -> !address.isEmpty());
  }

  /** What the live model's tokens cost, if that is set. */
  Optional<ModelInfo.Price> price() {
    return Optional.ofNullable(price);
  }

  /**
   * Where packages are tested: {@code auto}, {@code docker}, {@code bubblewrap}, {@code process} or
   * {@code none}.
   */
  String sandbox() {
    return text(Setting.SANDBOX);
  }

  /** The image of the docker sandbox. */
  String sandboxImage() {
    return text(Setting.SANDBOX_IMAGE);
  }

  /** The runtime of the docker sandbox, if that is set. */
  Optional<String> sandboxRuntime() {
    return Optional.of(text(Setting.SANDBOX_RUNTIME)).filter(name -> !name.isEmpty());
  }

  /** What a package's code may use. */
  SandboxSpec.Limits limits() {
    return limits;
  }

  /** How many docker sandboxes are kept ready. */
  int sandboxPool() {
    return sandboxPool;
  }

  /** Where the container engine answers, if that is set. */
  Optional<String> dockerHost() {
    return Optional.of(text(Setting.DOCKER_HOST)).filter(address -> !address.isEmpty());
  }

  /** Where packages from the registry are kept. */
  Path gatewayFolder() {
    return gatewayFolder;
  }

  /** Where dependencies that were installed are kept. */
  Path layersFolder() {
    return data.resolve("layers");
  }

  /** How many bytes of packages from the registry are kept. */
  long gatewayBytes() {
    return gatewayBytes;
  }

  /** What must never be written down. */
  List<Secret> secrets() {
    return Stream.of(Setting.values())
        .filter(Setting::secret)
        .flatMap(setting -> secret(setting).stream())
        .toList();
  }

  /** Where the key of a live model comes from, if there is one. */
  Optional<String> liveModelKeySource() {
    Value value = value(Setting.GEMINI_API_KEY);
    return value.text().isEmpty() ? Optional.empty() : Optional.of(value.source());
  }

  private Value value(Setting setting) {
    Value value = values.get(setting);
    if (value == null) {
      throw new IllegalStateException("every setting has a value");
    }
    return value;
  }

  private String text(Setting setting) {
    return value(setting).text();
  }

  private Optional<Secret> secret(Setting setting) {
    String text = text(setting);
    return text.isEmpty() ? Optional.empty() : Optional.of(Secret.of(text));
  }

  private void orElse(Setting setting, String fallback) {
    if (text(setting).isEmpty()) {
      values.put(setting, new Value(setting, fallback, "default"));
    }
  }

  private static Optional<Value> flag(Setting setting, Map<Setting, String> flags) {
    return Optional.ofNullable(flags.get(setting))
        .map(text -> new Value(setting, text.strip(), "flag " + setting.flag()));
  }

  private static Optional<Value> property(Setting setting, Surroundings around) {
    return around
        .property(setting.property())
        .map(text -> new Value(setting, text.strip(), "system property " + setting.property()));
  }

  private static Optional<Value> variable(Setting setting, Surroundings around) {
    for (String name : setting.variables()) {
      Optional<String> text = around.variable(name);
      if (text.isPresent()) {
        return Optional.of(new Value(setting, text.get().strip(), "environment " + name));
      }
    }
    return Optional.empty();
  }

  /** The value as a path; what is relative starts at the current one, {@code ~} is the home. */
  private Path path(Setting setting, Path fallback, Path here, SettingsFile own) {
    Value value = value(setting);
    if (value.source().equals("default")) {
      values.put(setting, new Value(setting, fallback.toString(), "default"));
      return fallback;
    }
    String text = value.text();
    try {
      Path path;
      if (text.equals("~") || text.startsWith("~/")) {
        path = folders.home().resolve(text.substring(Math.min(2, text.length())));
      } else {
        path = Path.of(text);
      }
      if (text.isEmpty() || (!path.isAbsolute() && own.find(setting).equals(Optional.of(value)))) {
        String kind = setting.accepted().substring("a ".length());
        throw bad(value, "an absolute " + kind + ", or one that begins with ~/", null);
      }
      Path absolute = here.resolve(path).normalize();
      values.put(setting, new Value(setting, absolute.toString(), value.source()));
      return absolute;
    } catch (InvalidPathException e) {
      throw bad(value, setting.accepted(), e);
    }
  }

  private int whole(Setting setting, int min, int max) {
    Value value = value(setting);
    try {
      int number = Integer.parseInt(value.text());
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw bad(value, setting.accepted(), e);
    }
    throw bad(value, setting.accepted(), null);
  }

  private long decimal(Setting setting, String min, String max, int unit) {
    Value value = value(setting);
    try {
      BigDecimal number = new BigDecimal(value.text());
      if (number.compareTo(new BigDecimal(min)) >= 0
          && number.compareTo(new BigDecimal(max)) <= 0) {
        return number.multiply(BigDecimal.valueOf(unit)).longValue();
      }
    } catch (NumberFormatException e) {
      throw bad(value, setting.accepted(), e);
    }
    throw bad(value, setting.accepted(), null);
  }

  private void check(Setting setting, Predicate<String> good) {
    Value value = value(setting);
    if (!good.test(value.text())) {
      throw bad(value, setting.accepted(), null);
    }
  }

  private static boolean hidden(String text) {
    return text.codePoints().anyMatch(Text::isHidden);
  }

  private static CommandException bad(
      Value value, String accepted, @Nullable RuntimeException cause) {
    return new CommandException(
        Exit.USAGE,
        value.setting().key()
            + " is \""
            + Text.visible(value.shown(), 80)
            + "\" ("
            + value.source()
            + "), which is not "
            + accepted
            + ".",
        "Give " + accepted + ", or take it away to get the default.",
        cause);
  }
}
