/**
 * Verdicts on the tables of Spark.
 *
 * <p>The flow: {@link io.latentry.spark.VaeDetectorModel} opens an artifact at the driver, which
 * proves it; an {@code InputPlan} finds the model's columns in the table or says what is wrong with
 * them, before anything runs; each task lends the one scorer of its process from {@code
 * ProcessScorers} and judges rows in runs as it hands them on. Start at {@link
 * io.latentry.spark.VaeDetectorModel}.
 */
@NullMarked
package io.latentry.spark;

import org.jspecify.annotations.NullMarked;
