package dev.packageforge.examples;

import dev.packageforge.Run;
import dev.packageforge.llm.LanguageModel;
import dev.packageforge.llm.ModelInfo;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.registry.PackageRegistry;
import dev.packageforge.registry.SecondFactor;
import dev.packageforge.sandbox.Sandbox;
import dev.packageforge.toolchain.Toolchain;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The house, assembled, and those of its parts that are shown to people. Whoever had it assembled
 * closes it.
 *
 * @param shelf what remembers
 * @param forge puts the ports together
 * @param model who answers
 * @param toolchain says how a release is used
 * @param registry where what a run made goes
 * @param places the same for people, with why if that may surprise
 * @param closing ends what was opened for it
 */
record Workshop(
    Shelf shelf,
    Forge forge,
    ModelInfo model,
    Toolchain toolchain,
    Function<Run, PackageRegistry> registry,
    Function<Run, String> places,
    Runnable closing)
    implements AutoCloseable {

  /**
   * What is put around the parts that work is done with, to watch them or to act for them.
   *
   * @param model around the model
   * @param sandbox around the sandbox
   * @param strange whether what the model says is then known to nobody, whichever model it is
   * @param atHand who is asked when a registry wants to know that a person agrees
   */
  record Wraps(
      UnaryOperator<LanguageModel> model,
      UnaryOperator<Sandbox> sandbox,
      boolean strange,
      SecondFactor atHand) {
    /** Nothing at all. */
    static final Wraps NONE =
        new Wraps(UnaryOperator.identity(), UnaryOperator.identity(), false, SecondFactor.NOBODY);

    /** These, with this around the model. */
    Wraps model(UnaryOperator<LanguageModel> next) {
      return new Wraps(next, sandbox, strange, atHand);
    }

    /** These, with this around the sandbox. */
    Wraps sandbox(UnaryOperator<Sandbox> next) {
      return new Wraps(model, next, strange, atHand);
    }

    /** These, and nobody knows what the model says. */
    Wraps ofStrangers() {
      return new Wraps(model, sandbox, true, atHand);
    }

    /** These, with this person. */
    Wraps asking(SecondFactor next) {
      return new Wraps(model, sandbox, strange, next);
    }
  }

  /** Ends what the model has open; the rest is not ours. */
  @Override
  public void close() {
    closing.run();
  }

  /** Assembles one. */
  @FunctionalInterface
  interface Builder {
    /**
     * A workshop.
     *
     * @param shelf what remembers; stays the caller's
     * @param registry the folder that is a registry
     * @param wraps what is put around the parts that work is done with
     * @throws dev.packageforge.ForgeException if a part cannot be had on this machine
     */
    Workshop build(Settings settings, Shelf shelf, Path registry, Wraps wraps);
  }
}
