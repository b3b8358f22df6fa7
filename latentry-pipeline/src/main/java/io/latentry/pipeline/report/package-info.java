/**
 * Reports as one HTML file each, that opens offline and asks no network for anything.
 *
 * <p>The flow: the pipeline fills {@link io.latentry.pipeline.report.ReportData}, {@link
 * io.latentry.pipeline.report.FitReport} puts it into words, tables and charts, {@code Page} makes
 * the HTML around them (style, charts, escaping; it knows nothing of fits, so other reports stand
 * on it too), {@link io.latentry.pipeline.report.ReportWriter} publishes the file. Start at {@link
 * io.latentry.pipeline.report.ReportWriter}.
 */
@NullMarked
package io.latentry.pipeline.report;

import org.jspecify.annotations.NullMarked;
