package dev.packageforge.examples.eval;

import dev.packageforge.Cancellation;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.llm.ModelInfo;
import dev.packageforge.llm.ModelListener;
import dev.packageforge.llm.ModelReply;
import dev.packageforge.llm.ModelRequest;
import java.util.Set;
import java.util.TreeSet;

/**
 * Watches a model: which versions of it answered, and how many files it wanted to change by edits.
 * Safe for use by many threads.
 */
public final class ModelWatch {
  private final Set<String> versions = new TreeSet<>();
  private int editedFiles;

  /** One that has seen nothing yet. */
  public ModelWatch() {}

  /** The same model, watched; it stays the caller's to close. */
  public LanguageModel around(LanguageModel model) {
    return new LanguageModel() {
      @Override
      public ModelInfo info() {
        return model.info();
      }

      @Override
      public ModelReply generate(
          ModelRequest request, ModelListener listener, Cancellation cancellation)
          throws InterruptedException {
        ModelReply reply = model.generate(request, listener, cancellation);
        see(request, reply);
        return reply;
      }
    };
  }

  private void see(ModelRequest request, ModelReply reply) {
    String edit = "@@@ " + request.prompt().marker() + " edit ";
    long edited = reply.text().lines().filter(line -> line.startsWith(edit)).distinct().count();
    synchronized (versions) {
      versions.add(reply.model());
      editedFiles += (int) edited;
    }
  }

  /** The models that said that they answered. */
  public Set<String> versions() {
    synchronized (versions) {
      return Set.copyOf(versions);
    }
  }

  /** How many files were to be changed by edits, counted once for each answer. */
  int editedFiles() {
    synchronized (versions) {
      return editedFiles;
    }
  }
}
