package dev.packageforge.examples;

import dev.packageforge.ApprovalSigner;
import dev.packageforge.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The key that signs approvals. It outlives the process, or an approval given in one would mean
 * nothing to another: a file of random digits in the data folder, which only its owner may read,
 * made by whoever needs it first; or what is set, where several machines share a store.
 */
final class ApprovalKey {
  private static final String NAME = "approval.key";
  private static final int BYTES = 32;
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{" + 2 * BYTES + "}");
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private static final Set<StandardOpenOption> OPTIONS =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);

  private ApprovalKey() {}

  /**
   * A signer with the key of these settings.
   *
   * @throws CommandException if the file cannot be had, is damaged, or is open to others
   */
  static ApprovalSigner signer(Settings settings) {
    return new ApprovalSigner(settings.approvalKey().orElseGet(() -> ofFile(settings.data())));
  }

  private static Secret ofFile(Path data) {
    Path file = data.resolve(NAME);
    try {
      Files.createDirectories(data);
      String text = readOrMake(file);
      if (FORM.matcher(text).matches()) {
        return Secret.of(text);
      }
    } catch (IOException e) {
      throw new CommandException(
          Exit.NOT_READY,
          "The key that signs approvals cannot be had from " + file + ": " + Words.reason(e) + ".",
          "Make it readable and writable for you, or set "
              + Setting.APPROVAL_KEY.variables().get(0)
              + ".",
          e);
    }
    throw new CommandException(
        Exit.NOT_READY,
        "The key that signs approvals, " + file + ", is damaged.",
        "Put back the file as it was; or remove it, and approve again what was approved with it.");
  }

  private static String readOrMake(Path file) throws IOException {
    boolean posix = Files.getFileStore(file.getParent()).supportsFileAttributeView("posix");
    try (FileChannel channel = posix ? openForOwner(file) : FileChannel.open(file, OPTIONS)) {
      // Whoever dies between making the file and writing into it leaves an empty one, which the
      // next takes for a new one; the lock keeps two from doing so at once. Closing gives it up.
      channel.lock();
      if (posix && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
        throw new IOException("others than its owner may read it");
      }
      return channel.size() == 0 ? make(channel) : read(channel);
    }
  }

  private static FileChannel openForOwner(Path file) throws IOException {
    return FileChannel.open(file, OPTIONS, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
  }

  private static String make(FileChannel channel) throws IOException {
    byte[] key = new byte[BYTES];
    new SecureRandom().nextBytes(key);
    String text = HexFormat.of().formatHex(key);
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.force(true);
    return text;
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4 * BYTES);
    while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
      // until all of it is there, or more than there should be
    }
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
  }
}
