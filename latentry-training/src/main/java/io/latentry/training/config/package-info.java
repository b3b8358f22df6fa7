/**
 * What to train: the settings, and the variants with the parts that they swap. Start at {@link
 * io.latentry.training.config.VaeConfig}.
 */
@NullMarked
package io.latentry.training.config;

import org.jspecify.annotations.NullMarked;
