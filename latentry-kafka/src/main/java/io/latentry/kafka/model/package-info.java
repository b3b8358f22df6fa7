/**
 * The models that judge the records of a job, one after the other. Start at {@link
 * io.latentry.kafka.model.JudgingModel}; {@link io.latentry.kafka.model.ModelSuccession} lets
 * another take over as a topic of {@link io.latentry.kafka.model.ModelDecision}s says.
 */
@NullMarked
package io.latentry.kafka.model;

import org.jspecify.annotations.NullMarked;
