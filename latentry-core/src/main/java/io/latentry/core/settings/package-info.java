/**
 * Settings that people write: their files, and the words for what is wrong in them. Start at {@link
 * io.latentry.core.settings.SettingsFile}.
 */
@NullMarked
package io.latentry.core.settings;

import org.jspecify.annotations.NullMarked;
