package io.latentry.pipeline.report;

/** The report on a fit. */
public final class FitReport {
  private FitReport() {}

  /** The whole page; the same data gives the same text. */
  public static String html(ReportData data) {
    return data.title();
  }
}
