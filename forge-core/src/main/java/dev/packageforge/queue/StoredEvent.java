package dev.packageforge.queue;

import dev.packageforge.RunEvent;
import java.time.Instant;

/**
 * An event in a run's one sequence.
 *
 * @param cursor grows along the sequence; from 1
 * @param at when it was stored; by the store's clock
 * @param event what happened
 */
public record StoredEvent(long cursor, Instant at, RunEvent event) {}
