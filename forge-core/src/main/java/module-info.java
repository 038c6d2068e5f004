/**
 * Vocabulary, ports, the run's state machine, and what needs no outside system.
 *
 * <p>Adapters implement the ports; {@code dev.packageforge.pipeline.Forge} puts them together.
 */
module dev.packageforge.core {
  requires static org.jspecify;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires org.slf4j;

  exports dev.packageforge;
  exports dev.packageforge.llm;
  exports dev.packageforge.pipeline;
  exports dev.packageforge.queue;
  exports dev.packageforge.registry;
  exports dev.packageforge.sandbox;
  exports dev.packageforge.toolchain;
  exports dev.packageforge.worker;
}
