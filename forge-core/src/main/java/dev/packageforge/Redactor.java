package dev.packageforge;

import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes credentials out of text that is to be kept: the ones we were told, and whatever looks like
 * one. Immutable.
 */
public final class Redactor {
  /** What stands where a credential stood. */
  public static final String MARK = "[redacted]";

  // Prefixes as their issuers document them: package registry, GitHub, AWS, Google API keys. What
  // is
  // to be cleaned may be long and hostile: no two matches can start in one run of characters, so
  // that the time grows with the length of the text and no faster.
  private static final Pattern LOOKS_SECRET =
      Pattern.compile(
          "\\bnpm_[A-Za-z0-9]{36}"
              + "|\\bgh[pousr]_[A-Za-z0-9]{36,}"
              + "|\\bgithub_pat_[A-Za-z0-9_]{40,}"
              + "|\\bAKIA[0-9A-Z]{16}\\b"
              + "|\\bAIza[0-9A-Za-z_-]{35}"
              + "|-----BEGIN [A-Z ]*PRIVATE KEY-----[\\s\\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)");

  // A JSON Web Token is three parts with dots between them. The first is looked for backwards from
  // the dot: a run of its characters may hold any number of beginnings.
  private static final Pattern TOKEN_TAIL =
      Pattern.compile("\\.eyJ[A-Za-z0-9_-]{10,}+\\.[A-Za-z0-9_-]{10,}+");
  private static final String TOKEN_HEAD = "eyJ";
  private static final int SHORTEST_HEAD = 13;

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
    return LOOKS_SECRET.matcher(withoutWebTokens(clean)).replaceAll(MARK);
  }

  private static String withoutWebTokens(String text) {
    StringBuilder clean = new StringBuilder();
    int done = 0;
    Matcher tail = TOKEN_TAIL.matcher(text);
    for (boolean found = tail.find(); found; ) {
      int head = head(text, done, tail.start());
      if (head < 0) {
        found = tail.find(tail.start() + 1);
      } else {
        clean.append(text, done, head).append(MARK);
        done = tail.end();
        found = tail.find();
      }
    }
    return done == 0 ? text : clean.append(text, done, text.length()).toString();
  }

  /** Where the token begins whose first part ends at this dot; -1 if none does. */
  private static int head(String text, int from, int dot) {
    int run = dot;
    while (run > from && isOfToken(text.charAt(run - 1))) {
      run--;
    }
    for (int head = text.indexOf(TOKEN_HEAD, run);
        head >= 0 && head <= dot - SHORTEST_HEAD;
        head = text.indexOf(TOKEN_HEAD, head + 1)) {
      if (head == run || text.charAt(head - 1) == '-') {
        return head;
      }
    }
    return -1;
  }

  private static boolean isOfToken(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-';
  }

  /** Whether {@link #redact} would change the text. */
  public boolean finds(String text) {
    return !redact(text).equals(text);
  }
}
