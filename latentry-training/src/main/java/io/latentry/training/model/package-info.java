/**
 * The five parts of a VAE and the loss that ties them, each written once over {@link
 * io.latentry.core.graph.Ops}, so that what is trained is what is exported.
 *
 * <p>Every value has a leading member axis, {@code [members, batch, width]}: the members of an
 * ensemble are trained and run as one batched graph. Start at {@link
 * io.latentry.training.model.Vae}.
 */
@NullMarked
package io.latentry.training.model;

import org.jspecify.annotations.NullMarked;
