package dev.packageforge.npm.testing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * The registry's own key, with which it signs what it holds, as {@code npm audit signatures} reads
 * it.
 */
final class Seal {
  private static final String SCHEME = "ecdsa-sha2-nistp256";

  private final KeyPair pair;
  private final String id;
  private final Map<String, ArrayNode> made = new HashMap<>();

  Seal() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      pair = generator.generateKeyPair();
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(pair.getPublic().getEncoded());
      id = "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has elliptic curves", e);
    }
  }

  ObjectNode keys() {
    ObjectNode json = Json.object();
    ObjectNode key = json.putArray("keys").addObject();
    key.putNull("expires");
    key.put("keyid", id).put("keytype", SCHEME).put("scheme", SCHEME);
    key.put("key", Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()));
    return json;
  }

  /** The signatures of a version; each time the same, though no two signatures are. */
  ArrayNode signatures(StoredPackage line) {
    return made.computeIfAbsent(line.id() + ":" + line.digest().integrity(), this::sign);
  }

  private ArrayNode sign(String text) {
    try {
      Signature signer = Signature.getInstance("SHA256withECDSA");
      signer.initSign(pair.getPrivate());
      signer.update(text.getBytes(StandardCharsets.UTF_8));
      ArrayNode all = Json.object().putArray("signatures");
      String signature = Base64.getEncoder().encodeToString(signer.sign());
      all.addObject().put("keyid", id).put("sig", signature);
      return all;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("our own key does not sign", e);
    }
  }
}
