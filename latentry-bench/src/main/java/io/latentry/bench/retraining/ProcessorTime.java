package io.latentry.bench.retraining;

import io.latentry.pipeline.Progress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Seconds of processor time of this process, which other programs on the machine hardly change:
 * those of all threads, the engine's own among them.
 */
final class ProcessorTime implements Progress {
  private final Map<String, Double> stages = new LinkedHashMap<>();
  private final double began = now();
  private final long beganNanos = System.nanoTime();
  private String stage = "beginning";
  private double since = began;

  /** Of the process, since it began. */
  private static double now() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }

  @Override
  public void stage(String name) {
    double time = now();
    stages.merge(stage, time - since, Double::sum);
    stage = name.split("[ ,]", 2)[0];
    since = time;
  }

  /** Since this was made. */
  double seconds() {
    return now() - began;
  }

  /** By a clock on the wall, likewise. */
  double wallSeconds() {
    return (System.nanoTime() - beganNanos) / 1e9;
  }

  /** Processor seconds by the first word of each stage; ends the last one. */
  String byStage() {
    stage("end");
    StringBuilder text = new StringBuilder();
    stages.forEach(
        (name, seconds) -> {
          if (seconds >= 0.05) {
            text.append(text.length() == 0 ? "" : ", ")
                .append(name)
                .append(String.format(Locale.ROOT, " %.1f", seconds));
          }
        });
    return text.toString();
  }
}
