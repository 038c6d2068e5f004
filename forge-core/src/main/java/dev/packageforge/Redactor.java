package dev.packageforge;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes credentials out of text that is to be kept: the ones we were told, and whatever looks like
 * one. Immutable.
 */
public final class Redactor {
  /** What stands where a credential stood. */
  public static final String MARK = "[redacted]";

  // Prefixes as their issuers document them: package registry, GitHub, AWS, Google API keys, JSON
  // Web Tokens.
  private static final Pattern LOOKS_SECRET =
      Pattern.compile(
          "\\bnpm_[A-Za-z0-9]{36}"
              + "|\\bgh[pousr]_[A-Za-z0-9]{36,}"
              + "|\\bgithub_pat_[A-Za-z0-9_]{40,}"
              + "|\\bAKIA[0-9A-Z]{16}\\b"
              + "|\\bAIza[0-9A-Za-z_-]{35}"
              + "|\\beyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}"
              + "|-----BEGIN [A-Z ]*PRIVATE KEY-----[\\s\\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)");

  private final List<Secret> known;

  /** Knows these credentials, and the usual patterns. */
  public Redactor(Collection<Secret> known) {
    this.known = List.copyOf(known);
  }

  /** The text with every credential replaced by {@link #MARK}. */
  public String redact(String text) {
    String clean = text;
    for (Secret secret : known) {
      clean = clean.replace(secret.reveal(), MARK);
    }
    return LOOKS_SECRET.matcher(clean).replaceAll(MARK);
  }

  /** Whether {@link #redact} would change the text. */
  public boolean finds(String text) {
    return !redact(text).equals(text);
  }
}
