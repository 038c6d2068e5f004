package dev.packageforge.llm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.packageforge.Cancellation;
import dev.packageforge.Redactor;
import dev.packageforge.llm.Cassette.Call;
import dev.packageforge.llm.Cassette.Outcome;
import dev.packageforge.llm.Cassette.Outcome.Answered;
import dev.packageforge.llm.Cassette.Outcome.Failed;
import dev.packageforge.llm.Cassette.Piece;
import dev.packageforge.llm.LanguageModelException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down what another model answers, for {@link ReplayLanguageModel}.
 *
 * <p>Each finished call, be it an answer or a {@link LanguageModelException}, adds one line to a
 * file that only its owner may read; a call that was cancelled, interrupted or ended by its
 * listener adds none. Credentials are taken out first. If one is still found after that, nothing is
 * written and the call ends with a {@link LanguageModelException}: whoever records wants to share
 * the file, and would rather lose an answer than a credential.
 *
 * <p>If the file cannot be written, as on a full disk, the answer counts more than its recording:
 * the call goes on as if nothing had happened, what was half written is taken back, the log says so
 * once, and {@link #missed} counts it.
 *
 * <p>Safe for use by many threads; a file belongs to one recorder at a time. The file is opened for
 * each line and never kept open.
 */
public final class RecordingLanguageModel implements LanguageModel {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingLanguageModel.class);
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Path file;
  private final LanguageModel model;
  private final Redactor redactor;
  private final LongSupplier nanos;
  private final AtomicLong missed = new AtomicLong();

  RecordingLanguageModel(Path file, LanguageModel model, Redactor redactor, LongSupplier nanos) {
    this.file = file;
    this.model = model;
    this.redactor = redactor;
    this.nanos = nanos;
  }

  /**
   * Records a model.
   *
   * @param file is made by the first finished call, and added to if it is there; its folder must
   *     exist
   * @param model answers; stays the caller's to close
   * @param redactor knows what must not be written
   */
  public static RecordingLanguageModel to(Path file, LanguageModel model, Redactor redactor) {
    return new RecordingLanguageModel(file, model, redactor, System::nanoTime);
  }

  /** Who answers. */
  @Override
  public ModelInfo info() {
    return model.info();
  }

  /** How many finished calls could not be written. */
  public long missed() {
    return missed.get();
  }

  /**
   * {@inheritDoc}
   *
   * @throws LanguageModelException what the model throws; or {@link Reason#INVALID_REQUEST} if a
   *     credential could not be taken out of an answer's recording
   */
  @Override
  public ModelReply generate(
      ModelRequest request, ModelListener listener, Cancellation cancellation)
      throws InterruptedException {
    Take take = new Take(listener, nanos);
    ModelReply reply;
    try {
      reply = model.generate(request, take, cancellation);
    } catch (LanguageModelException e) {
      try {
        Failed failed =
            new Failed(
                e.reason(),
                redactor.redact(String.valueOf(e.getMessage())),
                redactor.redact(e.remedy()),
                e.retryAfter().orElse(null));
        record(request, take.pieces(), failed);
      } catch (LanguageModelException unrecorded) {
        e.addSuppressed(unrecorded);
      }
      throw e;
    }
    Answered answered = new Answered(reply.usage(), redactor.redact(reply.model()));
    record(request, take.piecesOf(reply.text()), answered);
    return reply;
  }

  private void record(ModelRequest request, List<Piece> heard, Outcome outcome) {
    if (text(heard).contains(Cassette.MARKER)) {
      miss("the answer itself holds " + Cassette.MARKER, null);
      return;
    }
    List<Piece> pieces =
        redact(CassettePlayer.replace(heard, request.prompt().marker(), Cassette.MARKER));
    Call call =
        new Call(
            request.id().step(),
            redactor.redact(request.prompt().subject()),
            Optional.of(request.digest()),
            pieces,
            outcome);
    String line = CassetteJson.line(call);
    // The line shows what escaping hides from the texts, the texts what it hides from the line.
    if (redactor.finds(line) || redactor.finds(call.text()) || redactor.finds(call.subject())) {
      throw new LanguageModelException(
          Reason.INVALID_REQUEST,
          "the step "
              + call.step()
              + " was answered, but a credential could not be taken out of its recording, so"
              + " nothing was written",
          "keep credentials out of prompts, or do not record this run");
    }
    try {
      append(line.getBytes(UTF_8));
    } catch (IOException e) {
      miss(e.toString(), e);
    }
  }

  /** Redacts the text as a whole, since a credential may be cut in two by its pieces. */
  private List<Piece> redact(List<Piece> pieces) {
    String text = text(pieces);
    String clean = redactor.redact(text);
    if (clean.equals(text)) {
      return pieces;
    }
    List<Piece> cut = new ArrayList<>();
    int from = 0;
    int heard = 0;
    for (int i = 0; i < pieces.size(); i++) {
      heard += pieces.get(i).text().length();
      int end = i == pieces.size() - 1 ? clean.length() : Math.min(heard, clean.length());
      if (end > from) {
        cut.add(new Piece(pieces.get(i).atMs(), clean.substring(from, end)));
        from = end;
      }
    }
    return cut;
  }

  private synchronized void append(byte[] line) throws IOException {
    try (FileChannel channel = FileChannel.open(file, Set.of(CREATE, READ, WRITE), mode())) {
      long before = channel.size();
      boolean unended = before > 0 && !endsWithLineFeed(channel, before);
      if (before + line.length >= Cassette.MAX_BYTES) {
        throw new IOException("the file has " + before + " bytes and would grow too long to read");
      }
      try {
        channel.position(before);
        write(channel, ByteBuffer.wrap(unended ? new byte[] {'\n'} : new byte[0]));
        write(channel, ByteBuffer.wrap(line));
      } catch (IOException e) {
        channel.truncate(before);
        throw e;
      }
    }
  }

  private static boolean endsWithLineFeed(FileChannel channel, long size) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    return channel.read(last, size - 1) == 1 && last.get(0) == '\n';
  }

  private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static FileAttribute<?>[] mode() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private void miss(String why, @Nullable Throwable cause) {
    if (missed.getAndIncrement() == 0) {
      LOG.warn("Calls to the model go on, but cannot be recorded in {}: {}", file, why, cause);
    }
  }

  private static String text(List<Piece> pieces) {
    return pieces.stream().map(Piece::text).collect(Collectors.joining());
  }

  /** What was heard in one call, and when. */
  private static final class Take implements ModelListener {
    private final ModelListener listener;
    private final LongSupplier nanos;
    private final long began;
    private final List<Piece> pieces = new ArrayList<>();

    Take(ModelListener listener, LongSupplier nanos) {
      this.listener = listener;
      this.nanos = nanos;
      this.began = nanos.getAsLong();
    }

    @Override
    public void text(String delta) {
      synchronized (pieces) {
        pieces.add(new Piece(elapsed(), delta));
      }
      listener.text(delta);
    }

    List<Piece> pieces() {
      synchronized (pieces) {
        return List.copyOf(pieces);
      }
    }

    /** The pieces if they make up the text; else the text is the truth, in one piece. */
    List<Piece> piecesOf(String text) {
      List<Piece> heard = pieces();
      return RecordingLanguageModel.text(heard).equals(text)
          ? heard
          : List.of(new Piece(elapsed(), text));
    }

    private long elapsed() {
      return Math.max(0, (nanos.getAsLong() - began) / NANOS_PER_MILLI);
    }
  }
}
