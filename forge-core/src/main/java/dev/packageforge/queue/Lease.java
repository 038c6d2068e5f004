package dev.packageforge.queue;

import java.time.Instant;

/**
 * A worker's time-limited, numbered right to a job. Every write on the run's behalf carries it, and
 * a write whose number is not the job's newest changes nothing.
 *
 * @param job the job
 * @param number grows with each lease of this job and is never given twice
 * @param worker who has it
 * @param deliveries how often the job was leased and neither done nor given back, this time
 *     included
 * @param expires when it lapses unless it is renewed; by the store's clock
 */
public record Lease(Job job, long number, String worker, int deliveries, Instant expires) {}
