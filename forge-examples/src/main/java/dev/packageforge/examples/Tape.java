package dev.packageforge.examples;

import dev.packageforge.Redactor;
import dev.packageforge.Run;
import dev.packageforge.RunId;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whether a command writes down what the model answers, or takes it from what was written down.
 * Which of them a run began with is in its key, so that whoever goes on with it can be told.
 */
final class Tape {
  /** Neither. */
  static final Tape NONE = new Tape("new", null, null);

  private static final String RECORDED = "record";
  private static final String REPLAYED = "replay";

  private final String kind;
  private final @Nullable Path place;
  private final @Nullable FolderReplay replay;
  private @Nullable FolderRecorder recorder;

  private Tape(String kind, @Nullable Path place, @Nullable FolderReplay replay) {
    this.kind = kind;
    this.place = place;
    this.replay = replay;
  }

  static Tape recording(Path folder) {
    return new Tape(RECORDED, folder, null);
  }

  static Tape replaying(Path place, FolderReplay replay) {
    return new Tape(REPLAYED, place, replay);
  }

  /** Where answers come from, if no model is asked. */
  Optional<FolderReplay> replay() {
    return Optional.ofNullable(replay);
  }

  /** For whoever plays recordings a key is of no use, and does not change what may be run. */
  Map<Setting, String> needed() {
    return replay == null ? Map.of() : Map.of(Setting.GEMINI_API_KEY, "");
  }

  /** What is put around the model, or in its place. */
  Workshop.Wraps wraps(Settings settings) {
    if (replay != null) {
      return Workshop.Wraps.NONE.model(model -> replay).ofStrangers();
    }
    if (place == null) {
      return Workshop.Wraps.NONE;
    }
    return Workshop.Wraps.NONE.model(
        model -> {
          recorder = new FolderRecorder(place, model, new Redactor(settings.secrets()));
          return recorder;
        });
  }

  /** The key of a new request; an answer of the store that was lost does not make a second run. */
  String key() {
    return "forge " + kind + " " + UUID.randomUUID();
  }

  /** The file that a run is recorded in, if it is. */
  Optional<Path> file(RunId run) {
    return place == null || replay != null
        ? Optional.empty()
        : Optional.of(FolderRecorder.file(place, run));
  }

  /** Where answers come from, for people. */
  Optional<String> source() {
    return replay == null ? Optional.empty() : Optional.of(String.valueOf(place));
  }

  /** What is to be said at the end, if anything went differently than asked for. */
  Optional<String> warning() {
    if (replay != null) {
      return replay.differences();
    }
    return recorder == null || recorder.missed() == 0
        ? Optional.empty()
        : Optional.of(
            Words.count((int) recorder.missed(), "answer", "answers")
                + " could not be recorded; the log says why.");
  }

  /**
   * Says what a run that goes on needs, if it was begun with recordings and this command has none.
   *
   * @return a warning, if its recording will lack what follows
   * @throws CommandException if nobody else can answer as its recordings would
   */
  Optional<String> goingOn(Run run, String again) {
    if (replay == null && beganWith(run, REPLAYED)) {
      throw new CommandException(
          Exit.USAGE,
          "Run " + RunFinder.shortened(run.id()) + " plays recordings, and none were given.",
          "Give it the same ones: " + again + " --replay DIR");
    }
    return place == null && beganWith(run, RECORDED)
        ? Optional.of(
            "this run was recorded so far and is not any more; to go on recording: "
                + again
                + " --record DIR")
        : Optional.empty();
  }

  /** Whether a run began with recordings of somebody. */
  static boolean isReplayed(Run run) {
    return beganWith(run, REPLAYED);
  }

  private static boolean beganWith(Run run, String kind) {
    return run.request().key().startsWith("forge " + kind + " ");
  }
}
