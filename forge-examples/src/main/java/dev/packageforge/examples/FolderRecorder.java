package dev.packageforge.examples;

import dev.packageforge.Cancellation;
import dev.packageforge.Redactor;
import dev.packageforge.RunId;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.llm.ModelInfo;
import dev.packageforge.llm.ModelListener;
import dev.packageforge.llm.ModelReply;
import dev.packageforge.llm.ModelRequest;
import dev.packageforge.llm.RecordingLanguageModel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes down what another model answers, a file a run, named after the run. Safe for use by many
 * threads.
 */
final class FolderRecorder implements LanguageModel {
  private final Path folder;
  private final LanguageModel model;
  private final Redactor redactor;
  private final Map<RunId, RecordingLanguageModel> recorders = new ConcurrentHashMap<>();

  /**
   * A recorder.
   *
   * @param folder must exist
   * @param redactor knows what must not be written
   */
  FolderRecorder(Path folder, LanguageModel model, Redactor redactor) {
    this.folder = folder;
    this.model = model;
    this.redactor = redactor;
  }

  /** Where the answers to a run are written. */
  static Path file(Path folder, RunId run) {
    return folder.resolve(run.value() + FolderReplay.SUFFIX);
  }

  @Override
  public ModelInfo info() {
    return model.info();
  }

  @Override
  public ModelReply generate(
      ModelRequest request, ModelListener listener, Cancellation cancellation)
      throws InterruptedException {
    return recorders
        .computeIfAbsent(
            request.id().run(),
            run -> RecordingLanguageModel.to(file(folder, run), model, redactor))
        .generate(request, listener, cancellation);
  }

  /** How many answers could not be written. */
  long missed() {
    return recorders.values().stream().mapToLong(RecordingLanguageModel::missed).sum();
  }
}
