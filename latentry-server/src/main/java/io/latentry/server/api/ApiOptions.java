package io.latentry.server.api;

import io.latentry.server.config.ServerConfig;

/**
 * How the API behaves.
 *
 * @param recentAnomalies how many anomalies are kept in memory with the values that made them
 *     strange, for the page; 0 keeps none
 */
public record ApiOptions(ApiLimits limits, int recentAnomalies) {
  /** {@link ApiLimits#DEFAULTS}, and as many anomalies as a service keeps by default. */
  public static final ApiOptions DEFAULTS =
      new ApiOptions(ApiLimits.DEFAULTS, ServerConfig.DEFAULT.page().recentAnomalies());

  public ApiOptions {
    if (recentAnomalies < 0) {
      throw new IllegalArgumentException(
          "recentAnomalies: " + recentAnomalies + " (expected: 0 or more)");
    }
  }
}
