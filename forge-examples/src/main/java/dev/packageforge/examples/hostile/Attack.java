package dev.packageforge.examples.hostile;

import dev.packageforge.sandbox.SandboxSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a case does. */
sealed interface Attack {
  /**
   * Does things in one session of a sandbox.
   *
   * @param spec the session
   * @param acts in order
   * @param held what must be printed, each as a line "held WORD"; what is printed as "BROKEN ..."
   *     is a hole
   */
  record Commands(SandboxSpec spec, List<Act> acts, Set<String> held) implements Attack {
    public Commands {
      acts = List.copyOf(acts);
      held = Set.copyOf(held);
    }
  }

  /**
   * Gives a package to those who judge packages.
   *
   * @param form what it comes as
   * @param verdict what must be said of it
   */
  record Judged(Form form, Verdict verdict) implements Attack {}

  /**
   * Asks a gateway to a registry for what it must refuse, without asking the registry.
   *
   * @param lines the first lines of the requests
   */
  record Asks(List<String> lines) implements Attack {
    public Asks {
      lines = List.copyOf(lines);
    }
  }

  /** What a package comes as. */
  enum Form {
    /** Files that a model wrote. */
    DRAFT,
    /** A folder of somebody's. */
    FOLDER,
    /** Bytes of somebody's, which a recipe makes. */
    TARBALL
  }

  /**
   * What must be said of a package.
   *
   * @param passes whether it is good enough
   * @param findings codes of which each must be among what was found
   * @param says words that must be in what was found or in the evidence of the failure
   */
  record Verdict(boolean passes, Set<String> findings, List<String> says) {
    public Verdict {
      findings = Set.copyOf(findings);
      says = List.copyOf(says);
    }
  }

  /** One thing that is done in a session. */
  sealed interface Act {
    /**
     * Runs a line of a shell.
     *
     * @param line the line
     * @param ends how it may end; any way if none is named
     */
    record Run(String line, Set<String> ends) implements Act {
      public Run {
        ends = Set.copyOf(ends);
      }
    }

    /**
     * Writes a file, as the worker does between two commands. It may be refused; if it is not, it
     * must be there afterwards.
     */
    record Put(String path) implements Act {}

    /**
     * Reads a file.
     *
     * @param text what it must hold; empty if it must be refused
     */
    record Take(String path, Optional<String> text) implements Act {}

    /** Starts a command of ours beside the others. */
    record Companion(String line) implements Act {}

    /** Ends the network. */
    record Cut() implements Act {}
  }
}
