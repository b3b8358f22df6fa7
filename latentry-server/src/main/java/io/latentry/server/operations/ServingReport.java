package io.latentry.server.operations;

import io.latentry.scoring.Judgements;
import io.latentry.server.config.LogLevel;
import io.latentry.server.log.EventLog;
import io.latentry.server.serving.ServingListener;

/** Tells metrics and log what the models do. */
final class ServingReport implements ServingListener {
  private final ServiceMetrics metrics;
  private final EventLog log;

  ServingReport(ServiceMetrics metrics, EventLog log) {
    this.metrics = metrics;
    this.log = log;
  }

  @Override
  public void ran(String model, int version, int rows, int requests, double seconds) {
    metrics.ran(model, rows, requests, seconds);
  }

  @Override
  public void judged(String model, int version, Judgements judgements) {
    metrics.judged(model, judgements);
  }

  @Override
  public void loaded(String model, int version, double seconds) {
    metrics.loaded(model);
    log.write(
        LogLevel.INFO,
        "model_loaded",
        line -> line.put("model", model).put("version", version).put("seconds", seconds));
  }

  @Override
  public void failed(String model, int version, String reason) {
    metrics.failed(model);
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
