package dev.packageforge.docker;

/** Hears what happens to containers, from one thread; it must not take long. */
interface EventListener {
  /** The kernel killed a process of the container because its memory was used up. */
  default void outOfMemory(String container) {}

  /** The container's first process ended. */
  default void died(String container, int code) {}

  /** A command ended, whatever it left behind. */
  default void execDied(String container, String exec, int code) {}

  /** The container is gone. */
  default void destroyed(String container) {}

  /** The engine does not speak any more; what happens now is not heard. */
  default void lost() {}

  /** The engine speaks again; what happened between may or may not have been heard. */
  default void back() {}
}
