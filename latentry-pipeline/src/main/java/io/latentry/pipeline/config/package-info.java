/**
 * The settings of a fit, and the YAML file that gives them. Start at {@link
 * io.latentry.pipeline.config.FitConfig}.
 */
@NullMarked
package io.latentry.pipeline.config;

import org.jspecify.annotations.NullMarked;
