/**
 * Times at which alarms are recorded and not sent, and rows stay out of what the watch compares
 * with: once, by a cron line, or by an iCalendar rule. Start at {@link
 * io.latentry.server.maintenance.Maintenance}.
 */
@NullMarked
package io.latentry.server.maintenance;

import org.jspecify.annotations.NullMarked;
