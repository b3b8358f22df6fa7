package io.latentry.server.operations;

import io.latentry.server.config.LogLevel;
import io.latentry.server.log.EventLog;
import io.latentry.server.monitoring.ServingStatistics;
import io.latentry.server.serving.ServingListener;

/** Tells statistics and log what the models do. */
final class ServingReport implements ServingListener {
  private final ServingStatistics statistics;
  private final EventLog log;

  ServingReport(ServingStatistics statistics, EventLog log) {
    this.statistics = statistics;
    this.log = log;
  }

  @Override
  public void ran(String model, int version, int rows, int requests, double seconds) {
    statistics.ran(model, rows, requests, seconds);
  }

  @Override
  public void loaded(String model, int version, double seconds) {
    statistics.loaded(model);
    log.write(
        LogLevel.INFO,
        "model_loaded",
        line -> line.put("model", model).put("version", version).put("seconds", seconds));
  }

  @Override
  public void failed(String model, int version, String reason) {
    statistics.failed(model);
    log.write(
        LogLevel.ERROR,
        "model_failed",
        line -> line.put("model", model).put("version", version).put("reason", reason));
  }

  @Override
  public void unloaded(String model, int version) {
    log.write(
        LogLevel.INFO, "model_unloaded", line -> line.put("model", model).put("version", version));
  }

  @Override
  public void warned(String message) {
    log.write(LogLevel.WARN, "models", line -> line.put("reason", message));
  }
}
