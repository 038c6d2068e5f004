package dev.packageforge.npm;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What npm and Node are told in a sandbox. Nobody's own configuration is read there, and no
 * credential is ever among these.
 *
 * @param registry where to fetch from; empty for npm's own default
 * @param extraCertificates more authorities to trust
 * @param heapMebibytes how large one JavaScript heap may grow
 * @param cooldown how old what is installed must be; zero for any age
 */
record NpmSettings(
    Optional<String> registry,
    Optional<Path> extraCertificates,
    long heapMebibytes,
    Duration cooldown) {
  /** The folder in the work folder that is ours. */
  static final String OURS = "forge";

  /** No such program: what npm would have to clone with git, it does not get. */
  private static final String NO_GIT = "git-is-not-allowed-here";

  /** The same, for packages of any age. */
  NpmSettings ofAnyAge() {
    return new NpmSettings(registry, extraCertificates, heapMebibytes, Duration.ZERO);
  }

  /**
   * The same, where a gateway has the certificates and shows nothing that is too young: npm need
   * not ask for the times of all versions.
   */
  NpmSettings throughGateway() {
    return new NpmSettings(Optional.empty(), Optional.empty(), heapMebibytes, Duration.ZERO);
  }

  /** In whole days, as npm counts them; a part of a day counts as one. */
  private long cooldownDays() {
    return cooldown.plusDays(1).minusNanos(1).toDays();
  }

  /**
   * The variables for every command of a session.
   *
   * @param offline whether npm must not even try to fetch
   */
  Map<String, String> variables(ToolVersions tools, boolean offline) {
    Map<String, String> variables = new HashMap<>();
    variables.put("NODE_OPTIONS", "--max-old-space-size=" + heapMebibytes);
    variables.put("NO_COLOR", "1");
    variables.put("NODE_DISABLE_COLORS", "1");
    variables.put("npm_config_cache", OURS + "/cache");
    variables.put("npm_config_userconfig", OURS + "/user.npmrc");
    variables.put("npm_config_globalconfig", OURS + "/global.npmrc");
    variables.put("npm_config_logs_max", "0");
    variables.put("npm_config_update_notifier", "false");
    variables.put("npm_config_fund", "false");
    variables.put("npm_config_audit", "false");
    variables.put("npm_config_progress", "false");
    variables.put("npm_config_ignore_scripts", "true");
    variables.put("npm_config_package_lock", "false");
    variables.put("npm_config_git", NO_GIT);
    variables.put("npm_config_fetch_retries", "1");
    variables.put("npm_config_fetch_retry_mintimeout", "500");
    variables.put("npm_config_fetch_retry_maxtimeout", "2000");
    variables.put("npm_config_fetch_timeout", "30000");
    if (offline) {
      variables.put("npm_config_offline", "true");
    } else {
      // Whoever reaches nobody needs none; and Node warns in every command where the file is
      // missing.
      extraCertificates.ifPresent(path -> variables.put("NODE_EXTRA_CA_CERTS", path.toString()));
    }
    if (tools.npmIsAtLeast(11, 9)) {
      variables.put("npm_config_allow_git", "none");
    }
    if (tools.npmIsAtLeast(11, 10) && !cooldown.isZero()) {
      variables.put("npm_config_min_release_age", Long.toString(cooldownDays()));
    }
    if (tools.npmIsAtLeast(11, 14)) {
      variables.put("npm_config_allow_remote", "none");
    }
    registry.ifPresent(address -> variables.put("npm_config_registry", address));
    return variables;
  }
}
