package dev.packageforge.npm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Reads what our own scripts report from inside a sandbox. Each line is sealed with a key that the
 * script read and removed before any foreign code ran (RFC 2104), so that a package cannot report
 * in its place; what follows a broken seal is not believed. Foreign code never runs in the process
 * that holds the key, but in others of the same user: where the system lets one process read the
 * memory of another, a package that is made for it could still report on itself.
 */
final class SealedReport {
  static final String KEY_FILE = NpmSettings.OURS + "/key";
  static final String FILE = NpmSettings.OURS + "/report.jsonl";

  private static final int SEAL = 64;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final JsonMapper JSON = new JsonMapper();

  private SealedReport() {}

  static String newKey() {
    byte[] key = new byte[32];
    RANDOM.nextBytes(key);
    return HexFormat.of().formatHex(key);
  }

  /** The events up to the first line whose seal is broken. */
  static List<JsonNode> read(byte[] report, String key) {
    List<JsonNode> events = new ArrayList<>();
    String before = "";
    for (String line : new String(report, StandardCharsets.UTF_8).split("\n", -1)) {
      if (line.length() <= SEAL) {
        break;
      }
      String json = line.substring(SEAL + 1);
      String seal = seal(key, before + json);
      if (!MessageDigest.isEqual(bytes(seal), bytes(line.substring(0, SEAL)))) {
        break;
      }
      before = seal;
      try {
        events.add(JSON.readTree(json));
      } catch (JsonProcessingException e) {
        break;
      }
    }
    return events;
  }

  /** Whether the script came to its own end. */
  static boolean isComplete(List<JsonNode> events) {
    return !events.isEmpty() && events.get(events.size() - 1).path("kind").asText("").equals("end");
  }

  private static String seal(String key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(bytes(key), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(bytes(text)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
