/**
 * Verdicts on the records of a Kafka topic, as they come.
 *
 * <p>A record goes the way {@link io.latentry.kafka.PendingRecords} (kept until it is answered, so
 * that a kill loses none), {@link io.latentry.kafka.RecordFormat} (its fields), {@link
 * io.latentry.kafka.RecordJudge} (the verdicts of some records at once), {@link
 * io.latentry.kafka.StreamVerdict}. Start at {@link io.latentry.kafka.JudgeTopology} to see them
 * put together; {@link io.latentry.kafka.JudgeSupplier} is the part for a topology of one's own.
 */
@NullMarked
package io.latentry.kafka;

import org.jspecify.annotations.NullMarked;
