package dev.packageforge.docker;

import java.util.OptionalInt;

/**
 * What the engine knows of a command.
 *
 * @param running whether it runs
 * @param code how it exited; empty while it runs
 */
record ExecEnd(boolean running, OptionalInt code) {}
